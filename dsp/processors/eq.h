#pragma once
#include "dsp/kernels/section_design.h"
#include "dsp/registry.h"

namespace fohd::dsp {

/// Up to 16 bands in series, each of its own type, on both sides of a pair, one of them, or its middle or side.
struct Eq {
    static constexpr std::string_view type = "eq", text = "Equalizer of up to 16 bands.";

    enum class Channels { stereo, left, right, mid, side };
    static constexpr std::array<std::string_view, 9> type_names{
        "bell", "low_shelf", "high_shelf", "high_pass", "low_pass", "notch", "band_pass", "all_pass", "tilt"};
    static constexpr std::array<std::string_view, 5> channel_names{"stereo", "left", "right", "mid", "side"};

    struct Params {};
    static constexpr ParamTable<Params> params{};

    struct Band {
        Choice<BandType> type;
        Hertz frequency;
        Decibels gain;
        Plain q;
        Choice<Channels> channels;
    };
    static constexpr ParamTable<Band> band_params{
        {&Band::type, "type", type_names, BandType::bell, Glide::rebuild, "What the band does."},
        {&Band::frequency,
         "frequency",
         {10_Hz, 20_kHz},
         1_kHz,
         Taper::log,
         Glide::ramp,
         "Centre of a bell, notch or band-pass; half gain of a shelf; 3 dB down of a pass filter at q 0.707."},
        {&Band::gain,
         "gain",
         {-30_dB, 30_dB},
         0_dB,
         Taper::linear,
         Glide::ramp,
         "Boost or cut of a bell or shelf; of a tilt the difference of its ends. Other types ignore it."},
        {&Band::q,
         "q",
         {0.025_plain, 40_plain},
         0.707_plain,
         Taper::log,
         Glide::ramp,
         "Quality: the higher, the narrower."},
        {&Band::channels, "channels", channel_names, Channels::stereo, Glide::rebuild,
         "Which part of a stereo sound the band works on."},
    };
    static constexpr int max_bands = 16;
    static constexpr std::array<Band, 4> initial_bands{
        Band{{{static_cast<float>(BandType::low_shelf)}}, 100_Hz, 0_dB, 0.707_plain, {}},
        Band{{{static_cast<float>(BandType::bell)}}, 400_Hz, 0_dB, 0.707_plain, {}},
        Band{{{static_cast<float>(BandType::bell)}}, 2_kHz, 0_dB, 0.707_plain, {}},
        Band{{{static_cast<float>(BandType::high_shelf)}}, 8_kHz, 0_dB, 0.707_plain, {}}};

    static Shape shape(const Params&, std::span<const Band> bands, const Context& context);
    static void design(const Params&, std::span<const Band> bands, const Context& context, CoeffWriter& out);
};
} // namespace fohd::dsp
