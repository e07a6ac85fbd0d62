#pragma once
#include "dsp/processors/swept_delay.h"

namespace fohd::dsp {

/// Many out of one: dsp/kernels/swept_delay.h runs it.
struct ChorusProcessor {
    static constexpr std::string_view type = "chorus";
    static constexpr bool rings = true, follows_tempo = true;
    static constexpr std::string_view text =
        "Chorus: up to eight voices a side, each late by a time that a sine moves.";

    enum class Voices { one, two, three, four, five, six, seven, eight };
    static constexpr std::array<std::string_view, 8> voices{"1", "2", "3", "4", "5", "6", "7", "8"};

    struct Params {
        Hertz rate;
        Milliseconds depth, delay;
        Choice<Voices> voices;
        Percent spread, feedback, mix;
        Choice<Sync> sync;
    };
    using P = Params;
    static constexpr Milliseconds deepest = 20_ms, longest = 50_ms;
    static constexpr ParamTable<Params> params{
        {&P::rate, "rate", {0.01_Hz, 20_Hz}, 0.5_Hz, Taper::log, Glide::ramp, "Sweeps a second, while sync is off."},
        {&P::depth,
         "depth",
         {0_ms, deepest},
         4_ms,
         Taper::linear,
         Glide::ramp,
         "How far each voice moves away from its shortest delay."},
        {&P::delay, "delay", {1_ms, longest}, 12_ms, Taper::log, Glide::ramp, "Shortest delay of each voice."},
        {&P::voices, "voices", voices, Voices::four, Glide::ramp,
         "Of each side, evenly spread over a sweep; their mean is heard."},
        {&P::spread,
         "spread",
         {0_pct, 100_pct},
         100_pct,
         Taper::linear,
         Glide::ramp,
         "How much later the right side moves; at 100 its voices are in the middle between those of the left, one "
         "voice a quarter of a sweep later."},
        {&P::feedback,
         "feedback",
         {0_pct, 50_pct},
         0_pct,
         Taper::linear,
         Glide::ramp,
         "Share of the voices that is delayed again."},
        {&P::mix,
         "mix",
         {0_pct, 100_pct},
         40_pct,
         Taper::linear,
         Glide::ramp,
         "Share of the voices in the sound; below 50 no frequency is ever cancelled, in mono neither."},
        {&P::sync, "sync", sweep_notes, Sync::off, Glide::ramp,
         "Note value that a sweep lasts at the tempo, instead of the rate."},
    };

    static Shape shape(const Params&, const Context&) { return SweptDelayProcessor::shape(); }

    static void design(const Params& p, const Context& context, CoeffWriter& out)
    {
        SweptDelayProcessor::design(p, static_cast<int>(p.voices.get()) + 1, context, out);
    }

    static std::unique_ptr<PlanarProcessor> make(const Params&, const Context& context)
    {
        return std::make_unique<SweptDelayProcessor>(context, static_cast<double>(deepest.value + longest.value));
    }
};
} // namespace fohd::dsp
