#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace fohd::daemon {

/// Noise of equal power in every octave from 20 Hz up, −20 dBFS RMS, deterministic. White noise through first-order
/// sections whose poles and zeros alternate at equal ratios: their slopes of −6 and 0 dB/oct average to −3 (Keshner,
/// "1/f Noise", Proc. IEEE 1982).
class PinkNoise {
public:
    PinkNoise(int rate, std::uint64_t seed) : random_(seed * 0x9e3779b97f4a7c15u + 1)
    {
        const auto at = [rate](double hertz) { return std::exp(-2 * std::numbers::pi * hertz / rate); };
        const double ratio = std::sqrt(std::min(20000.0, 0.4 * rate) / 10.0);
        const double step = std::pow(ratio, 2.0 / sections); // From 10 Hz to the top in equal ratios.
        for (int n = 0; n < sections; ++n) {
            poles_[index(n)] = at(10.0 * std::pow(step, n));
            zeros_[index(n)] = at(10.0 * std::pow(step, n + 0.5));
        }
        // The RMS of filtered white noise is that of the impulse response; 10 Hz has rung out after a second.
        double energy = 0;
        for (int frame = 0; frame < rate; ++frame) {
            const double response = filtered(frame == 0 ? 1.0 : 0.0);
            energy += response * response;
        }
        last_.fill(0);
        constexpr double white_rms = 0.57735026918962576; // Uniform within ±1: 1/√3.
        gain_ = 0.1 / (white_rms * std::sqrt(energy));
    }

    float next() noexcept
    {
        random_ = random_ * 6364136223846793005u + 1442695040888963407u;
        const double white = static_cast<double>(static_cast<std::int64_t>(random_)) * 0x1p-63;
        return static_cast<float>(gain_ * filtered(white));
    }

private:
    static constexpr int sections = 6;
    static std::size_t index(int n) { return static_cast<std::size_t>(n); }

    double filtered(double sample) noexcept
    {
        for (std::size_t n = 0; n < sections; ++n) { // Transposed: y = x + s, s = p·y − z·x.
            const double result = sample + last_[n];
            last_[n] = poles_[n] * result - zeros_[n] * sample;
            sample = result;
        }
        return sample;
    }

    std::array<double, sections> poles_{}, zeros_{}, last_{};
    double gain_ = 1;
    std::uint64_t random_;
};

} // namespace fohd::daemon
