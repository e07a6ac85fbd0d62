#pragma once

// A real Fourier transform as plain data: dsp/kernels/fft.h plans it, dsp/kernels/fft_passes.h carries it out.

namespace fohd::dsp {

inline constexpr int smallest_fft = 32, largest_fft = 16384; ///< Real samples.

/// One pass over complex points, from one memory to another. `length` points, `stride` sequences of which lie interleaved,
/// become sequences of a radix-th, and the last pass leaves every point in its place (Stockham).
struct FftPass {
    int radix; ///< 4, or in the last pass of every other size 2, which turns nothing.
    int stride, length;
    const float* turns; ///< Rows: re and im of the factors' first power, then of the second and of the third.
    int row;            ///< Floats of each.
};

/// `2 * points` samples are taken two by two as complex points, and what tells their spectra apart comes after the passes.
struct FftPlan {
    int points, passes;
    FftPass pass[7];
    const float *split_re, *split_im; ///< exp(-i pi k / points), k = 0 .. points / 2.
};

/// What is to be done: units [from, to) of a transform. A unit is 64 points in one stage, or all
/// points where there are fewer; the stages are the passes, and the split after or before them.
struct FftRun {
    const FftPlan* plan;
    bool inverse;
    const float *in, *in_im; ///< Forward: the samples, and nothing. Inverse: re and im.
    float *out, *out_im;     ///< Forward: re and im. Inverse: the samples, and nothing.
    float* work;             ///< 2 * points floats: what it remembers between its units, besides `out`.
    int from, to;
};
} // namespace fohd::dsp
