#pragma once
#include "dsp/kernels/lane_processor.h"
#include "dsp/kernels/lanes.h"

// Planar buffers: one a channel, aligned, with room for max_block floats, so a kernel may round the count up.

namespace fohd::dsp::inline FOHD_ISA {

inline V load(const float* from) { return *reinterpret_cast<const LooseV*>(from); }
inline void store(float* to, V x) { *reinterpret_cast<LooseV*>(to) = x; }

using Four [[gnu::vector_size(16)]] = float;
using LooseFour [[gnu::vector_size(16), gnu::aligned(4), gnu::may_alias]] = float;
inline constexpr int quarters = lanes / 4; ///< Of a register: what shuffles of one instruction stay within.

template <class Half, int... k> auto joined(Half a, Half b, Order<k...>) { return __builtin_shufflevector(a, b, k...); }

/// Four frames of the channels 0, 4, 8 ..., one in each quarter.
template <int parts = quarters> auto gather(const float* const* channels, int frame)
{
    if constexpr (parts == 1)
        return Four(*reinterpret_cast<const LooseFour*>(channels[0] + frame));
    else
        return joined(gather<parts / 2>(channels, frame), gather<parts / 2>(channels + 2 * parts, frame),
                      Ascending<4 * parts>{});
}

template <int q, int... k> Four quarter_of(V x, Order<k...>) { return __builtin_shufflevector(x, x, (4 * q + k)...); }

/// The reverse.
template <int q = 0> void scatter(V sound, float* const* channels, int frame)
{
    *reinterpret_cast<LooseFour*>(channels[4 * q] + frame) = quarter_of<q>(sound, Ascending<4>{});
    if constexpr (q + 1 < quarters) scatter<q + 1>(sound, channels, frame);
}

template <class T, int... k> void riffle(T a, T b, T& low, T& high, Order<k...>)
{
    constexpr int width = sizeof(T) / sizeof(float);
    low = __builtin_shufflevector(a, b, (k / 4 * 4 + k % 4 / 2 + k % 2 * width)...);
    high = __builtin_shufflevector(a, b, (k / 4 * 4 + 2 + k % 4 / 2 + k % 2 * width)...);
}

/// Every quarter of the four rows as a matrix of its own; a row is a register or a quarter of one.
template <class T> void transpose(T (&row)[4])
{
    constexpr Ascending<sizeof(T) / sizeof(float)> all;
    T a[4];
    riffle(row[0], row[2], a[0], a[1], all);
    riffle(row[1], row[3], a[2], a[3], all);
    riffle(a[0], a[2], row[0], row[1], all);
    riffle(a[1], a[3], row[2], row[3], all);
}

inline void pack(const float* const* planar, float* frames, int count)
{
    for (int i = 0; i < count; i += 4) {
        V row[4];
        for (int c = 0; c < 4; ++c) row[c] = gather(planar + c, i);
        transpose(row);
        for (int f = 0; f < 4; ++f) reinterpret_cast<V*>(frames)[i + f] = row[f];
    }
}

inline void unpack(const float* frames, float* const* planar, int count)
{
    for (int i = 0; i < count; i += 4) {
        V row[4];
        for (int f = 0; f < 4; ++f) row[f] = reinterpret_cast<const V*>(frames)[i + f];
        transpose(row);
        for (int c = 0; c < 4; ++c) scatter(row[c], planar + c, i);
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
