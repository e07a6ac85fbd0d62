#pragma once
#include "dsp/kernels/dynamics_design.h"
#include "dsp/kernels/in_lanes.h"

namespace fohd::dsp::inline FOHD_ISA {

/// The louder side's amplitude for both sides of a pair. (In this order a NaN is not the larger.)
inline V linked_amplitude(V key, V link)
{
    const V own = abs(key);
    return max(neighbour(own) * link, own);
}

/// Frames that a gate stays open, after this one: it opens above `open` and holds while above `close`. What is left to hold
/// is also the memory of the hysteresis.
inline V hold_open(V held, V amplitude, const GateCoeffs<V>& c)
{
    const V opening = amplitude > c.open ? c.hold : all(0);
    const V keeping = amplitude > c.close ? c.hold : held - 1.0f;
    return held > 0.0f ? keeping : opening;
}

/// One pole towards the gain aimed at, kept as the distance to it, which `moved` is how much less by now: so it arrives
/// exactly, and an open gate is transparent.
inline V approach_gain(V distance, V moved, V kept) { return fma(kept, distance, kept * moved); }

/// All frames of a block, then the reading.
template <class K, bool glides>
void frame_by_frame(const Block& block, typename K::Coeffs c, const typename K::Coeffs& step, typename K::State& state)
{
    auto s = state; // a copy, so that it may live in registers
    for (int i = 0; i < block.count; ++i) {
        if constexpr (glides)
            for (int r = 0; r < rows_of<typename K::Coeffs>; ++r) rows(c)[r] += rows(step)[r];
        block.frames[i] = K::frame(block.frames[i], block.key[i], c, s);
    }
    s.reduction = -log2(max(K::closed_gain(c) + s.raised + s.apart, all(1e-6f)));
    state = s;
}

/// A gate, or (by its coefficients alone) a ducker.
struct Gate {
    using Coeffs = GateCoeffs<V>;
    struct State {
        V reduction; ///< Reading: log2 of amplitude, positive.
        V held;      ///< Frames left to stay open.
        V raised;    ///< Gain aimed at, minus that when closed.
        V apart;     ///< Gain minus gain aimed at.
    };

    static V closed_gain(const Coeffs& c) { return c.closed; }
    static V frame(V sound, V key, const Coeffs& c, State& s)
    {
        s.held = hold_open(s.held, linked_amplitude(key, c.link), c);
        const V raised = s.held > 0.0f ? c.opened - c.closed : all(0);
        s.apart = approach_gain(s.apart, s.raised - raised, s.held > 0.0f ? c.attack : c.release);
        s.raised = raised;
        return sound * (s.held > 0.0f ? c.opened + s.apart : c.closed + s.apart);
    }

    template <bool glides> static void block(const Block& b, const Coeffs& now, const Coeffs& step, State& s)
    {
        frame_by_frame<Gate, glides>(b, now, step, s);
    }
};

/// The same with a finite ratio: closed, the gain follows the level below the threshold (ducking, open: above it).
struct Expander {
    using Coeffs = ExpanderCoeffs<V>;
    struct State {
        V reduction; ///< Reading: log2 of amplitude, positive.
        V held;
        V level; ///< Amplitude of the key, its peaks let go slowly.
        V raised, apart;
    };

    static V closed_gain(const Coeffs& c) { return c.common.closed; }
    static V frame(V sound, V key, const Coeffs& c, State& s)
    {
        const V amplitude = linked_amplitude(key, c.common.link);
        s.held = hold_open(s.held, amplitude, c.common);
        s.level = max(min(amplitude, all(1e6f)), s.level * c.fall);
        const V rising = c.common.opened > c.common.closed ? c.common.attack : c.common.release;
        const V falling = c.common.opened > c.common.closed ? c.common.release : c.common.attack;
        const V attenuation = c.slope * (c.threshold - log2(max(s.level, all(1e-6f))));
        const V curve = exp2(max(min(-attenuation, all(0)), all(-30)));
        const V aim = max(curve, s.held > 0.0f ? c.common.opened : c.common.closed);
        const V raised = aim - c.common.closed, moved = s.raised - raised;
        s.apart = approach_gain(s.apart, moved, s.apart + moved < 0.0f ? rising : falling);
        s.raised = raised;
        return sound * (aim + s.apart);
    }

    template <bool glides> static void block(const Block& b, const Coeffs& now, const Coeffs& step, State& s)
    {
        frame_by_frame<Expander, glides>(b, now, step, s);
    }
};
} // namespace fohd::dsp::inline FOHD_ISA
