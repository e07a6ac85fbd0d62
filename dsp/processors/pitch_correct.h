#pragma once
#include "dsp/kernels/pitch_corrector.h"
#include "dsp/registry.h"

namespace fohd::dsp {

/// Pitch correction of one voice: dsp/kernels/pitch_corrector.h runs it, planar.
class PitchCorrect final : public PlanarProcessor {
public:
    static constexpr std::string_view type = "pitch_correct";
    static constexpr std::string_view text =
        "Pitch correction of one voice or instrument to the notes of a scale; what has no pitch passes untouched.";

    static constexpr std::array<std::string_view, 2> ranges{"voice", "instrument"};

    struct Params {
        Choice<Scale> scale;
        Choice<int> key;
        Toggle c, c_sharp, d, d_sharp, e, f, f_sharp, g, g_sharp, a, a_sharp, b;
        Hertz reference;
        Milliseconds speed;
        Percent amount;
        Plain shift;
        Toggle formants;
        Choice<SungRange> range;
        Toggle low_latency;
    };
    using P = Params;
    static constexpr std::string_view note_text =
        "The note belongs to the scale custom; without any, nothing is corrected.";
    static constexpr ParamTable<Params> params{
        {&P::scale, "scale", scale_names, Scale::chromatic, Glide::ramp,
         "Notes that the voice is brought to, from the key note on; custom is those that are switched on one by one."},
        {&P::key, "key", note_names, 0, Glide::ramp, "Key note of the scale."},
        {&P::c, "c", true, Glide::ramp, note_text},
        {&P::c_sharp, "c_sharp", true, Glide::ramp, note_text},
        {&P::d, "d", true, Glide::ramp, note_text},
        {&P::d_sharp, "d_sharp", true, Glide::ramp, note_text},
        {&P::e, "e", true, Glide::ramp, note_text},
        {&P::f, "f", true, Glide::ramp, note_text},
        {&P::f_sharp, "f_sharp", true, Glide::ramp, note_text},
        {&P::g, "g", true, Glide::ramp, note_text},
        {&P::g_sharp, "g_sharp", true, Glide::ramp, note_text},
        {&P::a, "a", true, Glide::ramp, note_text},
        {&P::a_sharp, "a_sharp", true, Glide::ramp, note_text},
        {&P::b, "b", true, Glide::ramp, note_text},
        {&P::reference,
         "reference",
         {400_Hz, 480_Hz},
         440_Hz,
         Taper::linear,
         Glide::ramp,
         "The a that all is tuned to."},
        {&P::speed,
         "speed",
         {0_ms, 500_ms},
         60_ms,
         Taper::linear,
         Glide::ramp,
         "Time in which nine tenths of what is missing to the note are made good; slow leaves vibrato and slides, 0 "
         "takes "
         "them away."},
        {&P::amount,
         "amount",
         {0_pct, 100_pct},
         100_pct,
         Taper::linear,
         Glide::ramp,
         "Share of what is missing that is made good in the end."},
        {&P::shift,
         "shift",
         {-12_plain, 12_plain},
         0_plain,
         Taper::linear,
         Glide::ramp,
         "Semitones by which all that has a pitch is moved, besides."},
        {&P::formants, "formants", true, Glide::ramp,
         "The sound of the vowels stays as it is, for up to an octave; off, it moves with the pitch."},
        {&P::range, "range", ranges, SungRange::voice, Glide::ramp,
         "voice hears tones of 65 Hz to 1 kHz, instrument of 41 Hz to 1.5 kHz."},
        {&P::low_latency, "low_latency", false, Glide::rebuild,
         "Latency of 7.5 ms instead of 20 ms; a beginning and a change of pitch are then heard before they are "
         "corrected."},
    };

    static constexpr ReadingSpec readings[] = {
        {"pitch", Unit::hertz, 1, "Pitch of the sound that is heard, before it is moved; 0 where it has none."},
        {"correction", Unit::plain, 1, "How far it is moved to a note now, in cents; without the shift."}};

    static Shape shape(const Params& p, const Context& context);
    static void design(const Params& p, const Context& context, CoeffWriter& out);
    static std::unique_ptr<PlanarProcessor> make(const Params& p, const Context& context);

    PitchCorrect(const Params& p, const Context& context);
    void run(float* const* channels, int frames) override { corrector_.process(channels, frames); }
    void aim(std::span<const float> coeffs, bool now) override;
    float reading(int reading, int) const override
    {
        return static_cast<float>(reading == 0 ? corrector_.pitch_hz() : corrector_.correction_cents());
    }
    void clear() override { corrector_.clear(); }
    void take(const PlanarProcessor& from) override
    {
        corrector_.take(static_cast<const PitchCorrect&>(from).corrector_);
    }

private:
    PitchCorrector corrector_;
};
} // namespace fohd::dsp
