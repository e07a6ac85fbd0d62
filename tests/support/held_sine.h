#pragma once
#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace fohd::test {

/// How evenly a sine goes on: its least and highest amplitude, by each frame and the slope there, and its sharpest bend.
struct HeldSine {
    float lowest, highest, bend;
};
inline HeldSine held_sine(std::span<const float> sound, double hz, double rate)
{
    const double turn = 2 * std::numbers::pi * hz / rate;
    HeldSine held{1e9f, 0, 0};
    for (std::size_t i = 1; i + 1 < sound.size(); ++i) {
        const double slope = static_cast<double>(sound[i + 1] - sound[i - 1]) / (2 * std::sin(turn));
        const auto amplitude = static_cast<float>(std::hypot(static_cast<double>(sound[i]), slope));
        held.lowest = std::min(held.lowest, amplitude);
        held.highest = std::max(held.highest, amplitude);
        held.bend = std::max(held.bend, std::abs(sound[i + 1] - 2 * sound[i] + sound[i - 1]));
    }
    return held;
}
/// What the sine itself bends by.
inline float bend_of_sine(double hz, double rate, double amplitude)
{
    return static_cast<float>(amplitude * std::pow(2 * std::numbers::pi * hz / rate, 2));
}
} // namespace fohd::test
