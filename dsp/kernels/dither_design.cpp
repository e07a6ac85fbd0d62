#include "dsp/kernels/dither_design.h"
#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

namespace fohd::dsp {
namespace {

constexpr double hold_seconds = 0.5;
using Correlation = std::array<double, dither_taps + 1>;

/// Of the quietest tone that is heard, dB SPL.
double threshold_in_quiet(double hz)
{
    const double khz = std::max(hz, 20.0) / 1000;
    return 3.64 * std::pow(khz, -0.8) - 6.5 * std::exp(-0.6 * (khz - 3.3) * (khz - 3.3)) + 0.001 * std::pow(khz, 4);
}

/// Of a sound whose spectrum is how keen the ear is.
Correlation ear(double rate)
{
    constexpr int points = 512;
    constexpr double keenest = -5, range = 40; // dB; beyond it the noise would only grow where it is not heard
    Correlation sums{};
    for (int i = 0; i < points; ++i) {
        const double share = (i + 0.5) / points;
        const double weight =
            std::pow(10, -std::min(threshold_in_quiet(share * rate / 2), keenest + range) / 10) / points;
        for (std::size_t lag = 0; lag < sums.size(); ++lag)
            sums[lag] += weight * std::cos(std::numbers::pi * share * static_cast<double>(lag));
    }
    return sums;
}

/// The filter 1 + p1 z^-1 + … that leaves least of such a sound, by Levinson's recursion.
Correlation prediction_error_filter(const Correlation& of)
{
    Correlation filter{1};
    double left = of[0];
    for (std::size_t m = 1; m < of.size(); ++m) {
        double sum = of[m];
        for (std::size_t j = 1; j < m; ++j) sum += filter[j] * of[m - j];
        const double reflection = -sum / left;
        const Correlation before = filter;
        for (std::size_t j = 1; j < m; ++j) filter[j] += reflection * before[m - j];
        filter[m] = reflection;
        left *= 1 - reflection * reflection;
    }
    return filter;
}
} // namespace

DitherCoeffs<float> design_dither(int channel, double rate)
{
    return {static_cast<float>(channel), static_cast<float>(std::round(hold_seconds * rate))};
}

ShapedDitherCoeffs<float> design_shaped_dither(int channel, double rate)
{
    ShapedDitherCoeffs<float> coeffs{design_dither(channel, rate), {}};
    const Correlation filter = prediction_error_filter(ear(rate));
    for (std::size_t k = 1; k < filter.size(); ++k) coeffs.taps[k - 1] = static_cast<float>(filter[k]);
    return coeffs;
}

double shaping_db(const ShapedDitherCoeffs<float>& coeffs, double hz, double rate)
{
    std::complex<double> sum = 1;
    for (int k = 0; k < dither_taps; ++k)
        sum += static_cast<double>(coeffs.taps[k]) * std::polar(1.0, -2 * std::numbers::pi * hz / rate * (k + 1));
    return 20 * std::log10(std::abs(sum));
}
} // namespace fohd::dsp
