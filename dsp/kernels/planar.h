#pragma once
#include "dsp/kernels/lane_processor.h"
#include "dsp/kernels/lanes.h"

// Planar buffers: one a channel, aligned, with room for max_block floats, so a kernel may round the count up.

namespace fohd::dsp::inline FOHD_ISA {

template <int... k> void riffle(V a, V b, V& first_halves, V& second_halves, Order<k...>)
{
    first_halves = __builtin_shufflevector(a, b, (k / 2 + k % 2 * lanes)...);
    second_halves = __builtin_shufflevector(a, b, ((k + lanes) / 2 + k % 2 * lanes)...);
}

/// To riffle row i with row i + lanes / 2, log2(lanes) times, is to transpose.
inline void transpose(V (&row)[lanes])
{
    for (int stage = 1; stage < lanes; stage *= 2) {
        V next[lanes];
        for (int i = 0; i < lanes / 2; ++i)
            riffle(row[i], row[i + lanes / 2], next[2 * i], next[2 * i + 1], Ascending<lanes>{});
        for (int i = 0; i < lanes; ++i) row[i] = next[i];
    }
}

inline void pack(const float* const* planar, float* frames, int count)
{
    for (int i = 0; i < count; i += lanes) {
        V row[lanes];
        for (int l = 0; l < lanes; ++l) row[l] = *reinterpret_cast<const LooseV*>(planar[l] + i);
        transpose(row);
        for (int l = 0; l < lanes; ++l) reinterpret_cast<V*>(frames)[i + l] = row[l];
    }
}

inline void unpack(const float* frames, float* const* planar, int count)
{
    for (int i = 0; i < count; i += lanes) {
        V row[lanes];
        for (int l = 0; l < lanes; ++l) row[l] = reinterpret_cast<const V*>(frames)[i + l];
        transpose(row);
        for (int l = 0; l < lanes; ++l) *reinterpret_cast<LooseV*>(planar[l] + i) = row[l];
    }
}

inline void copy(const float* frames, float* to, int count)
{
    for (int i = 0; i < count; ++i) reinterpret_cast<V*>(to)[i] = reinterpret_cast<const V*>(frames)[i];
}

inline void blend(float* frames, const float* dry, const float* from, const float* to, int count)
{
    const V start = *reinterpret_cast<const V*>(from), end = *reinterpret_cast<const V*>(to);
    const V step = (end - start) * (1.0f / static_cast<float>(count));
    const I wet_only = (start == 1.0f) & (end == 1.0f), dry_only = (start == 0.0f) & (end == 0.0f);
    for (int i = 0; i < count; ++i) {
        V& frame = reinterpret_cast<V*>(frames)[i];
        const V other = reinterpret_cast<const V*>(dry)[i];
        const V mixed = fma(fma(step, all(static_cast<float>(i + 1)), start), frame - other, other);
        frame = wet_only ? frame : dry_only ? other : mixed;
    }
}

inline void add(float* to, const float* from, float gain, int count)
{
    for (int i = 0; i < count; i += lanes) {
        LooseV& sum = *reinterpret_cast<LooseV*>(to + i);
        sum = fma(*reinterpret_cast<const LooseV*>(from + i), all(gain), sum);
    }
}

inline void add_gliding(float* to, const float* from, const float* c, float start, float step, int count)
{
    V ramp;
    for (int l = 0; l < lanes; ++l) ramp[l] = static_cast<float>(l);
    for (int i = 0; i < count; i += lanes) {
        const V t = min(fma(ramp + static_cast<float>(i), all(step), all(start)), all(1));
        const V gain = fma(fma(fma(all(c[3]), t, all(c[2])), t, all(c[1])), t, all(c[0]));
        LooseV& sum = *reinterpret_cast<LooseV*>(to + i);
        sum = fma(*reinterpret_cast<const LooseV*>(from + i), gain, sum);
    }
}

inline int sanitize(const float* from, float* to, int count)
{
    const float limit = 1000; // +60 dBFS: beyond it nothing is sound, and no filter can overflow from it
    int bad = 0;
    for (int i = 0; i < count; ++i) {
        const float x = from[i];
        const bool finite = (__builtin_bit_cast(int, x) & 0x7fffffff) <= 0x7f7fffff;
        bad += !finite;
        to[i] = finite ? (x > limit ? limit : x < -limit ? -limit : x) : 0.0f;
    }
    return bad;
}
} // namespace fohd::dsp::inline FOHD_ISA
