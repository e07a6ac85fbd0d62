#pragma once
#include "dsp/kernels/planar.h"
#include "dsp/kernels/swept_delay_design.h"

// Reads between frames by the rows of sweep_rows(): eight taps a frame, four frames at once. The weighed taps of all that is read for
// a frame go into one sum, so that adding up its lanes is paid once a frame.

namespace fohd::dsp::inline FOHD_ISA {

inline constexpr int frames_together = 4;
static_assert(sweep_taps == 8);

inline Four load_four(const float* from) { return *reinterpret_cast<const LooseFour*>(from); }

/// One frame's taps, weighed by two rows and what lies between, added to `sum`; with `shares` times a share.
#if defined(__AVX2__)
using EightTaps [[gnu::vector_size(32)]] = float;
template <bool shares> EightTaps weigh(const float* sound, const float* row, float next, float share, EightTaps sum)
{
    const __m256 here = _mm256_loadu_ps(row);
    const __m256 weights = _mm256_fmadd_ps(_mm256_set1_ps(next), _mm256_loadu_ps(row + sweep_taps) - here, here);
    const __m256 taps = _mm256_loadu_ps(sound);
    return _mm256_fmadd_ps(weights, shares ? taps * share : taps, sum);
}
inline Four fold(EightTaps x)
{
    return __builtin_shufflevector(x, x, 0, 1, 2, 3) + __builtin_shufflevector(x, x, 4, 5, 6, 7);
}
#else
struct EightTaps {
    Four old, young;
};
inline Four fma4(Four a, Four b, Four c)
{
#if defined(__ARM_NEON)
    return __builtin_bit_cast(Four, vfmaq_f32(__builtin_bit_cast(float32x4_t, c), __builtin_bit_cast(float32x4_t, a),
                                              __builtin_bit_cast(float32x4_t, b)));
#else
    return a * b + c;
#endif
}
template <bool shares> Four weigh_half(const float* sound, const float* row, float next, float share, Four sum)
{
    const Four here = load_four(row), weights = fma4(Four{} + next, load_four(row + sweep_taps) - here, here);
    return fma4(weights, shares ? load_four(sound) * share : load_four(sound), sum);
}
template <bool shares> EightTaps weigh(const float* sound, const float* row, float next, float share, EightTaps sum)
{
    return {weigh_half<shares>(sound, row, next, share, sum.old),
            weigh_half<shares>(sound + frames_together, row + frames_together, next, share, sum.young)};
}
inline Four fold(EightTaps x) { return x.old + x.young; }
#endif

/// The sum of the lanes of each of four.
inline Four sums_of(Four a, Four b, Four c, Four d)
{
    const Four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);
    const Four cd = __builtin_shufflevector(c, d, 0, 4, 1, 5) + __builtin_shufflevector(c, d, 2, 6, 3, 7);
    return __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}
} // namespace fohd::dsp::inline FOHD_ISA
