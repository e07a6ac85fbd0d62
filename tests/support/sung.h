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

using Formants = std::vector<std::pair<double, double>>; ///< Hz and bandwidth of each.

/// What resonances in series make of a frequency, each of unit gain at 0 Hz.
inline std::complex<double> tract_at(const Formants& formants, double hz, double rate)
{
    std::complex<double> gain = 1;
    const auto z = std::polar(1.0, -2 * std::numbers::pi * hz / rate);
    for (const auto& [centre, width] : formants) {
        const double r = std::exp(-std::numbers::pi * width / rate),
                     c = 2 * r * std::cos(2 * std::numbers::pi * centre / rate);
        gain *= (1 - c + r * r) / (1.0 - c * z + r * r * z * z);
    }
    return gain;
}

/// A vowel on a steady pitch: pulses whose harmonics fall by 1 / n, through a vocal tract.
inline std::vector<float> spoken(double hz, const Formants& formants, double rate, double seconds)
{
    std::vector<double> amplitudes, phases;
    constexpr double highest = 8000;
    for (int n = 1; n * hz < highest; ++n) {
        const auto gain = tract_at(formants, n * hz, rate) / static_cast<double>(n);
        amplitudes.push_back(std::abs(gain));
        phases.push_back(std::arg(gain));
    }
    std::vector<float> sound(static_cast<std::size_t>(seconds * rate));
    for (std::size_t i = 0; i < sound.size(); ++i) {
        const double turns = std::fmod(hz * static_cast<double>(i) / rate, 1.0);
        double sum = 0;
        for (std::size_t n = 0; n < amplitudes.size(); ++n)
            sum += amplitudes[n] * std::cos(2 * std::numbers::pi * static_cast<double>(n + 1) * turns + phases[n]);
        sound[i] = static_cast<float>(0.1 * sum);
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
