#include "dsp/kernels/loudness_design.h"
#include <cmath>
#include <numbers>

namespace fohd::dsp {
namespace {
constexpr double offset = 0.691; ///< dB; so that a sine of 997 Hz at 0 dBFS in one channel is at -3.01 LUFS.
}

// The standard has coefficients for 48 kHz alone; these analogue prototypes give them back, and their like elsewhere.
std::array<SectionCoeffs<float>, 2> k_weighting(double rate)
{
    constexpr double shelf_hz = 1681.974450955533, shelf_db = 3.999843853973347, shelf_q = 0.7071752369554196,
                     slant = 0.4996667741545416, pass_hz = 38.13547087602444, pass_q = 0.5003270373238773;
    const double high = std::pow(10, shelf_db / 20), g = std::tan(std::numbers::pi * shelf_hz / rate),
                 pass_g = std::tan(std::numbers::pi * pass_hz / rate);
    const double level = 1 + pass_g / pass_q + pass_g * pass_g; // the standard does not scale its high pass to 0 dB
    return {trapezoidal_section(g, 1 / shelf_q, high, std::pow(high, slant) / shelf_q, 1),
            trapezoidal_section(pass_g, 1 / pass_q, level, 0, 0)};
}

double loudness_weight(int channel, int channels)
{
    constexpr double surround = 1.41;
    if (channels == 5) return channel >= 3 ? surround : 1;
    if (channels == 6) return channel >= 4 ? surround : channel == 3 ? 0 : 1;
    return 1;
}

double lufs(double energy) { return 10 * std::log10(energy) - offset; }
double energy_of(double lufs) { return std::pow(10, (lufs + offset) / 10); }
} // namespace fohd::dsp
