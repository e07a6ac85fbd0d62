#pragma once
// V is one sample of every lane: exactly one register. Kernels are written once over V; kernels.isa.cpp is built once per
// instruction set. Nothing here or in a kernel calls the standard library: of an inline function the linker keeps one copy
// for the whole program, and the copy made here would kill an older computer.

// The compiler's own target macros name the namespace: builds with different flags cannot share a symbol.
#if defined(__AVX512F__)
#define FOHD_ISA avx512
#define FOHD_LANES 16
#elif defined(__AVX2__)
#define FOHD_ISA avx2
#define FOHD_LANES 8
#elif defined(__SSE2__)
#define FOHD_ISA sse2
#define FOHD_LANES 4
#else
#define FOHD_ISA neon
#define FOHD_LANES 4
#endif

#if defined(__SSE2__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

namespace fohd::dsp::inline FOHD_ISA {

inline constexpr int lanes = FOHD_LANES; ///< g++ 12 takes vectors wider than a register apart: 2 to 4 times slower.

using V [[gnu::vector_size(lanes * sizeof(float))]] = float;
using I [[gnu::vector_size(lanes * sizeof(int))]] = int; ///< Integers, and the masks that comparisons of V give.
using U [[gnu::vector_size(lanes * sizeof(int))]] = unsigned;
using LooseV [[gnu::vector_size(lanes * sizeof(float)), gnu::aligned(4), gnu::may_alias]] =
    float; ///< In planar buffers.

/// Ascending<4> = Order<0, 1, 2, 3>.
template <int... lane> struct Order {};
#if defined(__clang__)
template <class, int... lane> using OrderOf = Order<lane...>;
template <int count> using Ascending = __make_integer_seq<OrderOf, int, count>;
#else
template <int count> using Ascending = Order<__integer_pack(count)...>;
#endif

// + - * / are V's own operators, and `a > b ? x : y` chooses lane by lane. The rest:

inline V all(float x) { return V{} + x; }
inline I bits(V x) { return __builtin_bit_cast(I, x); }
inline V from_bits(I i) { return __builtin_bit_cast(V, i); }

// a > b ? a : b and a < b ? a : b, of which g++ does not always make the one instruction that does just that.
#if defined(__AVX512F__)
inline V max(V a, V b)
{
    return __builtin_bit_cast(V, _mm512_max_ps(__builtin_bit_cast(__m512, a), __builtin_bit_cast(__m512, b)));
}
inline V min(V a, V b)
{
    return __builtin_bit_cast(V, _mm512_min_ps(__builtin_bit_cast(__m512, a), __builtin_bit_cast(__m512, b)));
}
#elif defined(__AVX2__)
inline V max(V a, V b)
{
    return __builtin_bit_cast(V, _mm256_max_ps(__builtin_bit_cast(__m256, a), __builtin_bit_cast(__m256, b)));
}
inline V min(V a, V b)
{
    return __builtin_bit_cast(V, _mm256_min_ps(__builtin_bit_cast(__m256, a), __builtin_bit_cast(__m256, b)));
}
#elif defined(__SSE2__)
inline V max(V a, V b)
{
    return __builtin_bit_cast(V, _mm_max_ps(__builtin_bit_cast(__m128, a), __builtin_bit_cast(__m128, b)));
}
inline V min(V a, V b)
{
    return __builtin_bit_cast(V, _mm_min_ps(__builtin_bit_cast(__m128, a), __builtin_bit_cast(__m128, b)));
}
#else
inline V max(V a, V b) { return a > b ? a : b; }
inline V min(V a, V b) { return a < b ? a : b; }
#endif

inline V abs(V x) { return from_bits(bits(x) & 0x7fffffff); }
inline V to_float(I i) { return __builtin_convertvector(i, V); }

/// a * b + c, rounded once where the build has the instruction, twice where it has not: never left to the compiler.
inline V fma(V a, V b, V c)
{
#if defined(__AVX512F__)
    return __builtin_bit_cast(V, _mm512_fmadd_ps(__builtin_bit_cast(__m512, a), __builtin_bit_cast(__m512, b),
                                                 __builtin_bit_cast(__m512, c)));
#elif defined(__FMA__)
    return __builtin_bit_cast(V, _mm256_fmadd_ps(__builtin_bit_cast(__m256, a), __builtin_bit_cast(__m256, b),
                                                 __builtin_bit_cast(__m256, c)));
#elif defined(__ARM_NEON)
    return __builtin_bit_cast(V, vfmaq_f32(__builtin_bit_cast(float32x4_t, c), __builtin_bit_cast(float32x4_t, a),
                                           __builtin_bit_cast(float32x4_t, b)));
#else
    return a * b + c;
#endif
}
inline float fma(float a, float b, float c)
{
#if defined(__FMA__) || defined(__ARM_NEON)
    return __builtin_fmaf(a, b, c);
#else
    return a * b + c;
#endif
}
inline V fma(V a, V b, float c) { return fma(a, b, all(c)); }
inline V fma(V a, float b, V c) { return fma(a, all(b), c); }

template <int... lane> V swapped(V x, Order<lane...>) { return __builtin_shufflevector(x, x, (lane ^ 1)...); }
/// Each lane gets its neighbour: the sides of a pair ride in an even lane and the next.
inline V neighbour(V x) { return swapped(x, Ascending<lanes>{}); }

template <int... lane> I odd_lanes(Order<lane...>) { return I{-(lane & 1)...}; }
/// A mask of the odd lanes: the right (or side) of each pair.
inline I odd() { return odd_lanes(Ascending<lanes>{}); }

/// Within 1e-4 dB as a level (1 = 6.02 dB) for positive, normal x; exact at 1.
inline V log2(V x)
{
    constexpr int sqrt_half = 0x3f3504f3; // puts the mantissa round 1, where t and with it the error vanishes
    const I i = bits(x) - sqrt_half;
    const V t = from_bits((i & 0x7fffff) + sqrt_half) - 1.0f;
    V p = fma(t, 0.25266029f, all(-0.39457537f));
    p = fma(p, t, 0.48668615f);
    p = fma(p, t, -0.7202418f);
    p = fma(p, t, 1.44257801f);
    return fma(p, t, to_float(i >> 23));
}

/// Within 3e-5 dB as a gain for |x| < 126; exact at 0.
inline V exp2(V x)
{
    constexpr float round = 12582912.0f; // 1.5 * 2^23: the sum has no bits left for a fraction
    const V n = x + round;
    const V r = x - (n - round);
    V p = fma(r, 0.00958285305f, all(0.0559064246f));
    p = fma(p, r, 0.240240986f);
    p = fma(p, r, 0.693124193f);
    p = fma(p, r, 1.0f);
    return from_bits(bits(p) + (bits(n) << 23));
}
} // namespace fohd::dsp::inline FOHD_ISA
