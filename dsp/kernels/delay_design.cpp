#include "dsp/kernels/delay_design.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fohd::dsp {
namespace {

/// A window over -1..1.
double kaiser(double x, double beta)
{
    return x * x < 1 ? std::cyl_bessel_i(0, beta * std::sqrt(1 - x * x)) / std::cyl_bessel_i(0, beta) : 0;
}

DelayTap tap_at(double frames)
{
    DelayTap tap{};
    const double nearest = std::round(frames);
    if (std::abs(frames - nearest) < 1e-3 + 1e-7 * frames) { // a time in float milliseconds is not exact
        tap = {.newest = static_cast<float>(nearest), .count = 1, .taps = {1}};
        return tap;
    }
    const int whole = static_cast<int>(frames), count = std::min(delay_taps, 2 * whole), newest = whole - count / 2 + 1;
    const double beta = 9.0 * count / delay_taps; // keeps the width of the transition band
    double sum = 0;
    std::array<double, delay_taps> taps{};
    for (int k = 0; k < count; ++k) {
        const double x = newest + k - frames, angle = std::numbers::pi * x;
        taps[static_cast<unsigned>(k)] = std::sin(angle) / angle * kaiser(2 * x / count, beta);
        sum += taps[static_cast<unsigned>(k)];
    }
    tap.newest = static_cast<float>(newest);
    tap.count = static_cast<float>(count);
    std::transform(taps.begin(), taps.end(), tap.taps.begin(), [&](double t) { return static_cast<float>(t / sum); });
    return tap;
}

float warped(double hz, double rate)
{
    return static_cast<float>(std::tan(std::numbers::pi * std::min(hz / rate, 0.45)));
}
} // namespace

DelayCoeffs design_delay(const DelayValues& values, double rate)
{
    const bool low = values.low_cut_hz > 0, high = values.high_cut_hz > 0;
    return {.tap = tap_at(std::max(values.frames, 1.0)),
            .levels = {.feedback = static_cast<float>(values.feedback),
                       .ping_pong = values.ping_pong ? 1.0f : 0.0f,
                       .mix = static_cast<float>(values.mix),
                       .low_cut = warped(low ? values.low_cut_hz : 20, rate),
                       .low_cut_on = low ? 1.0f : 0.0f,
                       .high_cut = warped(high ? values.high_cut_hz : 20000, rate),
                       .high_cut_on = high ? 1.0f : 0.0f}};
}

double speed_of_sound(double celsius) { return 331.3 * std::sqrt(1 + celsius / 273.15); }
} // namespace fohd::dsp
