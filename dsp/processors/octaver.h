#pragma once
#include "dsp/kernels/octave_voices.h"
#include "dsp/registry.h"

namespace fohd::dsp {

/// Octaves of one string or voice: dsp/kernels/octave_voices.h runs it, planar.
class Octaver final : public PlanarProcessor {
public:
    static constexpr std::string_view type = "octaver";
    static constexpr std::string_view text =
        "Octaves below and above one string or voice, beside the sound itself, which is not late.";

    static constexpr std::array<std::string_view, 3> ranges{"bass", "guitar", "high"};

    struct Params {
        Decibels dry, down_1, down_2, up_1;
        Choice<OctaverRange> range;
        Hertz tone;
    };
    static constexpr Silence silent{-60_dB}; ///< Where a level is off.
    using P = Params;
    static constexpr ParamTable<Params> params{
        {&P::dry, "dry", {silent, 6_dB}, 0_dB, Taper::linear, Glide::ramp, "Level of the sound itself; off at -60 dB."},
        {&P::down_1,
         "down_1",
         {silent, 6_dB},
         -6_dB,
         Taper::linear,
         Glide::ramp,
         "Level of the octave below, which is 0.1 to 1.2 periods of the sound and half a millisecond late; off at -60 "
         "dB."},
        {&P::down_2,
         "down_2",
         {silent, 6_dB},
         silent,
         Taper::linear,
         Glide::ramp,
         "Level of the second octave below, which is 0.1 to 1.3 periods and half a millisecond late; off at -60 dB."},
        {&P::up_1,
         "up_1",
         {silent, 6_dB},
         silent,
         Taper::linear,
         Glide::ramp,
         "Level of the octave above, which is 0.5 to 1.1 periods and half a millisecond late; off at -60 dB."},
        {&P::range, "range", ranges, OctaverRange::guitar, Glide::ramp,
         "Tones that are followed: bass 30 to 500 Hz, guitar 70 to 1100 Hz, high 150 Hz to 2 kHz. A higher range "
         "follows sooner."},
        {&P::tone, "tone", {100_Hz, 6_kHz}, 2_kHz, Taper::log, Glide::ramp, "Low pass of the octaves, 12 dB/oct."},
    };

    static constexpr ReadingSpec readings[] = {
        {"pitch", Unit::hertz, 1, "Pitch that the octaves are made of; 0 where there is none."}};

    static Shape shape(const Params& p, const Context& context);
    static void design(const Params& p, const Context& context, CoeffWriter& out);
    static std::unique_ptr<PlanarProcessor> make(const Params& p, const Context& context);

    explicit Octaver(const Context& context) { octaves_.prepare(context.rate, context.channels); }
    void run(float* const* channels, int frames) override { octaves_.process(channels, frames); }
    void aim(std::span<const float> coeffs, bool now) override;
    float reading(int, int) const override { return static_cast<float>(octaves_.pitch_hz()); }
    void clear() override { octaves_.clear(); }
    void take(const PlanarProcessor& from) override { octaves_.take(static_cast<const Octaver&>(from).octaves_); }

private:
    OctaveVoices octaves_;
};
} // namespace fohd::dsp
