#pragma once

// What the kernels of a convolution work on, as plain data: dsp/kernels/convolver.h keeps it, dsp/kernels/convolve.h works on it.

namespace fohd::dsp {

inline constexpr int spectrum_chunk = 64;               ///< Bins that are multiplied at once.
inline constexpr int spectrum_row = 2 * spectrum_chunk; ///< Floats: their re, then their im.
inline constexpr int head_taps = 128;                   ///< Of a response, which are heard at once.

/// The beginning of a response, directly.
struct HeadWork {
    const float* sound; ///< The first frame; head_taps - 1 before it and 15 after the last one can be read.
    const float* taps;  ///< head_taps
    float* out;         ///< max_block floats, aligned; the sound is added.
    int frames;
};

/// Rows of a sound times those of a response, one for one.
struct SpectrumRows {
    const float *sound, *response;
    int count;
};

/// The sum of all products, in one chunk.
struct SpectrumSum {
    SpectrumRows rows[4];
    int parts;      ///< How many of `rows` there are.
    float *re, *im; ///< spectrum_chunk floats each.
    bool first;     ///< Bin 0 of this chunk is two real ones, as RealFft has them.
};
} // namespace fohd::dsp
