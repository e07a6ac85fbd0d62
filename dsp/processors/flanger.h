#pragma once
#include "dsp/processors/swept_delay.h"

namespace fohd::dsp {

/// A comb that wanders: dsp/kernels/swept_delay.h runs it.
struct FlangerProcessor {
    static constexpr std::string_view type = "flanger";
    static constexpr bool rings = true, follows_tempo = true;
    static constexpr std::string_view text = "Flanger: the sound and itself, late by a short time that a sine moves.";

    struct Params {
        Hertz rate;
        Milliseconds depth, delay;
        Percent feedback, spread, mix;
        Choice<Sync> sync;
    };
    using P = Params;
    static constexpr Milliseconds deepest = 20_ms, longest = 20_ms;
    static constexpr ParamTable<Params> params{
        {&P::rate, "rate", {0.01_Hz, 20_Hz}, 0.2_Hz, Taper::log, Glide::ramp, "Sweeps a second, while sync is off."},
        {&P::depth,
         "depth",
         {0_ms, deepest},
         4_ms,
         Taper::linear,
         Glide::ramp,
         "How far it moves away from its shortest delay."},
        {&P::delay, "delay", {0.2_ms, longest}, 0.5_ms, Taper::log, Glide::ramp, "Shortest delay."},
        {&P::feedback,
         "feedback",
         {-95_pct, 95_pct},
         0_pct,
         Taper::linear,
         Glide::ramp,
         "Share of the delayed sound that is delayed again; what it adds in peaks it takes from the level."},
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
         "Share of the delayed sound, below 0 inverted, as negative feedback wants it; notches are deepest at 50 and "
         "-50."},
        {&P::sync, "sync", sweep_notes, Sync::off, Glide::ramp,
         "Note value that a sweep lasts at the tempo, instead of the rate."},
    };

    static Shape shape(const Params&, const Context&) { return SweptDelayProcessor::shape(); }

    static void design(const Params& p, const Context& context, CoeffWriter& out)
    {
        SweptDelayProcessor::design(p, 1, context, out);
    }

    static std::unique_ptr<PlanarProcessor> make(const Params&, const Context& context)
    {
        return std::make_unique<SweptDelayProcessor>(context, static_cast<double>(deepest.value + longest.value));
    }
};
} // namespace fohd::dsp
