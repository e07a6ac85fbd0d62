#pragma once
#include "dsp/kernels/in_lanes.h"
#include "dsp/kernels/lfo.h"
#include "dsp/kernels/phaser_design.h"

namespace fohd::dsp::inline FOHD_ISA {

/// All-pass stages of the first order in series, their common frequency moved by a sine, with feedback that is not late by a
/// frame: the chain is linear in what enters it, so the loop is solved (Zavalishin, "The Art of VA Filter Design", 2.1.0, 3.11
/// and 5). The stages are normalised lattices (Gray and Markel, IEEE ASSP 23(3) 1975): the same response, but each step turns
/// input and memory without lengthening them, so that with feedback below 1 no sweep, however fast, can make the loop grow.
struct Phaser {
    using Coeffs = PhaserCoeffs<V>;
    struct State {
        Phase phase;
        V memory[2 * phaser_pairs];
    };

    template <bool glides> static void block(const Block& b, const Coeffs& now, const Coeffs& step, State& s)
    {
        int pairs = phaser_pairs;
        while (pairs > 1 && !any((now.on[pairs - 1] != 0.0f) | (step.on[pairs - 1] != 0.0f))) --pairs;
        for (int i = 2 * pairs; i < 2 * phaser_pairs; ++i) s.memory[i] = V{};
        switch (pairs) {
        case 1: return run<1, glides>(b, now, step, s);
        case 2: return run<2, glides>(b, now, step, s);
        case 3: return run<3, glides>(b, now, step, s);
        case 4: return run<4, glides>(b, now, step, s);
        case 5: return run<5, glides>(b, now, step, s);
        default: return run<6, glides>(b, now, step, s);
        }
    }

private:
    static bool any(I mask)
    {
        bool found = false;
        for (int l = 0; l < lanes; ++l) found |= mask[l] != 0;
        return found;
    }

    /// Still coefficients take many frames at once, gliding ones a frame at a time: the sound is the same.
    template <int pairs, bool glides> static void run(const Block& b, Coeffs c, const Coeffs& step, State& state)
    {
        State s = state; // a copy, so that it may live in registers
        int i = 0;
        if constexpr (glides) {
            for (; i < b.count; ++i) {
                for (int r = 0; r < rows_of<Coeffs>; ++r) rows(c)[r] += rows(step)[r];
                frames<1, pairs, true>(b.frames + i, c, s);
            }
        } else {
            constexpr int batch = 16;
            I mixed{}; // lanes with fewer stages than others; an idle lane has none, and of it nothing is heard
            for (int p = 1; p < pairs; ++p) mixed |= c.on[p] != c.on[0];
            if (any(mixed)) {
                for (; i + batch <= b.count; i += batch) frames<batch, pairs, true>(b.frames + i, c, s);
                for (; i < b.count; ++i) frames<1, pairs, true>(b.frames + i, c, s);
            } else {
                for (; i + batch <= b.count; i += batch) frames<batch, pairs, false>(b.frames + i, c, s);
                for (; i < b.count; ++i) frames<1, pairs, false>(b.frames + i, c, s);
            }
        }
        state = s;
    }

    /// Of the two stages of a pair: what is kept of the sound and of the memory, and what goes from each to the other. What is
    /// not on passes the sound and remembers nothing. Without `mixed` all is on, and the same to the bit.
    struct Rotation {
        V through, across, back;
    };
    template <bool mixed> static Rotation rotation_of(V a, V b, V on)
    {
        if constexpr (!mixed) return {a, b, a};
        const V back = on * a;
        return {back + (1.0f - on), on * b, back};
    }

    /// What has no recursion fills the pipelines with many frames at once; then a stage turns (x, memory) into
    /// (a x + b memory, b x - a memory), a^2 + b^2 = 1. Every n gives the same sound.
    template <int n, int pairs, bool mixed> static void frames(V* sound, const Coeffs& c, State& s)
    {
        const PhaseStep pace(c.step);
        const U behind = phase_of(c.behind);
        V a[n], b[n], entering[n], again[n];
        for (int i = 0; i < n; ++i) {
            const V swing = sine(advance(s.phase, pace) - behind);
            const V root = exp2(fma(fma(c.bend, swing, c.half), swing, c.middle)), g = root * root;
            const V share = 1.0f / (g + 1.0f);
            a[i] = (g - 1.0f) * share;
            b[i] = 2.0f * root * share;
            V direct = all(1);
            for (int p = 0; p < pairs; ++p) {
                const Rotation r = rotation_of<mixed>(a[i], b[i], c.on[p]);
                direct = direct * (r.through * r.through);
            }
            const V solved = 1.0f / (1.0f - c.feedback * direct);
            entering[i] = sound[i] * solved;
            again[i] = c.feedback * solved;
        }
        for (int i = 0; i < n; ++i) {
            V kept[2 * pairs], own = V{};
            for (int k = 0; k < 2 * pairs; ++k) {
                const Rotation r = rotation_of<mixed>(a[i], b[i], c.on[k / 2]);
                kept[k] = r.across * s.memory[k];
                own = fma(r.through, own, kept[k]);
            }
            V y = fma(again[i], own, entering[i]);
            for (int k = 0; k < 2 * pairs; ++k) {
                const Rotation r = rotation_of<mixed>(a[i], b[i], c.on[k / 2]);
                const V in = y;
                y = fma(r.through, in, kept[k]);
                s.memory[k] = fma(r.across, in, -(r.back * s.memory[k]));
            }
            sound[i] = fma(c.wet, y, c.dry * sound[i]);
        }
    }
};
} // namespace fohd::dsp::inline FOHD_ISA
