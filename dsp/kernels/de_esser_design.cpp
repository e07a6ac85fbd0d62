#include "dsp/kernels/de_esser_design.h"
#include <cmath>
#include <numbers>

namespace fohd::dsp {
namespace {
constexpr double octave_db = 6.020599913279624;
// An s lasts 50 to 200 ms. The mean is long against a period of 2 kHz, the release short against a syllable.
constexpr double mean_ms = 2, attack_ms = 1, release_ms = 40;

float kept(double ms, double rate) { return static_cast<float>(std::exp(-1000 / (ms * rate))); }
} // namespace

DeEsserCoeffs<float> design_de_esser(const DeEsserValues& v, double rate)
{
    const double g = std::tan(std::numbers::pi * std::min(v.hz / rate, 0.45)), k = std::numbers::sqrt2;
    return {.all = trapezoidal_section(g, k, 1, -k, 1),
            .high = trapezoidal_section(g, k, 1, 0, 0),
            .threshold = static_cast<float>(2 * v.threshold_db / octave_db),
            .range = static_cast<float>(v.range_db / octave_db),
            .kept_power = kept(mean_ms, rate),
            .attack = kept(attack_ms, rate),
            .release = kept(release_ms, rate),
            .wide = v.wide ? 1.0f : 0.0f,
            .listen = v.listen ? 1.0f : 0.0f,
            .link = v.pair ? 1.0f : 0.0f};
}
} // namespace fohd::dsp
