#include "dsp/processors/octaver.h"
#include <cmath>
#include <numbers>

namespace fohd::dsp {

Shape Octaver::shape(const Params&, const Context&)
{
    Shape shape;
    shape.planar_coeffs = sizeof(OctaveCoeffs) / sizeof(float);
    return shape;
}

void Octaver::design(const Params& p, const Context& context, CoeffWriter& out)
{
    const auto gain = [](Decibels level) { return level > silent ? std::pow(10.0f, level.value / 20) : 0.0f; };
    const double turns = std::min(static_cast<double>(p.tone.value) / context.rate, 0.45);
    out(OctaveCoeffs{.dry = gain(p.dry),
                     .voices = {gain(p.down_1), gain(p.down_2), gain(p.up_1)},
                     .tone = static_cast<float>(std::tan(std::numbers::pi * turns)),
                     .range = p.range.value});
}

std::unique_ptr<PlanarProcessor> Octaver::make(const Params&, const Context& context)
{
    return std::make_unique<Octaver>(context);
}

void Octaver::aim(std::span<const float> coeffs, bool now)
{
    OctaveCoeffs c;
    std::memcpy(&c, coeffs.data(), sizeof c);
    octaves_.aim(c, now);
}
} // namespace fohd::dsp
