#pragma once

#include "dsp/kernels/noise.h"
#include <algorithm>
#include <cmath>

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
        const double dithered = std::floor(static_cast<double>(sample) * scale + triangle() + 0.5);
        return dithered >= -scale ? static_cast<int>(std::min(dithered, scale - 1))
               : dithered < 0     ? -(1 << (bits - 1))
                                  : 0;
    }

private:
    /// -1 … 1, as of the processor `dither`.
    double triangle()
    {
        const unsigned random = dsp::scrambled(count_++);
        const int sum = static_cast<int>((random & 0xffff) + (random >> 16)) - dsp::triangle_middle;
        return static_cast<double>(sum) * static_cast<double>(dsp::triangle_scale);
    }

    unsigned count_ = 0; // From the start: equal sounds make equal files.
};

} // namespace fohd::daemon
