#pragma once
#include "dsp/kernels/in_lanes.h"
#include "dsp/kernels/strip_design.h"

namespace fohd::dsp::inline FOHD_ISA {

/// Late by `size` frames. The ring's position is the clock's, so any two of one size have the same.
struct LaneDelay {
    using Coeffs = NoCoeffs;
    struct State {};
    static int history_rows(int size) { return size; }

    template <bool> static void block(const Block& b, Coeffs, const Coeffs&, State&)
    {
        int at = static_cast<int>(b.clock % static_cast<std::uint64_t>(b.size));
        for (int i = 0; i < b.count;) {
            const int run = b.size - at < b.count - i ? b.size - at : b.count - i;
            for (int k = 0; k < run; ++k) {
                const V out = b.history[at + k];
                b.history[at + k] = b.frames[i + k];
                b.frames[i + k] = out;
            }
            i += run;
            at = 0;
        }
    }
};

/// Fader, mute, polarity and balance in one factor. A change is a cubic from the present gain and slope to the goal at
/// rest: from rest nearly a raised cosine, and smooth through any number of changes on the way.
struct Gain {
    using Coeffs = GainCoeffs<V>;
    struct State {
        V gain, slope; ///< slope: a frame
    };

    static void own_glide(const Block& b, const Coeffs& goal, V lead, State& s)
    {
        I moving = lead > 0.0f;
        bool any = false;
        for (int l = 0; l < lanes; ++l) any |= moving[l] != 0;
        if (!any) {
            s = {goal.gain, V{}};
            for (int i = 0; i < b.count; ++i) b.frames[i] *= goal.gain;
            return;
        }
        const V length = max(lead, all(1)), change = goal.gain - s.gain, travel = s.slope * length,
                pace = 1.0f / length;
        const V c2 = 3.0f * change - 2.0f * travel, c3 = travel - 2.0f * change;
        V t{}, gain{};
        for (int i = 0; i < b.count; ++i) {
            t = min(all(static_cast<float>(i + 1)) * pace, all(1));
            gain = moving ? fma(fma(fma(c3, t, c2), t, travel), t, s.gain) : goal.gain;
            gain = t < 1.0f ? gain : goal.gain;
            b.frames[i] *= gain;
        }
        s.gain = gain;
        s.slope = moving ? (t < 1.0f ? fma(fma(3.0f * c3, t, 2.0f * c2), t, travel) * pace : V{}) : V{};
    }
};

/// What a strip's meters read, at its end. A lane whose sound is not finite, or so large (1e18) that its power would not be, is silenced here and counted in `bad`:
/// whoever runs the kernel clears the strip.
struct Meter {
    using Coeffs = MeterCoeffs<V>;
    struct State {
        V peak;        ///< Amplitude; falls back at the meter's pace.
        V mean_square; ///< Over the meter's time.
        V top;         ///< The highest amplitude since it was last set to 0.
        V clips;       ///< Samples at or above full scale since it was last set to 0.
        V bad;         ///< Samples that were no such sound, since it was last set to 0.
    };

    static constexpr int loudest = 0x5d5e0b6b; ///< Bits of 1e18: the squares of a block of them are finite.

    template <bool> static void block(const Block& b, Coeffs c, const Coeffs&, State& s)
    {
        V peak{}, square{};
        I clips{}, bad{};
        for (int i = 0; i < b.count; ++i) {
            const I magnitude = bits(b.frames[i]) & 0x7fffffff;
            const V level = from_bits(magnitude);
            bad -= magnitude > loudest;
            clips -= level >= 1.0f;
            peak = max(level, peak);
            square = fma(level, level, square);
        }
        bool any = false;
        for (int l = 0; l < lanes; ++l) any |= bad[l] != 0;
        if (any) {
            for (int i = 0; i < b.count; ++i) b.frames[i] = bad != 0 ? V{} : b.frames[i];
            peak = bad != 0 ? V{} : peak;
            square = bad != 0 ? V{} : square;
        }
        const V frames = all(static_cast<float>(b.count)), kept = exp2(c.mean_fall * frames);
        s.peak = max(peak, s.peak * exp2(c.peak_fall * frames));
        s.mean_square = fma(kept, s.mean_square, (all(1) - kept) * square / frames);
        s.top = max(peak, s.top);
        s.clips += to_float(clips);
        s.bad += to_float(bad);
    }
};
} // namespace fohd::dsp::inline FOHD_ISA
