#pragma once
#include "dsp/kernels/dither_design.h"
#include "dsp/kernels/in_lanes.h"
#include "dsp/kernels/noise.h"

namespace fohd::dsp::inline FOHD_ISA {

/// The whole number next to x, of which the half ones are even. From 2^23 on every float is whole.
inline V whole(V x)
{
    constexpr int two_to_23 = 0x4b000000;
    const V up = from_bits((bits(x) & static_cast<int>(0x80000000)) | two_to_23);
    return abs(x) < 8388608.0f ? (x + up) - up : x;
}

/// White noise of a triangular density from -1 to 1, a frame of the clock.
inline V triangle(std::uint64_t clock, V channel)
{
    const U frame =
        __builtin_bit_cast(U, __builtin_convertvector(channel, I)) * channel_stride + static_cast<unsigned>(clock);
    const U random = scrambled(frame);
    return to_float(__builtin_bit_cast(I, (random & 0xffff) + (random >> 16)) - triangle_middle) * triangle_scale;
}

/// A sample in steps of 2^(1 - size), as what is whole and what is left: so that 24 bits and the noise under them fit into floats.
struct InSteps {
    V whole_part, rest;
    InSteps(V sample, int size)
    {
        const V x = sample * static_cast<float>(1 << (size - 1));
        whole_part = whole(x);
        rest = x - whole_part;
    }
};
inline V from_steps(V x, int size) { return x * (1.0f / static_cast<float>(1 << (size - 1))); }

/// Rounds to `size` bits; with noise, TPDF of 2 steps peak to peak, the least that makes mean and power of the error independent of
/// the sound: Lipshitz, Wannamaker, Vanderkooy, "Quantization and dither: a theoretical survey", JAES 40(5) 1992. Where the sound is
/// zero for longer than `hold`, so is what comes out.
template <bool noise> struct Dither {
    using Coeffs = DitherCoeffs<V>;
    struct State {
        V left; ///< Frames that are still dithered.
    };

    template <bool> static void block(const Block& b, Coeffs c, const Coeffs&, State& s)
    {
        V left = s.left;
        for (int i = 0; i < b.count; ++i) {
            const InSteps x(b.frames[i], b.size);
            left = b.frames[i] != 0.0f ? c.hold : max(left - 1.0f, all(0));
            V rest = x.rest;
            if constexpr (noise) rest += left > 0.0f ? triangle(b.clock + static_cast<unsigned>(i), c.channel) : V{};
            b.frames[i] = from_steps(x.whole_part + whole(rest), b.size);
        }
        s.left = left;
    }
};

/// The same, and the errors before are added to the sound through a filter, which so becomes the spectrum of the noise.
struct ShapedDither {
    using Coeffs = ShapedDitherCoeffs<V>;
    struct State {
        V left;
        V errors[dither_taps]; ///< Newest first.
    };

    template <bool> static void block(const Block& b, Coeffs c, const Coeffs&, State& state)
    {
        State s = state; // a copy, so that it may live in registers
        for (int i = 0; i < b.count; ++i) {
            const InSteps x(b.frames[i], b.size);
            s.left = b.frames[i] != 0.0f ? c.common.hold : max(s.left - 1.0f, all(0));
            V shaped = x.rest;
            for (int k = dither_taps - 1; k > 0; --k) {
                shaped = fma(c.taps[k], s.errors[k], shaped);
                s.errors[k] = s.errors[k - 1];
            }
            shaped = fma(c.taps[0], s.errors[0], shaped); // last: the next error waits for this one alone
            const V rounded = whole(shaped + triangle(b.clock + static_cast<unsigned>(i), c.common.channel));
            const I dithers = s.left > 0.0f;
            s.errors[0] = dithers ? rounded - shaped : V{};
            b.frames[i] = from_steps(x.whole_part + (dithers ? rounded : whole(x.rest)), b.size);
        }
        state = s;
    }
};
} // namespace fohd::dsp::inline FOHD_ISA
