#pragma once
#include "dsp/kernels/dynamics_design.h"
#include "dsp/processors/key_filter.h"
#include <cmath>

namespace fohd::dsp {

/// Gate, expander and ducker: dsp/kernels/gate.h runs it.
struct GateProcessor {
    static constexpr std::string_view type = "gate";
    static constexpr std::string_view text =
        "Gate with hysteresis and an external key; with a finite ratio an expander, as a duck the reverse.";

    enum class Mode { gate, duck };
    static constexpr std::array<std::string_view, 2> modes{"gate", "duck"};

    struct Params {
        Decibels threshold, hysteresis;
        Ratio ratio;
        Decibels range;
        Milliseconds attack, hold, release, lookahead;
        Choice<Mode> mode;
        Hertz key_high_pass, key_low_pass;
    };
    using P = Params;
    static constexpr ParamTable<Params> params{
        {&P::threshold,
         "threshold",
         {-80_dB, 0_dB},
         -45_dB,
         Taper::linear,
         Glide::ramp,
         "Peak level of the key at which it opens."},
        {&P::hysteresis,
         "hysteresis",
         {0_dB, 24_dB},
         6_dB,
         Taper::linear,
         Glide::ramp,
         "How far below the threshold it closes."},
        {&P::ratio,
         "ratio",
         {1_to_1, 100_to_1},
         100_to_1,
         Taper::log,
         Glide::rebuild,
         "Change of level out for one of level in, below the threshold; 100 is infinite."},
        {&P::range, "range", {0_dB, 90_dB}, 60_dB, Taper::linear, Glide::ramp, "Most attenuation there ever is."},
        {&P::attack,
         "attack",
         {0.01_ms, 100_ms},
         1_ms,
         Taper::log,
         Glide::ramp,
         "Time to 63 % of the way open; for a duck, of the way down."},
        {&P::hold,
         "hold",
         {0_ms, 2000_ms},
         50_ms,
         Taper::linear,
         Glide::ramp,
         "Wait before the release; at least 10 ms."},
        {&P::release, "release", {5_ms, 4000_ms}, 100_ms, Taper::log, Glide::ramp, "Time to 63 % of the way back."},
        {&P::lookahead,
         "lookahead",
         {0_ms, 20_ms},
         0_ms,
         Taper::linear,
         Glide::rebuild,
         "How much earlier than the sound the key is heard; adds as much latency."},
        {&P::mode, "mode", modes, Mode::gate, Glide::ramp,
         "A gate attenuates what is below the threshold, a duck while the key is above it."},
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

    static GateValues values(const Params& p, const Context& context)
    {
        const auto plain = [](auto quantity) { return static_cast<double>(quantity.value); };
        return {.threshold_db = plain(p.threshold),
                .hysteresis_db = plain(p.hysteresis),
                .ratio = plain(p.ratio),
                .range_db = plain(p.range),
                .attack_ms = plain(p.attack),
                .hold_ms = plain(p.hold),
                .release_ms = plain(p.release),
                .duck = p.mode.get() == Mode::duck,
                .pair = context.channels == 2};
    }

    static Shape shape(const Params& p, const Context& context)
    {
        Shape shape;
        shape.listens = true;
        shape.delay = static_cast<int>(std::lround(static_cast<double>(p.lookahead.value) * context.rate / 1000));
        KeyFilter{p.key_high_pass, p.key_low_pass}.add_to(shape);
        if (wants_expander(values(p, context)))
            shape.core = {{"expander", 0, sizeof(ExpanderCoeffs<float>) / sizeof(float)}};
        else
            shape.core = {{"gate", 0, sizeof(GateCoeffs<float>) / sizeof(float)}};
        return shape;
    }

    static void design(const Params& p, const Context& context, CoeffWriter& out)
    {
        KeyFilter{p.key_high_pass, p.key_low_pass}.design(context.rate, out);
        const GateValues v = values(p, context);
        if (wants_expander(v))
            out(design_expander(v, context.rate));
        else
            out(design_gate(v, context.rate));
    }
};
} // namespace fohd::dsp
