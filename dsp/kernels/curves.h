#pragma once
#include "dsp/kernels/lanes.h"
#include "dsp/kernels/saturator_design.h"

// The curves of the saturator, between -1 and 1; beyond they stay at -1 or 1.

namespace fohd::dsp::inline FOHD_ISA {

/// Of a curve P along a straight line from middle - half to middle + half, v in -1..1: the means of P, v P and v^2 P. For
/// polynomials they are polynomials too, and nothing in them cancels.
struct Moments {
    V plain, first, second;
};

/// P = u.
struct HardCurve {
    static Moments moments(V middle, V half) { return {middle, half * (1 / 3.0f), middle * (1 / 3.0f)}; }
};

/// P = (3 u - u^3) / 2.
struct SoftCurve {
    static Moments moments(V m, V h)
    {
        const V mm = m * m, hh = h * h;
        return {m * fma(mm + hh, -0.5f, all(1.5f)), h * fma(fma(hh, 0.2f, mm), -0.5f, all(0.5f)),
                m * fma(fma(hh, 1.8f, mm), -1 / 6.0f, all(0.5f))};
    }
};

/// P = (15 u - 10 u^3 + 3 u^5) / 8.
struct TapeCurve {
    static Moments moments(V m, V h)
    {
        const V mm = m * m, hh = h * h, mmmm = mm * mm, hhhh = hh * hh, mmhh = mm * hh;
        const V fifth0 = fma(mmhh, 10 / 3.0f, mmmm + hhhh);
        const V fifth1 = fma(mmmm, 5 / 3.0f, fma(mmhh, 2.0f, hhhh * (1 / 7.0f)));
        const V fifth2 = fma(mmmm, 1 / 3.0f, fma(mmhh, 2.0f, hhhh * (5 / 7.0f)));
        return {m * fma(fifth0, 0.375f, fma(mm + hh, -1.25f, all(1.875f))),
                h * fma(fifth1, 0.375f, fma(fma(hh, 0.2f, mm), -1.25f, all(0.625f))),
                m * fma(fifth2, 0.375f, fma(fma(hh, 1.8f, mm), -1.25f / 3, all(0.625f)))};
    }
};

/// The soft curve + tube_asymmetry (1 - u^2)^2.
struct TubeCurve {
    static Moments moments(V m, V h)
    {
        constexpr float k = tube_asymmetry;
        const V mm = m * m, hh = h * h, mmmm = mm * mm, hhhh = hh * hh, mmhh = mm * hh;
        const Moments odd = SoftCurve::moments(m, h);
        const V even0 = fma(fma(hh, 1 / 3.0f, mm), -2.0f, fma(mmhh, 2.0f, fma(hhhh, 0.2f, mmmm)));
        const V even1 = m * h * fma(fma(hh, 0.6f, mm), 4 / 3.0f, all(-4 / 3.0f));
        const V even2 = fma(fma(hh, 0.6f, mm), -2 / 3.0f, fma(mmhh, 1.2f, fma(hhhh, 1 / 7.0f, mmmm * (1 / 3.0f))));
        return {fma(even0, k, odd.plain + k), fma(even1, k, odd.first), fma(even2, k, odd.second + k / 3)};
    }
};

/// A straight line from a to b through a curve, weighed by the three pieces of the quadratic B-spline: what the sound of this
/// step is in the output of this step, of the next and of the one after. Together they are its mean.
struct Parts {
    V now, next, after;
};

/// A sample, and where the curve has it at most.
struct Sample {
    V at, held;
};
inline Sample sample(V x) { return {x, min(max(x, all(-1)), all(1))}; }

template <class Curve> [[gnu::always_inline]] inline Parts parts_of(Sample a, Sample b)
{
    const V from = a.held, to = b.held;
    const V step = b.at - a.at, scale = 1.0f / step;
    const I still = abs(step) < 1e-30f;
    // Shares of the time before, in and after the curve's range; where a sound stands still it is all in it.
    const V before = still ? all(0) : min(max((from - a.at) * scale, all(0)), all(1));
    const V within = still ? all(1) : (to - from) * scale;
    const V beyond = still ? all(0) : 1.0f - before - within;
    const Moments p = Curve::moments((from + to) * 0.5f, (to - from) * 0.5f);
    const V half = within * 0.5f, middle = before + half, from_end = beyond + half;
    const V slant = within * p.first, round = half * half * p.second;
    // Half the integrals of t^2 and (1 - t)^2 over each share. Outside the range the curve is where it was clamped to.
    const V third = all(1 / 6.0f), b2 = before * before, e2 = beyond * beyond;
    const V b3 = b2 * before * third, e3 = e2 * beyond * third;
    const V after = fma(
        from, b3, fma(to, fma(beyond - e2, 0.5f, e3), within * 0.5f * fma(middle, fma(middle, p.plain, slant), round)));
    const V now = fma(
        to, e3,
        fma(from, fma(before - b2, 0.5f, b3), within * 0.5f * fma(from_end, fma(from_end, p.plain, -slant), round)));
    const V mean = fma(from, before, fma(to, beyond, within * p.plain));
    return {now, mean - now - after, after};
}
} // namespace fohd::dsp::inline FOHD_ISA
