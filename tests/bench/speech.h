#pragma once
#include "tests/bench/white.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <vector>

namespace fohd::bench {

/// A two-pole resonance of a vocal tract.
struct Formant {
    double y1 = 0, y2 = 0;
    double next(double x, double hz, double width, double rate)
    {
        const double r = std::exp(-std::numbers::pi * width / rate),
                     c = 2 * r * std::cos(2 * std::numbers::pi * hz / rate);
        const double y = (1 - r) * x + c * y1 - r * r * y2;
        y2 = y1;
        return y1 = y;
    }
};

/// Deterministic sound like somebody who speaks: sentences of 3 s with pauses of 0.8 s between them, five syllables a second, each a
/// vowel of three formants over a voice that falls from 130 to 95 Hz, an s before every third, every other sentence 6 dB
/// softer, the room far below. About -23 LUFS at level 1, peaks near -2 dBFS.
inline std::vector<float> speech(std::size_t frames, double rate, std::uint32_t seed, double level)
{
    constexpr double vowels[5][3] = {
        {730, 1090, 2440}, {530, 1840, 2480}, {270, 2290, 3010}, {570, 840, 2410}, {300, 870, 2240}};
    constexpr double sentence = 3.8, spoken = 3.0, syllable = 0.2, s_length = 0.07;
    std::vector<float> out(frames);
    White white(seed);
    std::array<Formant, 3> formants;
    Formant hiss;
    double phase = 0, last = 0;
    for (std::size_t i = 0; i < frames; ++i) {
        const double t = static_cast<double>(i) / rate, place = std::fmod(t, sentence);
        const auto at = static_cast<std::size_t>(place / syllable);
        const double within = std::fmod(place, syllable), share = within / syllable;
        const std::size_t word = (static_cast<std::size_t>(t / sentence) * 7 + at * 3 + seed) % 5;
        const bool speaks = place < spoken, s = speaks && at % 3 == 0 && within < s_length;
        const double loud = static_cast<std::size_t>(t / sentence) % 2 ? 0.5 : 1.0;
        phase += (130 - 35 * place / spoken + 3 * std::sin(2 * std::numbers::pi * 5 * t)) / rate;
        phase -= std::floor(phase);
        // Rosenberg's pulse: the glottis opens slowly and closes at once.
        const double pulse = phase < 0.4    ? 0.5 * (1 - std::cos(std::numbers::pi * phase / 0.4))
                             : phase < 0.56 ? std::cos(std::numbers::pi / 2 * (phase - 0.4) / 0.16)
                                            : 0;
        const double voiced = speaks && !s ? std::pow(std::sin(std::numbers::pi * std::min(1.0, share * 1.1)), 2) : 0;
        const double source = (pulse - last) * 40 * voiced * loud;
        last = pulse;
        double sample = 0;
        for (std::size_t f = 0; f < formants.size(); ++f)
            sample += formants[f].next(source, vowels[word][f], 60 + 40 * static_cast<double>(f), rate) /
                      (1 + static_cast<double>(f));
        const double noise = white();
        const double s_envelope = s ? std::sin(std::numbers::pi * within / s_length) * loud : 0;
        sample += hiss.next(noise * s_envelope, 7000, 2500, rate) * 0.35;
        out[i] = static_cast<float>((sample * 0.15 + noise * 2e-4) * level);
    }
    return out;
}
} // namespace fohd::bench
