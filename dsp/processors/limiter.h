#pragma once
#include "dsp/kernels/limiter_design.h"
#include "dsp/registry.h"

namespace fohd::dsp {

/// Look-ahead true-peak limiter, the last processor of a bus. Pairs are linked, a channel without a partner is alone.
/// Method and sources: dsp/kernels/limiter.h, dsp/kernels/true_peak.h.
struct Limiter {
    static constexpr std::string_view type = "limiter";
    static constexpr std::string_view text = "Look-ahead true-peak limiter; the last processor of a bus.";
    enum class Mode { true_peak, sample };

    struct Params {
        Decibels ceiling, input_gain;
        Milliseconds release;
        Toggle auto_release;
        Milliseconds lookahead;
        Percent link;
        Choice<Mode> mode;
    };

    static constexpr std::array<std::string_view, 2> modes{"true_peak", "sample"};
    static constexpr ParamTable<Params> params{
        {&Params::ceiling,
         "ceiling",
         {-24_dB, 0_dB},
         -1_dB,
         Taper::linear,
         Glide::ramp,
         "Highest level that leaves the limiter: dBTP, or dBFS where the mode is sample."},
        {&Params::input_gain,
         "input_gain",
         {-24_dB, 24_dB},
         0_dB,
         Taper::linear,
         Glide::ramp,
         "Gain before the limiter: drives it harder."},
        {&Params::release,
         "release",
         {1_ms, 1000_ms},
         80_ms,
         Taper::log,
         Glide::ramp,
         "Time in which the gain recovers by 63 %."},
        {&Params::auto_release, "auto_release", false, Glide::ramp,
         "Lets most of a lasting reduction come back twenty times slower, while single peaks keep the release."},
        {&Params::lookahead,
         "lookahead",
         {0.5_ms, 10_ms},
         1.5_ms,
         Taper::log,
         Glide::rebuild,
         "Time in which the gain falls before a peak; latency, to which mode true_peak adds 29 frames."},
        {&Params::link,
         "link",
         {0_pct, 100_pct},
         100_pct,
         Taper::linear,
         Glide::ramp,
         "Share of the deeper gain of a pair that its other side takes over."},
        {&Params::mode, "mode", modes, Mode::true_peak, Glide::rebuild,
         "What the ceiling holds: true_peak as ITU-R BS.1770 reads it, or sample."},
    };

    static constexpr int reduction_row = 0;
    static constexpr bool reduction_is_gain = true;

    static Shape shape(const Params& p, const Context& context)
    {
        const int size = limiter_size(p.lookahead.value, p.mode.get() == Mode::true_peak, context.rate);
        return {.key = {},
                .core = {{"limiter", size, sizeof(LimiterCoeffs<float>) / sizeof(float)}},
                .core_delay = limiter_latency(size)};
    }

    static void design(const Params& p, const Context& context, CoeffWriter& out)
    {
        const bool alone = context.channel % 2 == 0 && context.channel + 1 == context.channels;
        out(limiter_coeffs({.input_gain_db = p.input_gain.value,
                            .ceiling_db = p.ceiling.value,
                            .release_ms = p.release.value,
                            .auto_release = p.auto_release.on(),
                            .link = alone ? 0.0 : p.link.value / 100.0},
                           context.rate));
    }
};
} // namespace fohd::dsp
