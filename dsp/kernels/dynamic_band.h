#pragma once
#include "dsp/kernels/compressor.h"
#include "dsp/kernels/dynamic_band_design.h"
#include "dsp/kernels/sections.h"

namespace fohd::dsp::inline FOHD_ISA {

/// One band whose gain follows the level in it: the sound plus (gain - 1) times what its filter lets through. That is what is
/// measured too, by the compressor's detector; `keyed`, what the same filter lets through of the key.
template <bool keyed> struct DynamicBand {
    using Coeffs = DynamicBandCoeffs<V>;
    struct State {
        V cut; ///< Reading: log2 of amplitude; negative where the band is boosted.
        V reduction, peak;
        SectionState filter, key;
    };

    /// Stage by stage: what has no recursion fills the pipelines with many frames at once. Every n gives the same sound.
    template <int n> static void frames(V* sound, const V* key, const Coeffs& c, State& s)
    {
        V inside[n], change[n];
        for (int i = 0; i < n; ++i) {
            inside[i] = section(sound[i], c.filter, s.filter);
            change[i] = keyed ? section(key[i], c.filter, s.key) : inside[i];
        }
        for (int i = 0; i < n; ++i)
            change[i] = wanted_reduction(2.0f * log2(max(abs(change[i]), all(1e-6f))), c.dynamics);
        for (int i = 0; i < n; ++i) {
            s.peak = max(change[i], approach(s.peak, change[i], c.dynamics.release));
            change[i] = s.reduction = lag_behind(s.reduction, s.peak, c.dynamics);
        }
        for (int i = 0; i < n; ++i) {
            const V gain = exp2(fma(c.direction, change[i], c.dynamics.makeup));
            sound[i] = fma(gain - 1.0f, inside[i], sound[i]);
        }
        s.cut = -c.direction * s.reduction;
    }

    template <bool glides> static void block(const Block& b, const Coeffs& now, const Coeffs& step, State& s)
    {
        in_batches<DynamicBand, glides>(b, now, step, s);
    }
};
} // namespace fohd::dsp::inline FOHD_ISA
