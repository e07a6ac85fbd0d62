#pragma once
#include "dsp/kernels/lanes.h"

// Slow oscillators. A phase is an integer, 2^32 a turn, so that it wraps by itself and is as exact after a night as at first.

namespace fohd::dsp::inline FOHD_ISA {

inline constexpr float turn = 4294967296.0f; ///< 2^32

/// sin(2 pi turns), within 3e-7 and between -1 and 1 but for rounding; 0 is exact.
inline V sine(U turns)
{
    // To the quarters beside 0, exactly: what is nearer to half a turn is mirrored there.
    const I near = __builtin_bit_cast(I, turns), mirrored = __builtin_bit_cast(I, 0x80000000u - turns);
    const I far = __builtin_bit_cast(I, turns ^ (turns << 1)) < 0;
    const V x = to_float((mirrored & far) | (near & ~far)) * (4 / turn);
    // Odd, least largest error on -1..1: 4e-9, far below a float's step.
    const V xx = x * x;
    V p = fma(xx, 1.50820479e-4f, all(-4.67222775e-3f));
    p = fma(p, xx, 7.96884804e-2f);
    p = fma(p, xx, -6.45963360e-1f);
    p = fma(p, xx, 1.57079629f);
    return p * x;
}

/// A part of a turn as a phase; whole turns make no difference.
inline U phase_of(V turns)
{
    constexpr float round = 12582912.0f; // 1.5 * 2^23: the sum has no bits left for a fraction
    const V within = turns - ((turns + round) - round);
    // Half a turn is 2^31, for which the conversion has no integer.
    const V bounded = min(max(within * turn, all(-2147483520.0f)), all(2147483520.0f));
    return __builtin_bit_cast(U, __builtin_convertvector(bounded, I));
}

/// A phase of 56 bits that advances by `step` 2^-32 turns a frame, 1 <= step < 2^31. A float of that size has no bit below
/// 2^-24, so nothing is ever rounded and the phase does not drift.
struct Phase {
    V turns, part; ///< Bits of integers: turns in 2^-32, and 24 bits below.
};

struct PhaseStep {
    I turns, part;
    explicit PhaseStep(V step) : turns(__builtin_convertvector(step, I))
    {
        part = __builtin_convertvector((step - to_float(turns)) * 16777216.0f, I);
    }
};

inline U advance(Phase& phase, const PhaseStep& step)
{
    const I part = bits(phase.part) + step.part;
    const U turns = __builtin_bit_cast(U, phase.turns) + __builtin_bit_cast(U, step.turns + (part >> 24));
    phase.part = from_bits(part & 0xffffff);
    phase.turns = __builtin_bit_cast(V, turns);
    return turns;
}
} // namespace fohd::dsp::inline FOHD_ISA
