#pragma once
#include "dsp/kernels/curves.h"
#include "dsp/kernels/in_lanes.h"
#include "dsp/kernels/planar.h"
#include "dsp/kernels/polyphase.h"

namespace fohd::dsp::inline FOHD_ISA {

/// A curve by antiderivatives of the third order at four times the rate: the sound is a line from sample to sample, the curve
/// along each line is integrated exactly against a quadratic B-spline, whose zeros lie where the harmonics would fold down.
/// Sources: Parker, Zavalishin, Le Bivic, DAFx-16; Bilbao, Esqueda, Parker, Välimäki, IEEE SPL 24(7) 2017. Their differences of
/// antiderivatives cancel; integrals of polynomials over the part of a line that lies within a curve's range do not.
template <class Curve> class SplineShaper {
    static constexpr auto outer = kaiser_half_band<12>(80);
    static constexpr auto inner = kaiser_half_band<4>(75);
    static constexpr auto smooth = spline_decimator(66);
    using In = Phases<1, 23>;
    using Doubled = Phases<2, 4>;
    using Quad = Phases<4, 1>;
    using Curved = Phases<4, 4>;
    using Halved = Phases<2, 23>;
    /// The line of a sample in the output of the next one and of the one after that.
    using Next = Phases<4, 1>;
    static constexpr int last_phase = 3;

public:
    static constexpr int latency = curve_latency;
    static constexpr int memory = In::memory + Doubled::memory + Curved::memory + Halved::memory + 4; ///< Floats.

    /// sound[0 .. count), silent behind, becomes the output at the same rate. `bias` has one for each frame.
    template <bool glides> static void run(float* sound, const float* bias, int count, float* kept)
    {
        In in;
        Doubled doubled;
        Quad quad;
        Curved curved;
        Halved halved;
        Row out{sound};
        const float* from = kept;
        in.recall(from), doubled.recall(from), curved.recall(from), halved.recall(from);
        float* const lines = kept + memory - 4;
        __builtin_memcpy(in.row(0), sound, sizeof(float) * max_block);
        upsample(outer, in, count, doubled);
        upsample(inner, doubled, count, quad);
        bend<glides>(quad, bias, count, curved, lines);
        downsample_even(smooth, curved, count, halved);
        downsample(outer, halved, count, out);
        float* to = kept;
        in.keep(to, count), doubled.keep(to, count), curved.keep(to, count), halved.keep(to, count);
    }

private:
    /// Less what silence gives, so that silence stays silence, exactly. `lines`: the last sample; what is left of the lines before,
    /// by how much later it is heard.
    template <bool glides> static void bend(Quad& x, const float* bias, int count, Curved& y, float* lines)
    {
        Next next, after;
        Parts still = parts_of<Curve>(sample(all(bias[0])), sample(all(bias[0])));
        const int room = whole_strides(count);
        float* const last = x.row(last_phase);
        const float last_of_all = last[count - 1];
        last[-1] = lines[0] + bias[0];
        for (int i = 0; i < room; i += lanes)
            store(last + i, load(last + i) + (glides ? load(bias + i) : all(bias[0])));
        next.row(last_phase)[-1] = lines[1];
        after.row(last_phase - 1)[-1] = lines[2];
        after.row(last_phase)[-1] = lines[3];
        for (int i = 0; i < room; i += lanes) {
            const V shift = glides ? load(bias + i) : all(bias[0]);
            if constexpr (glides) still = parts_of<Curve>(sample(shift), sample(shift));
            Sample from = sample(load(last + i - 1));
            for (int p = 0; p < 4; ++p) {
                const Sample to = sample(p == last_phase ? load(last + i) : load(x.row(p) + i) + shift);
                const Parts part = parts_of<Curve>(from, to);
                store(y.row(p) + i, part.now - still.now);
                store(next.row(p) + i, part.next - still.next);
                store(after.row(p) + i, part.after - still.after);
                from = to;
            }
        }
        for (int p = 0; p < 4; ++p)
            for (int i = 0; i < room; i += lanes)
                store(y.row(p) + i, load(y.row(p) + i) + load(next.at(p - 1) + i) + load(after.at(p - 2) + i));
        lines[0] = last_of_all;
        lines[1] = next.row(last_phase)[count - 1];
        lines[2] = after.row(last_phase - 1)[count - 1];
        lines[3] = after.row(last_phase)[count - 1];
    }
};

/// sin(pi u / 2) at eight times the rate. Folded by a sine, even 36 dB over its range, a tone of 5 kHz reaches 300 kHz and no
/// further: what aliases is only what the filters let through, so those before the sine are the steep ones, for its slope is
/// steep.
class FoldShaper {
    static constexpr auto outer = kaiser_half_band<16>(112);
    static constexpr auto middle = flat_half_band<5>();
    static constexpr auto inner = flat_half_band<3>();
    static constexpr auto inner_back = flat_half_band<4>();
    static constexpr auto middle_back = kaiser_half_band<5>(85);
    static constexpr auto outer_back = kaiser_half_band<12>(80);
    using In = Phases<1, 31>;
    using Doubled = Phases<2, 5>;
    using Quad = Phases<4, 2>;
    using Folded = Phases<8, 2>;
    using Back = Phases<4, 5>;
    using Halved = Phases<2, 23>;

public:
    static constexpr int latency = fold_latency;
    static constexpr int memory =
        In::memory + Doubled::memory + Quad::memory + Folded::memory + Back::memory + Halved::memory;

    template <bool glides> static void run(float* sound, const float* bias, int count, float* kept)
    {
        In in;
        Doubled doubled;
        Quad quad;
        Folded folded;
        Back back;
        Halved halved;
        Row out{sound};
        const float* from = kept;
        in.recall(from), doubled.recall(from), quad.recall(from);
        folded.recall(from), back.recall(from), halved.recall(from);
        __builtin_memcpy(in.row(0), sound, sizeof(float) * max_block);
        upsample(outer, in, count, doubled);
        upsample(middle, doubled, count, quad);
        upsample(inner, quad, count, folded);
        V shift = all(bias[0]), still = sine(shift);
        const int room = whole_strides(count);
        for (int i = 0; i < room; i += lanes) {
            if constexpr (glides) shift = load(bias + i), still = sine(shift);
            for (int p = 0; p < 8; ++p) store(folded.row(p) + i, sine(load(folded.row(p) + i) + shift) - still);
        }
        downsample(inner_back, folded, count, back);
        downsample(middle_back, back, count, halved);
        downsample(outer_back, halved, count, out);
        float* to = kept;
        in.keep(to, count), doubled.keep(to, count), quad.keep(to, count);
        folded.keep(to, count), back.keep(to, count), halved.keep(to, count);
    }

private:
    /// 4 / pi sin(pi u / 2), within 1e-7 of it as u is rounded.
    static V sine(V u)
    {
        constexpr float round = 12582912.0f; // 1.5 * 2^23: the sum has no bits left for a fraction
        const V turns = u * 0.25f;
        const V r = turns - ((turns + round) - round); // -1/2 .. 1/2
        const V q = max(min(r, 0.5f - r), -0.5f - r);  // -1/4 .. 1/4, of the same sine
        const V z = q * q;
        V p = fma(z, 50.3385615f, all(-97.4660502f));
        p = fma(p, z, 103.897618f);
        p = fma(p, z, -52.6378299f);
        return q * fma(p, z, 7.99999981f);
    }
};

/// Drives a shaper; what it gives is tilted and mixed with the dry sound, which is as late. All but the shaper runs in lanes; the
/// shaper takes lane after lane with its registers along time, so that a pair alone in a register costs a pair.
template <class Shaper> struct Saturator {
    using Coeffs = SaturatorCoeffs<V>;
    static constexpr int memory = (Shaper::memory + 15) / 16 * 16; ///< Whole registers of every build.
    struct State {
        V direct,
            lows; ///< DC of what comes out of the curve; the integrator of the tilt's trapezoidal one-pole filter.
        V dry[Shaper::latency];
        V shaper[memory];
    };

    template <bool glides> static void block(const Block& b, const Coeffs& now, const Coeffs& step, State& s)
    {
        V dry[Shaper::latency + max_block], wet[max_block], bias[max_block];
        Coeffs into = now, out = now;
        for (int i = 0; i < Shaper::latency; ++i) dry[i] = s.dry[i];
        for (int i = 0; i < b.count; ++i) {
            if constexpr (glides) into.gain += step.gain, into.bias += step.bias;
            dry[Shaper::latency + i] = b.frames[i];
            wet[i] = b.frames[i] * into.gain;
            bias[i] = into.bias;
        }
        for (int i = b.count; i < max_block; ++i) wet[i] = bias[i] = V{};
        shape<glides>(wet, bias, b.count, (now.gain != 0.0f) | (step.gain != 0.0f), s.shaper);
        V direct = s.direct, lows = s.lows;
        for (int i = 0; i < b.count; ++i) {
            if constexpr (glides)
                for (int r = 0; r < rows_of<Coeffs>; ++r) rows(out)[r] += rows(step)[r];
            direct = fma(out.blocker, wet[i] - direct, direct);
            const V sound = wet[i] - direct;
            const V way = out.tilt * (sound - lows), low = lows + way;
            lows = low + way;
            const V tilted = fma(out.high, sound, (out.low - out.high) * low);
            b.frames[i] = fma(out.dry, dry[i], tilted);
        }
        s.direct = direct;
        s.lows = lows;
        for (int i = 0; i < Shaper::latency; ++i) s.dry[i] = dry[b.count + i];
    }

private:
    /// Lanes without gain are idle.
    template <bool glides> static void shape(V* wet, const V* bias, int count, I used, V* kept)
    {
        alignas(alignment) float sounds[lanes][max_block], biases[lanes][max_block], memories[lanes][memory];
        float *sound[lanes], *shift[lanes], *past[lanes];
        for (int l = 0; l < lanes; ++l) sound[l] = sounds[l], shift[l] = biases[l], past[l] = memories[l];
        unpack(reinterpret_cast<const float*>(wet), sound, max_block);
        unpack(reinterpret_cast<const float*>(bias), shift, glides ? max_block : 1);
        unpack(reinterpret_cast<const float*>(kept), past, memory);
        for (int l = 0; l < lanes; ++l)
            if (used[l]) Shaper::template run<glides>(sound[l], shift[l], count, past[l]);
        pack(sound, reinterpret_cast<float*>(wet), count);
        pack(past, reinterpret_cast<float*>(kept), memory);
    }
};
} // namespace fohd::dsp::inline FOHD_ISA
