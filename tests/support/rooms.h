#pragma once
#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <numbers>
#include <span>
#include <vector>

// What is measured in rooms: impulse responses in, times and densities out.

namespace fohd::test {

/// An octave of a sound: two band-passes (RBJ cookbook), one after the other, that are 3 dB down together half an octave off.
inline std::vector<double> octave_of(std::span<const float> sound, double hz, double rate)
{
    std::vector<double> out(sound.begin(), sound.end());
    const double q = 0.91, w = 2 * std::numbers::pi * hz / rate, alpha = std::sin(w) / (2 * q);
    const double b = alpha / (1 + alpha), a1 = -2 * std::cos(w) / (1 + alpha), a2 = (1 - alpha) / (1 + alpha);
    for (int pass = 0; pass < 2; ++pass) {
        double x1 = 0, x2 = 0, y1 = 0, y2 = 0;
        for (double& sample : out) {
            const double x = sample, y = b * (x - x2) - a1 * y1 - a2 * y2;
            x2 = x1, x1 = x, y2 = y1, y1 = y;
            sample = y;
        }
    }
    return out;
}

inline double energy(std::span<const double> sound)
{
    double sum = 0;
    for (const double sample : sound) sum += sample * sample;
    return sum;
}

/// T60 in s by Schroeder's backward integration (JASA 37, 1965), the line through -5 .. -35 dB (ISO 3382-1), of the energy at several
/// places, summed up.
inline double decay_time(const std::vector<std::vector<double>>& places, double rate)
{
    std::vector<double> left(places.front().size() + 1);
    for (std::size_t i = left.size() - 1; i-- > 0;) {
        left[i] = left[i + 1];
        for (const auto& place : places) left[i] += place[i] * place[i];
    }
    double count = 0, t = 0, tt = 0, l = 0, tl = 0;
    for (std::size_t i = 0; i + 1 < left.size(); ++i) {
        const double level = 10 * std::log10(left[i] / left[0] + 1e-30), at = static_cast<double>(i) / rate;
        if (level > -5) continue;
        if (level < -35) break;
        count += 1, t += at, tt += at * at, l += level, tl += at * level;
    }
    return -60 * (count * tt - t * t) / (count * tl - t * l);
}

/// Normalised echo density (Abel and Huang, AES 121, 2006) at a time: the share of samples beyond one standard deviation in 20 ms
/// under a Hann window, as against that of Gaussian noise. 1 is noise.
inline double echo_density(std::span<const float> response, double seconds, double rate)
{
    const auto half = static_cast<std::ptrdiff_t>(0.01 * rate), centre = static_cast<std::ptrdiff_t>(seconds * rate);
    double weights = 0, squares = 0, beyond = 0;
    const auto weight = [&](std::ptrdiff_t i) {
        return 0.5 + 0.5 * std::cos(std::numbers::pi * static_cast<double>(i) / static_cast<double>(half));
    };
    const auto at = [&](std::ptrdiff_t i) {
        return static_cast<double>(response[static_cast<std::size_t>(centre + i)]);
    };
    for (std::ptrdiff_t i = -half; i <= half; ++i) weights += weight(i), squares += weight(i) * at(i) * at(i);
    const double deviation = std::sqrt(squares / weights);
    for (std::ptrdiff_t i = -half; i <= half; ++i) beyond += std::abs(at(i)) > deviation ? weight(i) : 0;
    return beyond / weights / std::erfc(std::numbers::sqrt2 / 2);
}

/// The largest correlation, 0..1, of a sound with itself later by 1 to 150 ms.
inline double longest_likeness(std::span<const double> sound, double rate)
{
    const auto first = static_cast<std::size_t>(0.001 * rate), last = static_cast<std::size_t>(0.15 * rate);
    const double whole = energy(sound);
    double most = 0;
    for (std::size_t lag = first; lag < last; ++lag) {
        double sum = 0;
        for (std::size_t i = lag; i < sound.size(); ++i) sum += sound[i] * sound[i - lag];
        most = std::max(most, std::abs(sum) / whole);
    }
    return most;
}

/// Energy of each bin of the first 2^n frames, under a Hann window.
inline std::vector<double> power_spectrum(std::span<const double> sound)
{
    std::size_t size = 1;
    while (2 * size <= sound.size()) size *= 2;
    std::vector<std::complex<double>> bins(size);
    for (std::size_t i = 0, reversed = 0; i < size; ++i) {
        const double window =
            0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(size));
        bins[reversed] = sound[i] * window;
        std::size_t bit = size / 2;
        for (; bit && (reversed & bit); bit /= 2) reversed ^= bit;
        reversed |= bit;
    }
    for (std::size_t half = 1; half < size; half *= 2)
        for (std::size_t k = 0; k < half; ++k) {
            const auto turn = std::polar(1.0, -std::numbers::pi * static_cast<double>(k) / static_cast<double>(half));
            for (std::size_t i = k; i < size; i += 2 * half) {
                const auto other = bins[i + half] * turn;
                bins[i + half] = bins[i] - other;
                bins[i] += other;
            }
        }
    std::vector<double> power;
    for (std::size_t i = 0; i < size / 2; ++i) power.push_back(std::norm(bins[i]));
    return power;
}
} // namespace fohd::test
