#pragma once
#include "dsp/kernels/saturator_design.h"
#include "dsp/registry.h"

namespace fohd::dsp {

/// Harmonics by a curve, without what folds down: dsp/kernels/saturator.h runs it.
struct SaturatorProcessor {
    static constexpr std::string_view type = "saturator";
    static constexpr std::string_view text =
        "Saturation by five curves; at 36 dB of drive what aliases from a 5 kHz tone stays 75 dB below it.";

    static constexpr std::array<std::string_view, 5> shapes{"tape", "tube", "soft", "hard", "fold"};

    struct Params {
        Decibels drive;
        Choice<SaturatorShape> shape;
        Plain bias;
        Percent tone, mix;
        Toggle auto_gain;
    };
    using P = Params;
    static constexpr ParamTable<Params> params{
        {&P::drive,
         "drive",
         {0_dB, 36_dB},
         6_dB,
         Taper::linear,
         Glide::ramp,
         "Gain into the curve, whose ceiling is 0 dB."},
        {&P::shape, "shape", shapes, SaturatorShape::tape, Glide::rebuild,
         "tape bends early and gently, soft later, hard clips; tube adds even harmonics; fold turns back above 6 dB."},
        {&P::bias,
         "bias",
         {-1_plain, 1_plain},
         0_plain,
         Taper::linear,
         Glide::ramp,
         "Where on the curve silence lies: adds even harmonics."},
        {&P::tone,
         "tone",
         {-100_pct, 100_pct},
         0_pct,
         Taper::linear,
         Glide::ramp,
         "Tilts what comes out of the curve round 1 kHz, up to 6 dB each way."},
        {&P::mix, "mix", {0_pct, 100_pct}, 100_pct, Taper::linear, Glide::ramp, "Share of the saturated sound."},
        {&P::auto_gain, "auto_gain", false, Glide::ramp,
         "Takes the drive back so that a sine of -12 dBFS keeps its rms level."},
    };

    static Shape shape(const Params& p, const Context&)
    {
        constexpr std::array<std::string_view, 5> kernels{"saturator_tape", "saturator_tube", "saturator_soft",
                                                          "saturator_hard", "saturator_fold"};
        const SaturatorShape shape = p.shape.get();
        return {.key = {},
                .core = {{kernels[static_cast<std::size_t>(shape)], 0, sizeof(SaturatorCoeffs<float>) / sizeof(float)}},
                .core_delay = saturator_latency(shape)};
    }

    static void design(const Params& p, const Context& context, CoeffWriter& out)
    {
        const auto plain = [](auto quantity) { return static_cast<double>(quantity.value); };
        out(design_saturator({.drive_db = plain(p.drive),
                              .shape = p.shape.get(),
                              .bias = plain(p.bias),
                              .tone = plain(p.tone) / 100,
                              .mix = plain(p.mix) / 100,
                              .auto_gain = p.auto_gain.on()},
                             context.rate));
    }
};
} // namespace fohd::dsp
