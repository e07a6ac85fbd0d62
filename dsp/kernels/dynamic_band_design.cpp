#include "dsp/kernels/dynamic_band_design.h"
#include <cmath>
#include <numbers>

namespace fohd::dsp {
namespace {
SectionCoeffs<float> filter(DynamicBandType type, double g, double k)
{
    switch (type) {
    case DynamicBandType::bell: return trapezoidal_section(g, k, 0, k, 0);
    case DynamicBandType::low_shelf: return trapezoidal_section(g, k, 0, 0, 1);
    case DynamicBandType::high_shelf: return trapezoidal_section(g, k, 1, 0, 0);
    }
    return identity_section;
}
} // namespace

DynamicBandCoeffs<float> design_dynamic_band(DynamicBandType type, double hz, double q, bool up,
                                             const CompressorValues& dynamics, double rate)
{
    return {.filter = filter(type, std::tan(std::numbers::pi * std::min(hz / rate, 0.45)), 1 / q),
            .dynamics = design_compressor(dynamics, rate),
            .direction = up ? 1.0f : -1.0f};
}
} // namespace fohd::dsp
