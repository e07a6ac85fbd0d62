#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>
#include <vector>

namespace fohd::test {

/// Highest magnitude of any output of an interpolator: `phases` filters of equal length, convolved with the sound, silence round it.
inline double interpolated_peak(std::span<const float> sound, const std::vector<std::vector<float>>& phases)
{
    const std::size_t taps = phases.front().size();
    std::vector<float> padded(sound.size() + 2 * taps), sums(sound.size() + taps);
    std::copy(sound.begin(), sound.end(), padded.begin() + static_cast<std::ptrdiff_t>(taps));
    float peak = 0;
    for (const auto& phase : phases) {
        std::fill(sums.begin(), sums.end(), 0.0f);
        for (std::size_t k = 0; k < taps; ++k)
            for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += phase[k] * padded[i + k];
        for (float sum : sums) peak = std::max(peak, std::abs(sum));
    }
    return peak;
}

inline double sample_peak(std::span<const float> sound)
{
    float peak = 0;
    for (float x : sound) peak = std::max(peak, std::abs(x));
    return peak;
}

/// True peak as an amplitude, by the 48-tap filter of ITU-R BS.1770-5, Annex 2, Table 1: four times, at any rate.
inline double true_peak_standard(std::span<const float> sound)
{
    std::vector<std::vector<float>> phases{{0.0017089843750f, 0.0109863281250f, -0.0196533203125f, 0.0332031250000f,
                                            -0.0594482421875f, 0.1373291015625f, 0.9721679687500f, -0.1022949218750f,
                                            0.0476074218750f, -0.0266113281250f, 0.0148925781250f, -0.0083007812500f},
                                           {-0.0291748046875f, 0.0292968750000f, -0.0517578125000f, 0.0891113281250f,
                                            -0.1665039062500f, 0.4650878906250f, 0.7797851562500f, -0.2003173828125f,
                                            0.1015625000000f, -0.0582275390625f, 0.0330810546875f, -0.0189208984375f}};
    for (int mirrored : {1, 0}) {
        const auto phase = phases[static_cast<std::size_t>(mirrored)];
        phases.emplace_back(phase.rbegin(), phase.rend());
    }
    return interpolated_peak(sound, phases);
}

/// True peak as an amplitude by sixteen-fold interpolation with 64 samples round each point (Kaiser, beta 6): what an ideal converter makes.
inline double true_peak_long(std::span<const float> sound)
{
    constexpr int times = 16, half = 32;
    constexpr double beta = 6, pi = std::numbers::pi;
    std::vector<std::vector<float>> phases;
    for (int p = 0; p < times; ++p) {
        auto& phase = phases.emplace_back();
        for (int k = 0; k < 2 * half; ++k) {
            const double t = k - half + 1 - double(p) / times, u = t / half;
            const double window =
                std::cyl_bessel_i(0.0, beta * std::sqrt(std::max(0.0, 1 - u * u))) / std::cyl_bessel_i(0.0, beta);
            phase.push_back(static_cast<float>(t == 0 ? 1 : std::sin(pi * t) / (pi * t) * window));
        }
    }
    return interpolated_peak(sound, phases);
}
} // namespace fohd::test
