#pragma once
#include "dsp/kernels/lane_processor.h"
#include "dsp/kernels/planar.h"
#include "dsp/kernels/true_peak_taps.h"

namespace fohd::dsp::inline FOHD_ISA {

/// The largest magnitude round a gap between two samples: of the samples, of seven points between them (three half-band steps, each of
/// which needs fewer taps than the one before), and of what a meter built to ITU-R BS.1770 reads there: up to 0.2 dB more than there
/// is, so that a limiter must know it. Every filter is symmetric, or comes with its mirror image: sums and differences of mirrored
/// samples serve both, and the larger of an output and its mirror image, even + odd and even - odd, is |even| + |odd|.
///
/// One lane after another, with registers along time: a pair alone in a register costs a pair.
struct TruePeak {
    V middles[4]; ///< Half way into the last gaps, oldest first.
    V firsts[1];  ///< A quarter into the last gap that has one.
    V thirds[2];  ///< Three quarters into the last two.

    /// `sound` points to the first of `count` new samples of this lane after 2 * reach - 1 old ones. levels[i] looks at the gaps
    /// from age - span to age frames before sound[i]. Both are touched up to the next whole register.
    void read(int lane, const float* sound, int count, float* levels)
    {
        using T = TruePeakTaps;
        float middle[4 + max_block], first[1 + max_block], third[2 + max_block];
        recall(middles, lane, middle);
        recall(firsts, lane, first);
        recall(thirds, lane, third);

        for (int i = 0; i < count; i += lanes) {
            V half;
            store(levels + i, halves(sound + i, half));
            store(middle + 4 + i, half);
        }
        for (int i = 0; i < count;
             i += lanes) { // in the gap two frames older, which now has two middles on either side of its own
            const auto x = [at = sound + i - T::reach - 2](int n) { return load(at + n); };
            const auto m = [at = middle + i + 2](int n) { return load(at + n); };
            store(first + 1 + i, quarter(x(0) + m(0), m(-1) + x(1), x(-1) + m(1), m(-2) + x(2)));
            store(third + 2 + i, quarter(m(0) + x(1), x(0) + m(1), m(-1) + x(2), x(-1) + m(2)));
        }
        for (int i = 0; i < count;
             i += lanes) { // in the gap three frames older: it has all quarters, and one on either
                           // side
            const V start = load(sound + i - T::reach - 3), end = load(sound + i - T::reach - 2);
            const V half = load(middle + i + 1), one = load(first + i), three = load(third + i + 1);
            const V next = load(first + i + 1);
            const V e1 = eighth(start + one, load(third + i) + half), e3 = eighth(one + half, start + three);
            const V e5 = eighth(half + three, one + end), e7 = eighth(three + end, half + next);
            const V odd = max(max(abs(e1), abs(e3)), max(abs(e5), abs(e7)));
            const V even = max(max(abs(next), abs(load(third + i + 2))), max(abs(end), abs(load(middle + i + 4))));
            store(levels + i, max(load(levels + i), max(odd, even)));
        }

        keep(middles, lane, middle + count);
        keep(firsts, lane, first + count);
        keep(thirds, lane, third + count);
    }

private:
    template <int rows> static void recall(const V (&from)[rows], int lane, float* to)
    {
        for (int r = 0; r < rows; ++r) to[r] = from[r][lane];
    }
    template <int rows> static void keep(V (&to)[rows], int lane, const float* from)
    {
        for (int r = 0; r < rows; ++r) to[r][lane] = from[r];
    }
    /// The middle of a gap, and what the standard's filter reads in it.
    static V halves(const float* newest, V& middle)
    {
        using T = TruePeakTaps;
        V m{}, first_even{}, first_odd{}, second_even{}, second_odd{};
#pragma GCC unroll 32
        for (int j = T::reach - 1; j >= 0; --j) {
            const V left = load(newest - T::reach - j), right = load(newest + 1 - T::reach + j);
            const V sum = left + right;
            m = fma(sum, T::middle[j], m);
            if (j < T::standard_reach) {
                const V difference = left - right;
                first_even = fma(sum, T::first_even[j], first_even);
                first_odd = fma(difference, T::first_odd[j], first_odd);
                second_even = fma(sum, T::second_even[j], second_even);
                second_odd = fma(difference, T::second_odd[j], second_odd);
            }
        }
        middle = m;
        return max(abs(first_even) + abs(first_odd), abs(second_even) + abs(second_odd));
    }
    static V quarter(V a, V b, V c, V d)
    {
        using T = TruePeakTaps;
        return fma(a, T::quarter[0], fma(b, T::quarter[1], fma(c, T::quarter[2], d * T::quarter[3])));
    }
    static V eighth(V a, V b) { return fma(a, TruePeakTaps::eighth[0], b * TruePeakTaps::eighth[1]); }
};
} // namespace fohd::dsp::inline FOHD_ISA
