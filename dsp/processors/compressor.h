#pragma once
#include "dsp/kernels/dynamics_design.h"
#include "dsp/processors/key_filter.h"
#include <cmath>

namespace fohd::dsp {

/// Feed-forward compressor: dsp/kernels/compressor.h runs it.
struct CompressorProcessor {
    static constexpr std::string_view type = "compressor";
    static constexpr std::string_view text = "Compressor with soft knee, look-ahead and an external key.";

    enum class Detector { peak, rms };
    static constexpr std::array<std::string_view, 2> detectors{"peak", "rms"};

    struct Params {
        Decibels threshold;
        Ratio ratio;
        Decibels knee;
        Milliseconds attack, release;
        Toggle auto_release;
        Milliseconds hold;
        Decibels makeup;
        Toggle auto_makeup;
        Choice<Detector> detector;
        Milliseconds window, lookahead;
        Percent link, mix;
        Decibels range;
        Hertz key_high_pass, key_low_pass;
    };
    using P = Params;
    static constexpr ParamTable<Params> params{
        {&P::threshold, "threshold", {-60_dB, 0_dB}, -18_dB, Taper::linear, Glide::ramp, "Level above which it acts."},
        {&P::ratio,
         "ratio",
         {1_to_1, 100_to_1},
         4_to_1,
         Taper::log,
         Glide::ramp,
         "Change of level in for one of level out, above the threshold; 100 is infinite."},
        {&P::knee, "knee", {0_dB, 24_dB}, 6_dB, Taper::linear, Glide::ramp, "Width of the bend round the threshold."},
        {&P::attack,
         "attack",
         {0.05_ms, 500_ms},
         10_ms,
         Taper::log,
         Glide::ramp,
         "Time to 63 % of a step of reduction in dB."},
        {&P::release,
         "release",
         {5_ms, 5000_ms},
         100_ms,
         Taper::log,
         Glide::ramp,
         "Time to 63 % of the way back, in dB."},
        {&P::auto_release, "auto_release", false, Glide::rebuild,
         "Short peaks are released as set, long reduction ten times as slowly."},
        {&P::hold, "hold", {0_ms, 500_ms}, 0_ms, Taper::linear, Glide::rebuild, "Wait before the release."},
        {&P::makeup, "makeup", {-24_dB, 24_dB}, 0_dB, Taper::linear, Glide::ramp, "Gain after the compression."},
        {&P::auto_makeup, "auto_makeup", false, Glide::ramp,
         "Adds half of the reduction that full scale would get to the makeup."},
        {&P::detector, "detector", detectors, Detector::peak, Glide::rebuild,
         "What the level is: the peak, or the rms, 3 dB lower for a sine."},
        {&P::window, "window", {1_ms, 300_ms}, 10_ms, Taper::log, Glide::ramp, "Time constant of the rms detector."},
        {&P::lookahead,
         "lookahead",
         {0_ms, 20_ms},
         0_ms,
         Taper::linear,
         Glide::rebuild,
         "How much earlier than the sound the key is heard; adds as much latency."},
        {&P::link,
         "link",
         {0_pct, 100_pct},
         100_pct,
         Taper::linear,
         Glide::ramp,
         "How much the louder side of a pair rules both."},
        {&P::mix, "mix", {0_pct, 100_pct}, 100_pct, Taper::linear, Glide::ramp, "Share of the compressed sound."},
        {&P::range, "range", {0_dB, 80_dB}, 80_dB, Taper::linear, Glide::ramp, "Most reduction there ever is."},
        {&P::key_high_pass,
         "key_high_pass",
         {KeyFilter::lowest, KeyFilter::highest},
         KeyFilter::lowest,
         Taper::log,
         Glide::rebuild,
         "High pass of the key, 12 dB/oct; off at 10 Hz."},
        {&P::key_low_pass,
         "key_low_pass",
         {KeyFilter::lowest, KeyFilter::highest},
         KeyFilter::highest,
         Taper::log,
         Glide::rebuild,
         "Low pass of the key, 12 dB/oct; off at 20 kHz."},
    };
    static constexpr bool keyed = true;
    static constexpr int reduction_row = 0;

    static CompressorValues values(const Params& p, const Context& context)
    {
        const auto plain = [](auto quantity) { return static_cast<double>(quantity.value); };
        return {.threshold_db = plain(p.threshold),
                .ratio = plain(p.ratio),
                .knee_db = plain(p.knee),
                .attack_ms = plain(p.attack),
                .release_ms = plain(p.release),
                .hold_ms = plain(p.hold),
                .auto_release = p.auto_release.on(),
                .makeup_db = plain(p.makeup),
                .auto_makeup = p.auto_makeup.on(),
                .rms = p.detector.get() == Detector::rms,
                .window_ms = plain(p.window),
                .link = context.channels == 2 ? plain(p.link) / 100 : 0,
                .mix = plain(p.mix) / 100,
                .range_db = plain(p.range)};
    }

    static Shape shape(const Params& p, const Context& context)
    {
        Shape shape;
        shape.listens = true;
        shape.delay = static_cast<int>(std::lround(static_cast<double>(p.lookahead.value) * context.rate / 1000));
        KeyFilter{p.key_high_pass, p.key_low_pass}.add_to(shape);
        if (wants_programme(values(p, context)))
            shape.core = {{"programme_compressor", 0, sizeof(ProgrammeCompressorCoeffs<float>) / sizeof(float)}};
        else
            shape.core = {{"compressor", 0, sizeof(CompressorCoeffs<float>) / sizeof(float)}};
        return shape;
    }

    static void design(const Params& p, const Context& context, CoeffWriter& out)
    {
        KeyFilter{p.key_high_pass, p.key_low_pass}.design(context.rate, out);
        const CompressorValues v = values(p, context);
        if (wants_programme(v))
            out(design_programme_compressor(v, context.rate));
        else
            out(design_compressor(v, context.rate));
    }
};
} // namespace fohd::dsp
