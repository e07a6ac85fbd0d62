#pragma once
#include "tests/bench/white.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace fohd::bench {

/// Deterministic sound like a channel of a stage: pink noise near -20 dBFS, tone bursts four times a second that peak near
/// -4 dBFS, and a quarter of a second of near silence every 4 s, so that gates move. `seed` chooses the channel.
inline std::vector<float> programme(std::size_t frames, double rate, std::uint32_t seed, double level)
{
    std::vector<float> out(frames);
    White white(seed);
    double b0 = 0, b1 = 0, b2 = 0; // pink: three one-poles a decade apart
    const double pitch = 110 * std::pow(2.0, (seed % 24) / 12.0), tau = 2 * 3.14159265358979323846;
    for (std::size_t i = 0; i < frames; ++i) {
        const double w = white(), t = static_cast<double>(i) / rate;
        b0 = 0.99765 * b0 + w * 0.0990460;
        b1 = 0.96300 * b1 + w * 0.2965164;
        b2 = 0.57000 * b2 + w * 1.0526913;
        const double since = std::fmod(t + (seed % 7) * 0.02, 0.25), burst = std::exp(-since / 0.05);
        double sample = (b0 + b1 + b2 + w * 0.1848) * 0.045 +
                        burst * (0.55 * std::sin(tau * pitch * t) + 0.12 * std::sin(tau * pitch * 11.3 * t));
        if (std::fmod(t, 4.0) > 3.75) sample *= 1e-5;
        out[i] = static_cast<float>(sample * level);
    }
    return out;
}
} // namespace fohd::bench
