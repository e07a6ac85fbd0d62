#pragma once
#include "tests/support/tones.h"
#include <functional>
#include <random>

// Sounds that have a pitch, and how it is measured.

namespace fohd::test {

/// Harmonics that fall by 1 / n, of a pitch that may change: `hz` by seconds.
inline std::vector<float> sung(const std::function<double(double)>& hz, double rate, double seconds, int harmonics = 20,
                               double breath = 0)
{
    std::vector<float> sound(static_cast<std::size_t>(seconds * rate));
    std::mt19937 generator(5);
    std::uniform_real_distribution<double> noise(-breath, breath);
    double turns = 0;
    for (std::size_t i = 0; i < sound.size(); ++i) {
        const double f = hz(static_cast<double>(i) / rate);
        double sum = noise(generator);
        for (int n = 1; n <= harmonics && n * f < 0.45 * rate; ++n)
            sum += 0.3 / n * std::sin(2 * std::numbers::pi * n * turns + n);
        sound[i] = static_cast<float>(sum);
        turns = std::fmod(turns + f / rate, 1.0);
    }
    return sound;
}

/// Amplitude of a tone through Hann's window, and its phase at the first frame.
inline std::complex<double> hann_tone(std::span<const float> sound, double hz, double rate)
{
    std::complex<double> sum = 0, turn = 1;
    const auto step = std::polar(1.0, -2 * std::numbers::pi * hz / rate),
               bow = std::polar(1.0, 2 * std::numbers::pi / static_cast<double>(sound.size()));
    std::complex<double> window = 1;
    for (float x : sound) {
        sum += static_cast<double>(x) * (1 - window.real()) * turn;
        turn *= step;
        window *= bow;
    }
    return sum * 2.0 / static_cast<double>(sound.size());
}

/// The frequency of a steady tone near `hz`, by what its phase gains from the first half to the second.
inline double frequency_near(std::span<const float> sound, double hz, double rate)
{
    const std::size_t half = sound.size() / 2;
    for (int n = 0; n < 3; ++n) {
        const auto early = hann_tone(sound.first(half), hz, rate),
                   late =
                       hann_tone(sound.subspan(half, half), hz, rate) *
                       std::polar(1.0, -2 * std::numbers::pi * std::fmod(hz * static_cast<double>(half) / rate, 1.0));
        hz += std::arg(late / early) / (2 * std::numbers::pi) * rate / static_cast<double>(half);
    }
    return hz;
}

inline double cents(double hz, double of) { return 1200 * std::log2(hz / of); }

inline double rms(std::span<const float> sound)
{
    double sum = 0;
    for (float x : sound) sum += static_cast<double>(x) * static_cast<double>(x);
    return std::sqrt(sum / static_cast<double>(sound.size()));
}
} // namespace fohd::test
