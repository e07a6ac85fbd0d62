#pragma once
#include "dsp/kernels/eight_taps.h"
#include "dsp/kernels/lfo.h"
#include "dsp/kernels/sweep_pass.h"

namespace fohd::dsp::inline FOHD_ISA {

/// Voices that each read a ring at a place moved by a sine. Where they read is computed along time, many frames at once; what
/// they read, four frames at once, since it may be what four frames ago was fed back. The weighed taps of all voices go into
/// one sum, so that adding up its lanes is paid once a frame.
class SweptTaps {
    static constexpr int together = frames_together;
    using Taps = EightTaps;
    static_assert(sweep_nearest >= together + sweep_taps / 2 - 1);

    /// Of one voice at each frame.
    struct Places {
        alignas(alignment) int start[max_block];  ///< Of its oldest tap, in the ring.
        alignas(alignment) int row[max_block];    ///< Of weights, in floats.
        alignas(alignment) float next[max_block]; ///< Share of the row after that.
        alignas(alignment) float share[max_block];
    };

    template <bool glides> static V value(const Cubic& way, V t)
    {
        if constexpr (!glides) return all(way.c[0]);
        return fma(fma(fma(all(way.c[3]), t, all(way.c[2])), t, all(way.c[1])), t, all(way.c[0]));
    }
    static V ascending()
    {
        V n;
        for (int l = 0; l < lanes; ++l) n[l] = static_cast<float>(l);
        return n;
    }
    /// From 0 to 1 along a glide, at frame i and those after it.
    static V time(const SweepPass& p, int i) { return (ascending() + (static_cast<float>(i + 1) + p.done)) * p.pace; }
    static bool heard(const Cubic& share)
    {
        return share.c[0] != 0 || share.c[1] != 0 || share.c[2] != 0 || share.c[3] != 0;
    }

    template <bool glides> static void place(const SweepPass& p, int voice, Places& to)
    {
        const SweepWays& ways = *p.ways;
        const int farthest = static_cast<int>(p.mask) - max_block - sweep_taps;
        const V n = ascending();
        for (int i = 0; i < p.count; i += lanes) {
            const V t = time(p, i);
            const V late =
                fma(value<glides>(ways.spread, t), static_cast<float>(p.channel), value<glides>(ways.behind[voice], t));
            const V sweep = sine(*reinterpret_cast<const U*>(p.turns + i) - phase_of(late));
            const V nearest = max(value<glides>(ways.whole, t), all(sweep_nearest)),
                    swing = value<glides>(ways.swing, t);
            const I whole = __builtin_convertvector(nearest, I);
            // Whole frames apart from the rest: the rest is small, and a float has the more bits for its fraction.
            const V rest =
                max(fma(swing, sweep, swing + value<glides>(ways.part, t)), all(0)) + (nearest - to_float(whole));
            const I more = __builtin_convertvector(rest, I);
            const V fine = (rest - to_float(more)) * static_cast<float>(sweep_fractions);
            const I row = __builtin_convertvector(fine, I);
            const I far = whole + more, frames = far < farthest ? far : farthest + I{};
            const I oldest = __builtin_convertvector(n, I) + (static_cast<int>(p.at) + i - sweep_taps / 2) - frames;
            *reinterpret_cast<I*>(to.start + i) = oldest & static_cast<int>(p.mask);
            *reinterpret_cast<I*>(to.row + i) = row * sweep_taps;
            *reinterpret_cast<V*>(to.next + i) = fine - to_float(row);
            *reinterpret_cast<V*>(to.share + i) = value<glides>(ways.share[voice], t);
        }
    }

    template <bool glides> static void pass(const SweepPass& p)
    {
        Places places[sweep_voices];
        int voices = 0;
        for (int v = 0; v < sweep_voices; ++v)
            if (heard(p.ways->share[v])) place<glides>(p, v, places[voices++]);

        alignas(alignment) float in[max_block] = {}, wet[max_block] = {};
        __builtin_memcpy(in, p.sound, sizeof(float) * static_cast<unsigned>(p.count));
        for (int i = 0; i < p.count; i += together) {
            Taps sums[together]{};
            for (int v = 0; v < voices; ++v)
                for (int n = 0; n < together; ++n) {
                    const Places& at = places[v];
                    sums[n] = weigh<glides>(p.ring + at.start[i + n], p.rows + at.row[i + n], at.next[i + n],
                                            at.share[i + n], sums[n]);
                }
            Four mean = sums_of(fold(sums[0]), fold(sums[1]), fold(sums[2]), fold(sums[3]));
            if constexpr (!glides) mean *= places[0].share[0]; // all that are heard have the same
            *reinterpret_cast<LooseFour*>(wet + i) = mean;
            write(p, i, entering<glides>(p, i, mean, load_four(in + i)));
        }
        for (int i = 0; i < p.count; i += lanes) {
            const V t = time(p, i), delayed = *reinterpret_cast<const V*>(wet + i);
            V& sound = *reinterpret_cast<V*>(in + i);
            sound = fma(value<glides>(p.ways->wet, t), delayed, value<glides>(p.ways->dry, t) * sound);
        }
        __builtin_memcpy(p.sound, in, sizeof(float) * static_cast<unsigned>(p.count));
    }

    /// What enters the ring: the sound and what is fed back.
    template <bool glides> static Four entering(const SweepPass& p, int i, Four wet, Four sound)
    {
        const auto& c = p.ways->feedback.c;
        if constexpr (!glides) return sound + wet * c[0];
        const Four t = (Four{1, 2, 3, 4} + (static_cast<float>(i) + p.done)) * p.pace;
        return sound + wet * (((c[3] * t + c[2]) * t + c[1]) * t + c[0]);
    }

    /// Beyond the count it writes what the next pass will overwrite, before anything is read that far back.
    static void write(const SweepPass& p, int i, Four sound)
    {
        const unsigned to = (p.at + static_cast<unsigned>(i)) & p.mask;
        if (to >= sweep_taps && to + together <= p.mask + 1) {
            *reinterpret_cast<LooseFour*>(p.ring + to) = sound;
            return;
        }
        for (unsigned n = 0; n < together; ++n) {
            const unsigned wrapped = (to + n) & p.mask;
            p.ring[wrapped] = sound[n];
            if (wrapped < sweep_taps) p.ring[wrapped + p.mask + 1] = sound[n];
        }
    }

public:
    static void run(const SweepPass& p) { p.glides ? pass<true>(p) : pass<false>(p); }
};
} // namespace fohd::dsp::inline FOHD_ISA
