#pragma once
#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace fohd::test {

inline double db(double amplitude) { return 20 * std::log10(std::max(std::abs(amplitude), 1e-30)); }
inline float amplitude(double db) { return static_cast<float>(std::pow(10, db / 20)); }

inline std::vector<float> sine(double hz, double level_db, double rate, double seconds)
{
    std::vector<float> sound(static_cast<std::size_t>(seconds * rate));
    for (std::size_t i = 0; i < sound.size(); ++i)
        sound[i] = static_cast<float>(amplitude(level_db) *
                                      std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / rate));
    return sound;
}

/// A square wave at half the rate: its amplitude is its level at every sample.
inline void append_level(std::vector<float>& sound, double level_db, double rate, double seconds)
{
    const auto count = static_cast<std::size_t>(std::lround(seconds * rate));
    for (std::size_t i = 0; i < count; ++i)
        sound.push_back(sound.size() % 2 ? -amplitude(level_db) : amplitude(level_db));
}

} // namespace fohd::test
