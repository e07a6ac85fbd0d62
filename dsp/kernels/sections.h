#pragma once
#include "dsp/kernels/lanes.h"
#include "dsp/kernels/section_design.h"

namespace fohd::dsp::inline FOHD_ISA {

struct SectionState {
    V band, low;
};

/// Trapezoidal state-variable filter (Zavalishin, "The Art of VA Filter Design", 2012; Simper, SvfLinearTrapOptimised2, 2013).
/// Without input, band^2 + low^2 falls by g k (old + new band)^2: every setting contracts the state, hence so does every
/// mixture of two settings, and coefficients may glide in a straight line, however far.
/// What is heard is weighed from the old state, so that neither sound nor state waits for more than two operations a section:
/// sections in series overlap from frame to frame.
inline V section(V x, const SectionCoeffs<V>& c, SectionState& s)
{
    const V high = x - s.low;
    const V y = fma(c.direct, high, fma(c.band, s.band, c.low * s.low));
    const V low = fma(c.follow, high, fma(c.couple, s.band, s.low));
    s.band = fma(c.couple, high, fma(c.damp, s.band, s.band));
    s.low = low;
    return y;
}

/// n sections in series.
template <int n> struct Sections {
    struct Coeffs {
        SectionCoeffs<V> section[n];
    };
    struct State {
        SectionState section[n];
    };

    static V frame(V x, const Coeffs& c, State& s)
    {
        for (int i = 0; i < n; ++i) x = section(x, c.section[i], s.section[i]);
        return x;
    }
};

/// Each lane hears itself and the other of its pair: the way from left and right to middle and side, and back.
struct PairMix {
    using Coeffs = PairMixCoeffs<V>;
    struct State {};

    static V frame(V x, const Coeffs& c, State&) { return fma(c.own, x, c.other * neighbour(x)); }
};
} // namespace fohd::dsp::inline FOHD_ISA
