#pragma once
#include "dsp/kernels/dynamic_band_design.h"
#include "dsp/registry.h"

namespace fohd::dsp {

/// Bands in series whose gain follows the level in them, or in the same band of a key: dsp/kernels/dynamic_band.h runs each.
struct DynamicEq {
    static constexpr std::string_view type = "dynamic_eq";
    static constexpr std::string_view text =
        "Equalizer of up to 8 bands whose gain follows the level in the band, or in the same band of a key.";

    static constexpr std::array<std::string_view, 3> type_names{"bell", "low_shelf", "high_shelf"};

    struct Params {};
    static constexpr ParamTable<Params> params{};

    struct Band {
        Choice<DynamicBandType> type;
        Hertz frequency;
        Plain q;
        Decibels gain, threshold;
        Ratio ratio;
        Decibels knee, range;
        Milliseconds attack, release;
    };
    static constexpr ParamTable<Band> band_params{
        {&Band::type, "type", type_names, DynamicBandType::bell, Glide::ramp, "What the band works on, and measures."},
        {&Band::frequency,
         "frequency",
         {20_Hz, 20_kHz},
         3_kHz,
         Taper::log,
         Glide::ramp,
         "Centre of a bell; where a shelf ends."},
        {&Band::q, "q", {0.1_plain, 20_plain}, 1_plain, Taper::log, Glide::ramp, "Quality: the higher, the narrower."},
        {&Band::gain, "gain", {-30_dB, 30_dB}, 0_dB, Taper::linear, Glide::ramp, "Gain of the band at rest."},
        {&Band::threshold,
         "threshold",
         {-80_dB, 0_dB},
         -30_dB,
         Taper::linear,
         Glide::ramp,
         "Peak level in the band above which its gain moves."},
        {&Band::ratio,
         "ratio",
         {1_to_1, 100_to_1},
         2_to_1,
         Taper::log,
         Glide::ramp,
         "Change of level in for one of level out of a cut, above the threshold; a boost rises as a cut would fall."},
        {&Band::knee,
         "knee",
         {0_dB, 24_dB},
         6_dB,
         Taper::linear,
         Glide::ramp,
         "Width of the bend round the threshold."},
        {&Band::range,
         "range",
         {-30_dB, 30_dB},
         -12_dB,
         Taper::linear,
         Glide::ramp,
         "How far the gain may move from rest: below 0 it is cut when the band is loud, above 0 boosted."},
        {&Band::attack,
         "attack",
         {0.05_ms, 500_ms},
         10_ms,
         Taper::log,
         Glide::ramp,
         "Time to 63 % of a step of gain in dB."},
        {&Band::release,
         "release",
         {5_ms, 5000_ms},
         100_ms,
         Taper::log,
         Glide::ramp,
         "Time to 63 % of the way back, in dB."},
    };
    static constexpr int max_bands = 8;
    static constexpr std::array<Band, 1> initial_bands{band_params.initial()};
    static constexpr bool keyed = true;
    static constexpr int reduction_row = 0;

    static Shape shape(const Params&, std::span<const Band> bands, const Context& context)
    {
        Shape shape;
        shape.listens = shape.key_is_filtered = context.keyed; // else each band measures what it lets through
        shape.core.assign(bands.size(), {context.keyed ? "dynamic_band_keyed" : "dynamic_band", 0,
                                         sizeof(DynamicBandCoeffs<float>) / sizeof(float)});
        return shape;
    }

    static void design(const Params&, std::span<const Band> bands, const Context& context, CoeffWriter& out)
    {
        const auto plain = [](auto quantity) { return static_cast<double>(quantity.value); };
        for (const Band& band : bands)
            out(design_dynamic_band(band.type.get(), plain(band.frequency), plain(band.q), band.range > 0_dB,
                                    {.threshold_db = plain(band.threshold),
                                     .ratio = plain(band.ratio),
                                     .knee_db = plain(band.knee),
                                     .attack_ms = plain(band.attack),
                                     .release_ms = plain(band.release),
                                     .makeup_db = plain(band.gain),
                                     .link = context.channels == 2 ? 1.0 : 0.0,
                                     .range_db = std::abs(plain(band.range))},
                                    context.rate));
    }
};
} // namespace fohd::dsp
