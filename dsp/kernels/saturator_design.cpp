#include "dsp/kernels/saturator_design.h"
#include <algorithm>
#include <cmath>
#include <numbers>

namespace fohd::dsp {
namespace {

constexpr double tilt_hz = 1000, tilt_db = 6, blocker_hz = 5, reference = 0.25118864315; // -12 dBFS

/// Where the curve ends, for a slope of 1 at 0; of the fold a quarter of its period.
double reach(SaturatorShape shape)
{
    switch (shape) {
    case SaturatorShape::hard: return 1;
    case SaturatorShape::soft:
    case SaturatorShape::tube: return 1.5;
    case SaturatorShape::tape: return 1.875;
    case SaturatorShape::fold: return 2;
    }
    return 1;
}

double curve(SaturatorShape shape, double x)
{
    const double u = x / reach(shape), c = std::clamp(u, -1.0, 1.0), cc = c * c;
    switch (shape) {
    case SaturatorShape::hard: return c;
    case SaturatorShape::soft: return c * (1.5 - 0.5 * cc);
    case SaturatorShape::tube: return c * (1.5 - 0.5 * cc) + static_cast<double>(tube_asymmetry) * (1 - cc) * (1 - cc);
    case SaturatorShape::tape: return c * (1.875 + cc * (0.375 * cc - 1.25));
    case SaturatorShape::fold: return 4 / std::numbers::pi * std::sin(std::numbers::pi / 2 * u);
    }
    return c;
}

double rms_of_reference(const SaturatorValues& v, double drive)
{
    constexpr int points = 256;
    double sum = 0, squares = 0;
    for (int i = 0; i < points; ++i) {
        const double y =
            saturated(v.shape, drive * reference * std::sin(2 * std::numbers::pi * i / points), v.bias) / points;
        sum += y;
        squares += y * y * points;
    }
    return std::sqrt(std::max(squares - sum * sum, 1e-12));
}

/// Of a one-pole low pass: how much of the way to its input it goes in a frame.
double pole(double hz, double rate) { return 1 - std::exp(-2 * std::numbers::pi * hz / rate); }
} // namespace

double saturated(SaturatorShape shape, double x, double bias) { return curve(shape, x + bias) - curve(shape, bias); }

SaturatorCoeffs<float> design_saturator(const SaturatorValues& v, double rate)
{
    const double drive = std::pow(10, v.drive_db / 20), scale = 1 / reach(v.shape);
    const double level = v.auto_gain ? reference / std::numbers::sqrt2 / rms_of_reference(v, drive) : 1;
    const double tilt = std::pow(10, v.tone * tilt_db / 20);
    const double g = std::tan(std::numbers::pi * tilt_hz / rate) * tilt; // so that 0 dB lies at tilt_hz
    const bool odd = v.bias == 0 && v.shape != SaturatorShape::tube;
    const auto f = [](double x) { return static_cast<float>(x); };
    return {.gain = f(drive * scale),
            .bias = f(v.bias * scale),
            .high = f(v.mix * level * tilt),
            .low = f(v.mix * level / tilt),
            .tilt = f(g / (1 + g)),
            .blocker = f(odd ? 0 : pole(blocker_hz, rate)),
            .dry = f(1 - v.mix)};
}
} // namespace fohd::dsp
