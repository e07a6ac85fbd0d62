#pragma once
#include "dsp/kernels/de_esser_design.h"
#include "dsp/registry.h"

namespace fohd::dsp {

/// Turns sharp consonants down: dsp/kernels/de_esser.h runs it.
struct DeEsserProcessor {
    static constexpr std::string_view type = "de_esser";
    static constexpr std::string_view text =
        "De-esser: acts where the band above its frequency is strong against the whole sound, whatever its level.";

    enum class Mode { split, wide };
    static constexpr std::array<std::string_view, 2> modes{"split", "wide"};

    struct Params {
        Hertz frequency;
        Decibels threshold, range;
        Choice<Mode> mode;
        Toggle listen;
    };
    using P = Params;
    static constexpr ParamTable<Params> params{
        {&P::frequency,
         "frequency",
         {2_kHz, 16_kHz},
         6_kHz,
         Taper::log,
         Glide::ramp,
         "Where the band begins, by 24 dB/oct."},
        {&P::threshold,
         "threshold",
         {-40_dB, 0_dB},
         -10_dB,
         Taper::linear,
         Glide::ramp,
         "Level of the band against the whole sound above which it is turned down, by as much as it is above."},
        {&P::range, "range", {0_dB, 24_dB}, 12_dB, Taper::linear, Glide::ramp, "Most reduction there ever is."},
        {&P::mode, "mode", modes, Mode::split, Glide::ramp,
         "What is turned down: split the band alone, wide the whole sound."},
        {&P::listen, "listen", false, Glide::ramp, "Lets the band be heard alone, as it is measured."},
    };
    static constexpr int reduction_row = 0;

    static Shape shape(const Params&, const Context&)
    {
        Shape shape;
        shape.core = {{"de_esser", 0, sizeof(DeEsserCoeffs<float>) / sizeof(float)}};
        return shape;
    }

    static void design(const Params& p, const Context& context, CoeffWriter& out)
    {
        const auto plain = [](auto quantity) { return static_cast<double>(quantity.value); };
        out(design_de_esser({.hz = plain(p.frequency),
                             .threshold_db = plain(p.threshold),
                             .range_db = plain(p.range),
                             .wide = p.mode.get() == Mode::wide,
                             .listen = p.listen.on(),
                             .pair = context.channels == 2},
                            context.rate));
    }
};
} // namespace fohd::dsp
