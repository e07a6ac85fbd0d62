#pragma once
#include "dsp/kernels/curves.h"
#include "dsp/kernels/in_lanes.h"
#include "dsp/kernels/resample.h"

namespace fohd::dsp::inline FOHD_ISA {

inline constexpr int saturator_batch =
    16; ///< Frames at once: with what they become at higher rates they stay in the cache.

/// A curve by antiderivatives of the third order at four times the rate: the sound is a line from sample to sample, the curve
/// along each line is integrated exactly against a quadratic B-spline, whose zeros lie where the harmonics would fold down.
/// Sources: Parker, Zavalishin, Le Bivic, DAFx-16; Bilbao, Esqueda, Parker, Välimäki, IEEE SPL 24(7) 2017. Their differences of
/// antiderivatives cancel; integrals of polynomials over the part of a line that lies within a curve's range do not.
template <class Curve> struct SplineShaper {
    static constexpr int latency = curve_latency;
    static constexpr auto outer = kaiser_half_band<12>(80);
    static constexpr auto inner = kaiser_half_band<4>(75);
    static constexpr auto smooth = spline_decimator(66);
    struct State {
        V in[23], doubled[7], curved[15], halved[46];
        V last, next, after,
            later; ///< The last sample; what is left of the lines before: for this step, this one, the next.
    };

    /// in[0 .. count) becomes the output at the same rate. `bias` has one for each frame.
    template <bool glides> static void run(V* sound, const V* bias, int count, State& s)
    {
        constexpr int n = saturator_batch;
        Stretch<23, n> in(s.in);
        Stretch<7, 2 * n> doubled(s.doubled);
        Stretch<15, 4 * n> curved(s.curved);
        Stretch<46, 2 * n> halved(s.halved);
        V quad[4 * n];
        for (int i = 0; i < count; ++i) in.fresh()[i] = sound[i];
        upsample(outer, in.fresh(), count, doubled.fresh());
        upsample(inner, doubled.fresh(), 2 * count, quad);
        bend<glides>(quad, bias, count, curved.fresh(), s);
        downsample_even(smooth, curved.fresh(), 2 * count, halved.fresh());
        downsample(outer, halved.fresh(), count, sound);
        in.keep(s.in, count);
        doubled.keep(s.doubled, 2 * count);
        curved.keep(s.curved, 4 * count);
        halved.keep(s.halved, 2 * count);
    }

private:
    /// Less what silence gives, so that silence stays silence, exactly.
    template <bool glides> static void bend(const V* x, const V* bias, int count, V* y, State& s)
    {
        Parts still = parts_of<Curve>(sample(bias[0]), sample(bias[0]));
        Sample from = sample(s.last + bias[0]);
        V next = s.next, after = s.after, later = s.later;
        for (int i = 0; i < 4 * count; ++i) {
            if constexpr (glides)
                if (i % 4 == 0) still = parts_of<Curve>(sample(bias[i / 4]), sample(bias[i / 4]));
            const Sample to = sample(x[i] + bias[i / 4]);
            const Parts part = parts_of<Curve>(from, to);
            y[i] = part.now - still.now + next + after;
            next = part.next - still.next;
            after = later;
            later = part.after - still.after;
            from = to;
        }
        s.last = x[4 * count - 1];
        s.next = next;
        s.after = after;
        s.later = later;
    }
};

/// sin(pi u / 2) at eight times the rate. Folded by a sine, even 36 dB over its range, a tone of 5 kHz reaches 300 kHz and no
/// further: what aliases is only what the filters let through, so those before the sine are the steep ones, for its slope is
/// steep.
struct FoldShaper {
    static constexpr int latency = fold_latency;
    static constexpr auto outer = kaiser_half_band<16>(112);
    static constexpr auto middle = flat_half_band<5>();
    static constexpr auto inner = flat_half_band<3>();
    static constexpr auto inner_back = flat_half_band<4>();
    static constexpr auto middle_back = kaiser_half_band<5>(85);
    static constexpr auto outer_back = kaiser_half_band<12>(80);
    struct State {
        V in[31], doubled[9], quad[5], folded[14], back[18], halved[46];
    };

    template <bool glides> static void run(V* sound, const V* bias, int count, State& s)
    {
        constexpr int n = saturator_batch;
        Stretch<31, n> in(s.in);
        Stretch<9, 2 * n> doubled(s.doubled);
        Stretch<5, 4 * n> quad(s.quad);
        Stretch<14, 8 * n> folded(s.folded);
        Stretch<18, 4 * n> back(s.back);
        Stretch<46, 2 * n> halved(s.halved);
        for (int i = 0; i < count; ++i) in.fresh()[i] = sound[i];
        upsample(outer, in.fresh(), count, doubled.fresh());
        upsample(middle, doubled.fresh(), 2 * count, quad.fresh());
        upsample(inner, quad.fresh(), 4 * count, folded.fresh());
        for (int i = 0; i < 8 * count; ++i)
            folded.fresh()[i] = sine(folded.fresh()[i] + bias[i / 8]) - sine(bias[i / 8]);
        downsample(inner_back, folded.fresh(), 4 * count, back.fresh());
        downsample(middle_back, back.fresh(), 2 * count, halved.fresh());
        downsample(outer_back, halved.fresh(), count, sound);
        in.keep(s.in, count);
        doubled.keep(s.doubled, 2 * count);
        quad.keep(s.quad, 4 * count);
        folded.keep(s.folded, 8 * count);
        back.keep(s.back, 4 * count);
        halved.keep(s.halved, 2 * count);
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

/// Drives a shaper; what it gives is tilted and mixed with the dry sound, which is as late.
template <class Shaper> struct Saturator {
    using Coeffs = SaturatorCoeffs<V>;
    struct State {
        V direct,
            lows; ///< DC of what comes out of the curve; the integrator of the tilt's trapezoidal one-pole filter.
        V dry[Shaper::latency];
        typename Shaper::State shaper;
    };

    template <bool glides> static void block(const Block& b, const Coeffs& now, const Coeffs& step, State& s)
    {
        Coeffs into = now, out = now;
        for (int at = 0; at < b.count; at += saturator_batch) {
            const int count = b.count - at < saturator_batch ? b.count - at : saturator_batch;
            V* const frames = b.frames + at;
            Stretch<Shaper::latency, saturator_batch> dry(s.dry);
            V wet[saturator_batch], bias[saturator_batch];
            for (int i = 0; i < count; ++i) {
                if constexpr (glides) into.gain += step.gain, into.bias += step.bias;
                dry.fresh()[i] = frames[i];
                wet[i] = frames[i] * into.gain;
                bias[i] = into.bias;
            }
            Shaper::template run<glides>(wet, bias, count, s.shaper);
            V direct = s.direct, lows = s.lows;
            for (int i = 0; i < count; ++i) {
                if constexpr (glides)
                    for (int r = 0; r < rows_of<Coeffs>; ++r) rows(out)[r] += rows(step)[r];
                direct = fma(out.blocker, wet[i] - direct, direct);
                const V sound = wet[i] - direct;
                const V way = out.tilt * (sound - lows), low = lows + way;
                lows = low + way;
                const V tilted = fma(out.high, sound, (out.low - out.high) * low);
                frames[i] = fma(out.dry, dry.fresh()[i - Shaper::latency], tilted);
            }
            s.direct = direct;
            s.lows = lows;
            dry.keep(s.dry, count);
        }
    }
};
} // namespace fohd::dsp::inline FOHD_ISA
