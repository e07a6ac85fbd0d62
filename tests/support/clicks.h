#pragma once
#include <cmath>
#include <numbers>
#include <vector>

namespace fohd::test {

/// What lies above 3 kHz: a fourth-order Butterworth high-pass. It keeps all of a jump, and leaves of 200 Hz less than
/// -90 dB.
inline std::vector<float> above_3k(const std::vector<float>& sound, double rate = 48000)
{
    std::vector<float> out = sound;
    for (const double q : {0.54119610, 1.30656296}) {
        const double w = 2 * std::numbers::pi * 3000 / rate, alpha = std::sin(w) / (2 * q), c = std::cos(w);
        const double b = (1 + c) / 2 / (1 + alpha), a1 = -2 * c / (1 + alpha), a2 = (1 - alpha) / (1 + alpha);
        double x1 = 0, x2 = 0, y1 = 0, y2 = 0;
        for (float& sample : out) {
            const double x = static_cast<double>(sample), y = b * (x - 2 * x1 + x2) - a1 * y1 - a2 * y2;
            x2 = x1;
            x1 = x;
            y2 = y1;
            y1 = y;
            sample = static_cast<float>(y);
        }
    }
    return out;
}
} // namespace fohd::test
