#pragma once
#include "dsp/kernels/phaser_design.h"
#include "dsp/processors/note_value.h"
#include "dsp/registry.h"

namespace fohd::dsp {

/// Notches that wander: dsp/kernels/phaser.h runs it.
struct PhaserProcessor {
    static constexpr std::string_view type = "phaser";
    static constexpr bool follows_tempo = true;
    static constexpr std::string_view text = "Phaser: all-pass stages swept by a sine; each two of them make a notch.";

    enum class Stages { two, four, six, eight, ten, twelve };
    static constexpr std::array<std::string_view, 6> stages{"2", "4", "6", "8", "10", "12"};

    struct Params {
        Hertz rate;
        Plain depth;
        Hertz centre;
        Choice<Stages> stages;
        Percent feedback, spread, mix;
        Choice<Sync> sync;
    };
    using P = Params;
    static constexpr ParamTable<Params> params{
        {&P::rate, "rate", {0.01_Hz, 20_Hz}, 0.4_Hz, Taper::log, Glide::ramp, "Sweeps a second, while sync is off."},
        {&P::depth,
         "depth",
         {0_plain, 6_plain},
         3_plain,
         Taper::linear,
         Glide::ramp,
         "Octaves from the lowest to the highest frequency of the stages."},
        {&P::centre,
         "centre",
         {50_Hz, 8_kHz},
         800_Hz,
         Taper::log,
         Glide::ramp,
         "Middle of the sweep: where each stage shifts by 90 degrees."},
        {&P::stages, "stages", stages, Stages::four, Glide::ramp, "Half as many notches."},
        {&P::feedback,
         "feedback",
         {-95_pct, 95_pct},
         0_pct,
         Taper::linear,
         Glide::ramp,
         "Share of the shifted sound that is shifted again; what it adds in peaks it takes from the level."},
        {&P::spread,
         "spread",
         {0_pct, 100_pct},
         100_pct,
         Taper::linear,
         Glide::ramp,
         "How much later the right side moves; at 100 by a quarter of a sweep."},
        {&P::mix,
         "mix",
         {-100_pct, 100_pct},
         50_pct,
         Taper::linear,
         Glide::ramp,
         "Share of the shifted sound, below 0 inverted, as negative feedback wants it; notches are deepest at 50 and "
         "-50."},
        {&P::sync, "sync", sweep_notes, Sync::off, Glide::ramp,
         "Note value that a sweep lasts at the tempo, instead of the rate."},
    };

    static Shape shape(const Params&, const Context&)
    {
        Shape shape;
        shape.core = {{"phaser", 0, sizeof(PhaserCoeffs<float>) / sizeof(float)}};
        return shape;
    }

    static void design(const Params& p, const Context& context, CoeffWriter& out)
    {
        const auto plain = [](auto quantity) { return static_cast<double>(quantity.value); };
        out(design_phaser({.rate_hz = sweep_rate(p.sync, context.tempo, p.rate),
                           .octaves = plain(p.depth),
                           .centre_hz = plain(p.centre),
                           .stages = 2 * (static_cast<int>(p.stages.get()) + 1),
                           .feedback = plain(p.feedback) / 100,
                           .turns_behind = plain(p.spread) / 100 * 0.25 * (context.channel % 4),
                           .mix = plain(p.mix) / 100},
                          context.rate));
    }
};
} // namespace fohd::dsp
