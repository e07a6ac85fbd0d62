#pragma once
#include "dsp/kernels/section_design.h"
#include "dsp/registry.h"
#include <cmath>
#include <numbers>

namespace fohd::dsp {

/// Middle and side of a pair. Of a wider strip the first two are the pair; one channel alone passes unchanged.
/// Below `mono_below` the side is cut by a Linkwitz-Riley high pass of 24 dB/oct, and the middle passes the all-pass of
/// the same crossover: both stay in phase at every frequency, and the sum of left and right keeps its magnitude.
struct Width {
    static constexpr std::string_view type = "width";
    static constexpr std::string_view text = "Stereo width by middle and side, mono below a frequency, and balance.";

    struct Params {
        Decibels mid, side;
        Percent width;
        Hertz mono_below;
        Plain balance;
    };
    static constexpr Hertz lowest = 10_Hz; ///< Where mono_below is off.
    using P = Params;
    static constexpr ParamTable<Params> params{
        {&P::mid, "mid", {-24_dB, 24_dB}, 0_dB, Taper::linear, Glide::ramp, "Gain of the middle, left plus right."},
        {&P::side, "side", {-24_dB, 24_dB}, 0_dB, Taper::linear, Glide::ramp, "Gain of the side, left minus right."},
        {&P::width,
         "width",
         {0_pct, 200_pct},
         100_pct,
         Taper::linear,
         Glide::ramp,
         "Share of the side: 0 is mono, 100 changes nothing."},
        {&P::mono_below,
         "mono_below",
         {lowest, 500_Hz},
         lowest,
         Taper::log,
         Glide::ramp,
         "Below it there is no side, by 24 dB/oct; off at 10 Hz."},
        {&P::balance,
         "balance",
         {-1_plain, 1_plain},
         0_plain,
         Taper::linear,
         Glide::ramp,
         "-1 left to 1 right: the other side falls as a cosine."},
    };

    static Shape shape(const Params& p, const Context& context)
    {
        Shape shape;
        shape.core = {{"pair_mix", 0, pair_coeffs}};
        if (splits(p, context)) {
            shape.core.push_back({"sections", 2, 2 * section_coeffs});
            shape.core.push_back({"pair_mix", 0, pair_coeffs});
        }
        return shape;
    }

    static void design(const Params& p, const Context& context, CoeffWriter& out)
    {
        const bool left = context.channel == 0, in_pair = context.channels > 1 && context.channel < 2;
        const float mid = gain(p.mid), side = gain(p.side) * p.width.value / 100;
        const float balance = balance_gain(p.balance.value, left);
        if (!splits(p, context)) {
            out(in_pair ? PairMixCoeffs<float>{balance * (mid + side) / 2, balance * (mid - side) / 2} : pair_pass);
            return;
        }
        const double g = std::tan(std::numbers::pi * static_cast<double>(p.mono_below.value) / context.rate),
                     k = std::numbers::sqrt2;
        if (!in_pair) {
            out(pair_pass);
            out(identity_section);
            out(identity_section);
            out(pair_pass);
        } else if (left) { // the middle rides here
            out(PairMixCoeffs<float>{mid / 2, mid / 2});
            out(trapezoidal_section(g, k, 1, -k, 1));
            out(identity_section);
            out(PairMixCoeffs<float>{balance, balance});
        } else {
            out(PairMixCoeffs<float>{-side / 2, side / 2});
            out(trapezoidal_section(g, k, 1, 0, 0));
            out(trapezoidal_section(g, k, 1, 0, 0));
            out(PairMixCoeffs<float>{-balance, balance});
        }
    }

private:
    static constexpr int pair_coeffs = sizeof(PairMixCoeffs<float>) / sizeof(float);

    static bool splits(const Params& p, const Context& context)
    {
        return context.channels > 1 && p.mono_below > lowest;
    }
    static float gain(Decibels level) { return std::pow(10.0f, level.value / 20); }
    static float balance_gain(float balance, bool left)
    {
        const float away = left ? balance : -balance;
        return away > 0 ? std::max(0.0f, std::cos(away * std::numbers::pi_v<float> / 2)) : 1;
    }
};
} // namespace fohd::dsp
