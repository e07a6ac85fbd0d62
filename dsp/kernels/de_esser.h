#pragma once
#include "dsp/kernels/compressor.h"
#include "dsp/kernels/de_esser_design.h"
#include "dsp/kernels/sections.h"

namespace fohd::dsp::inline FOHD_ISA {

/// What lies above the frequency is measured against the whole: it is an s whatever its level, and a loud vowel never is.
struct DeEsser {
    using Coeffs = DeEsserCoeffs<V>;
    struct State {
        V reduction; ///< Reading: log2 of amplitude, positive.
        V held;
        SectionState all, high[2];
        V band, whole; ///< Mean squares.
    };

    /// Stage by stage: what has no recursion fills the pipelines with many frames at once. Every n gives the same sound.
    template <int n> static void frames(V* sound, const V*, const Coeffs& c, State& s)
    {
        V sharp[n], share[n];
        for (int i = 0; i < n; ++i) {
            const V all_of_it = section(sound[i], c.all, s.all);
            sharp[i] = section(section(sound[i], c.high, s.high[0]), c.high, s.high[1]);
            s.band = approach(s.band, sharp[i] * sharp[i], c.kept_power);
            s.whole = approach(s.whole, sound[i] * sound[i], c.kept_power);
            share[i] = max(s.band, all(1e-30f)) / (s.whole + 1e-9f); // nothing below -90 dBFS is an s
            sound[i] = all_of_it;
        }
        for (int i = 0; i < n; ++i) {
            const V own = log2(max(share[i], all(1e-9f)));
            const V over = fma(c.link, max(own, neighbour(own)), (all(1) - c.link) * own) - c.threshold;
            share[i] = min(max(over * 0.5f, all(0)), c.range);
        }
        for (int i = 0; i < n; ++i) {
            s.held = max(share[i], approach(s.held, share[i], c.release));
            s.reduction = approach(s.reduction, s.held, c.attack);
            share[i] = s.reduction;
        }
        for (int i = 0; i < n; ++i) {
            const V gain = exp2(-share[i]), low = fma(c.wide, gain - 1.0f, all(1));
            const V heard = fma(low, sound[i] - sharp[i], gain * sharp[i]);
            sound[i] = fma(c.listen, sharp[i] - heard, heard);
        }
    }

    template <bool glides> static void block(const Block& b, const Coeffs& now, const Coeffs& step, State& s)
    {
        in_batches<DeEsser, glides>(b, now, step, s);
    }
};
} // namespace fohd::dsp::inline FOHD_ISA
