#pragma once
#include "dsp/kernels/lanes.h"
#include "dsp/kernels/resample_taps.h"

// Between a rate and its double: resample_taps.h has the filters. Sounds are given by a pointer to their newest part; what
// came before lies before it.

namespace fohd::dsp::inline FOHD_ISA {

/// Doubles the rate of x[0 .. count), of which 2 * pairs - 1 are known from before, into y[0 .. 2 * count): 2 * pairs - 1
/// frames of y late.
template <int pairs> void upsample(const Taps<pairs>& taps, const V* x, int count, V* y)
{
    constexpr int p = pairs;
    for (int i = 0; i < count; ++i, ++x) {
        V sum = (x[-(p - 1)] + x[-p]) * (2 * taps.tap[0]);
        for (int k = 1; k < p; ++k) sum = fma(x[k - (p - 1)] + x[-p - k], 2 * taps.tap[k], sum);
        y[2 * i] = sum;
        y[2 * i + 1] = x[-(p - 1)];
    }
}

/// Halves the rate of y[0 .. 2 * count), of which 4 * pairs - 2 are known from before, into z[0 .. count): 2 * pairs - 1 frames of y
/// late.
template <int pairs> void downsample(const Taps<pairs>& taps, const V* y, int count, V* z)
{
    constexpr int p = pairs;
    for (int i = 0; i < count; ++i) {
        const V* const middle = y + 2 * i - (2 * p - 1);
        V sum = middle[0] * 0.5f;
        for (int k = 0; k < p; ++k) sum = fma(middle[2 * k + 1] + middle[-2 * k - 1], taps.tap[k], sum);
        z[i] = sum;
    }
}

/// The same with a symmetric filter of an even length, whose one side is given: 2 * side - 1 are known from before, side - 1/2
/// frames of y late.
template <int side> void downsample_even(const Taps<side>& taps, const V* y, int count, V* z)
{
    constexpr int n = side;
    for (int i = 0; i < count; ++i) {
        const V *const after = y + 2 * i - (n - 1), *const before = after - 1;
        V sum = (after[0] + before[0]) * taps.tap[0];
        for (int k = 1; k < n; ++k) sum = fma(after[k] + before[-k], taps.tap[k], sum);
        z[i] = sum;
    }
}

/// A sound with its past: room for `batch` new frames after `past` old ones, which come from and return to the state.
template <int past, int batch> class Stretch {
public:
    explicit Stretch(const V (&memory)[past])
    {
        for (int i = 0; i < past; ++i) all_[i] = memory[i];
    }
    V* fresh() { return all_ + past; }
    void keep(V (&memory)[past], int count) const
    {
        for (int i = 0; i < past; ++i) memory[i] = all_[count + i];
    }

private:
    V all_[past + batch];
};
} // namespace fohd::dsp::inline FOHD_ISA
