#pragma once
#include "dsp/kernels/dynamics_design.h"
#include "dsp/kernels/in_lanes.h"

namespace fohd::dsp::inline FOHD_ISA {

/// The reduction that a level (log2 of power) asks for, in log2 of amplitude.
inline V wanted_reduction(V own, const CompressorCoeffs<V>& c)
{
    const V linked =
        fma(c.link, max(own, neighbour(own)), (all(1) - c.link) * own); // at link 1 both sides alike, exactly
    const V above_foot = max(linked - c.foot, all(0));
    const V in_knee = min(above_foot, c.knee);
    const V bend = c.slope * 0.5f / c.knee; // not a row: gliding apart from the knee it would overshoot
    return min(fma(in_knee, fma(in_knee, bend, -c.slope), c.slope * above_foot), c.range);
}

/// One pole from `from` towards `to`.
inline V approach(V from, V to, V kept) { return fma(kept, from - to, to); }

/// The reduction lags behind the peak hold: rising with the attack, falling with `fall`. As fall <= attack, the smaller is
/// the one that counts.
inline V lag_behind(V reduction, V peak, const CompressorCoeffs<V>& c)
{
    return min(approach(reduction, peak, c.attack), approach(reduction, peak, c.fall));
}

inline V compressed(V sound, V reduction, const CompressorCoeffs<V>& c)
{
    return sound * fma(c.mix, exp2(c.makeup - reduction), all(1) - c.mix);
}

/// Still coefficients take many frames at once, gliding ones a frame at a time: the sound is the same.
template <class K, bool glides>
void in_batches(const Block& block, typename K::Coeffs c, const typename K::Coeffs& step, typename K::State& state)
{
    constexpr int batch = 16; // measured: 8 leaves gaps, 32 spills
    auto s = state;           // a copy, so that it may live in registers
    int i = 0;
    if constexpr (!glides)
        for (; i + batch <= block.count; i += batch) K::template frames<batch>(block.frames + i, block.key + i, c, s);
    for (; i < block.count; ++i) {
        if constexpr (glides)
            for (int r = 0; r < rows_of<typename K::Coeffs>; ++r) rows(c)[r] += rows(step)[r];
        K::template frames<1>(block.frames + i, block.key + i, c, s);
    }
    state = s;
}

/// Feed-forward, log domain, smooth decoupled peak detector (Giannoulis, Massberg, Reiss, JAES 60(6) 2012): a peak hold that
/// lets go with the release, and a lag behind it with the attack.
struct Compressor {
    using Coeffs = CompressorCoeffs<V>;
    struct State {
        V reduction; ///< Reading: log2 of amplitude, positive.
        V peak;
    };

    /// Stage by stage: what has no recursion fills the pipelines with many frames at once. Every n gives the same sound.
    template <int n> static void frames(V* sound, const V* key, const Coeffs& c, State& s)
    {
        V want[n], reduction[n];
        for (int i = 0; i < n; ++i) want[i] = wanted_reduction(2.0f * log2(max(abs(key[i]), all(1e-6f))), c);
        for (int i = 0; i < n; ++i) {
            s.peak = max(want[i], approach(s.peak, want[i], c.release));
            reduction[i] = s.reduction = lag_behind(s.reduction, s.peak, c);
        }
        for (int i = 0; i < n; ++i) sound[i] = compressed(sound[i], reduction[i], c);
    }

    template <bool glides> static void block(const Block& b, const Coeffs& now, const Coeffs& step, State& s)
    {
        in_batches<Compressor, glides>(b, now, step, s);
    }
};

/// The same with rms detection, hold and auto release: a second, slow detector follows the peak hold, and the larger of both
/// counts. So a short peak is released as set, and long reduction ten times as slowly.
struct ProgrammeCompressor {
    using Coeffs = ProgrammeCompressorCoeffs<V>;
    struct State {
        V reduction; ///< Reading: log2 of amplitude, positive.
        V peak;
        V mean_square;
        V held; ///< Frames left to hold.
        V slow;
    };

    template <int n> static void frames(V* sound, const V* key, const Coeffs& c, State& s)
    {
        V want[n], reduction[n];
        for (int i = 0; i < n; ++i) {
            // Bounded: whatever arrives leaves the recursion finite. (In this order: no comparison with NaN holds.)
            const V power = max(min(key[i] * key[i], all(1e12f)), all(1e-12f));
            want[i] = s.mean_square = fma(c.kept_power, s.mean_square, (all(1) - c.kept_power) * power);
        }
        for (int i = 0; i < n; ++i) want[i] = wanted_reduction(log2(want[i]), c.common);
        for (int i = 0; i < n; ++i) {
            const V release = s.held > 0.0f ? all(1) : c.common.release;
            s.held = want[i] < s.peak ? max(s.held - 1.0f, all(0)) : c.hold;
            s.peak = max(want[i], approach(s.peak, want[i], release));
            s.slow = max(approach(s.slow, s.peak, c.charge), approach(s.slow, s.peak, c.recover)); // charge <= recover
            const V larger = fma(c.automatic, max(s.slow - s.peak, all(0)), s.peak);
            reduction[i] = s.reduction = lag_behind(s.reduction, larger, c.common);
        }
        for (int i = 0; i < n; ++i) sound[i] = compressed(sound[i], reduction[i], c.common);
    }

    template <bool glides> static void block(const Block& b, const Coeffs& now, const Coeffs& step, State& s)
    {
        in_batches<ProgrammeCompressor, glides>(b, now, step, s);
    }
};
} // namespace fohd::dsp::inline FOHD_ISA
