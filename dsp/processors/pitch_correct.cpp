#include "dsp/processors/pitch_correct.h"
#include <cmath>

namespace fohd::dsp {

Shape PitchCorrect::shape(const Params& p, const Context& context)
{
    Shape shape;
    shape.planar_coeffs = sizeof(PitchCorrectorCoeffs) / sizeof(float);
    shape.planar_latency = PitchCorrector::latency(context.rate, p.low_latency.on());
    return shape;
}

void PitchCorrect::design(const Params& p, const Context& context, CoeffWriter& out)
{
    const Toggle custom[] = {p.c, p.c_sharp, p.d, p.d_sharp, p.e, p.f, p.f_sharp, p.g, p.g_sharp, p.a, p.a_sharp, p.b};
    NoteSet notes = 0;
    if (p.scale.get() == Scale::custom)
        for (unsigned n = 0; n < semitones; ++n) notes |= custom[n].on() ? 1u << n : 0u;
    else
        notes = notes_of(p.scale.get(), p.key.get());

    constexpr double shortest = 0.004; // seconds: faster, and a correction would be a kink in the sound
    const double seconds = std::max(shortest, static_cast<double>(p.speed.value) / 1000);
    const double a_above_c = 9;
    out(PitchCorrectorCoeffs{
        .notes = static_cast<float>(notes),
        .c_octaves = static_cast<float>(std::log2(static_cast<double>(p.reference.value)) - a_above_c / semitones),
        .pace = static_cast<float>(1 - std::pow(0.1, pitch_chunk / (seconds * context.rate))),
        .amount = p.amount.value / 100,
        .shift = p.shift.value,
        .formants = p.formants.value,
        .range = p.range.value});
}

std::unique_ptr<PlanarProcessor> PitchCorrect::make(const Params& p, const Context& context)
{
    return std::make_unique<PitchCorrect>(p, context);
}

PitchCorrect::PitchCorrect(const Params& p, const Context& context)
{
    corrector_.prepare(context.rate, context.channels, p.low_latency.on());
}

void PitchCorrect::aim(std::span<const float> coeffs, bool now)
{
    PitchCorrectorCoeffs c;
    std::memcpy(&c, coeffs.data(), sizeof c);
    corrector_.aim(c, now);
}
} // namespace fohd::dsp
