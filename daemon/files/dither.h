#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace fohd::daemon {

/// Rounds samples to integers with triangular (TPDF) dither of 2 LSB peak to peak, the least that makes the mean and
/// the power of the rounding error independent of the sound (Lipshitz, Wannamaker, Vanderkooy, "Quantization and
/// Dither", JAES 1992).
class Dither {
public:
    /// `sample` within ±1 as an integer of `bits` (at most 24), clipped at full scale; 0 for NaN.
    int quantised(float sample, int bits)
    {
        const double scale = static_cast<double>(1 << (bits - 1));
        const double dithered = std::floor(static_cast<double>(sample) * scale + uniform() + uniform() - 0.5);
        return dithered >= -scale ? static_cast<int>(std::min(dithered, scale - 1))
               : dithered < 0     ? -(1 << (bits - 1))
                                  : 0;
    }

private:
    /// 0 … 1. The upper half of a 64-bit linear congruential generator (Knuth's MMIX constants).
    double uniform()
    {
        state_ = state_ * 6364136223846793005u + 1442695040888963407u;
        return static_cast<double>(state_ >> 32) * 0x1p-32;
    }

    std::uint64_t state_ = 1; // A fixed seed: equal sounds make equal files.
};

} // namespace fohd::daemon
