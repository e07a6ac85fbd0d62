#pragma once
#include "dsp/kernels/in_lanes.h"
#include "dsp/kernels/limiter_design.h"
#include "dsp/kernels/true_peak.h"

namespace fohd::dsp::inline FOHD_ISA {

/// What follows from a limiter's size, and where its memories lie in its history.
struct LimiterPlan {
    static constexpr int tail = 7; ///< Rows that the minimum of eight frames remembers.

    bool true_peak;
    int latency, window;       ///< Frames; `window` of the sliding minimum.
    int first_box, second_box; ///< Frames. The attack is the convolution of two boxes: an S without overshoot.
    int one, shift;            ///< The integer for a gain of 1; bits dropped between the boxes: no sum passes 2^30.
    float unscale;             ///< From an integer back to a gain, never below 1 for 1.
    int widest, rest;          ///< Frames: the largest power of two in the window, and what is left of it.
    int sound, detector, needed, minima, rest_minima, gains, sums, rows;

    explicit LimiterPlan(int size) : true_peak(size % 2 != 0)
    {
        using T = TruePeakTaps;
        const int lookahead = size / 2, kernel = lookahead + 1;
        latency = lookahead + (true_peak ? T::age + T::standard_reach : 0);
        window = kernel + (true_peak ? T::span + 2 * T::standard_reach : 0);
        first_box = (kernel + 2) / 2;
        second_box = kernel + 1 - first_box;
        int bits = 24; // of a float
        while (first_box > 1 << (30 - bits)) --bits;
        one = 1 << bits;
        shift = 0;
        while (first_box * second_box > 1 << (30 - bits + shift)) ++shift;
        unscale = (1 + 2e-7f) / static_cast<float>(first_box * second_box) / static_cast<float>(one >> shift);
        widest = 8;
        while (2 * widest <= window) widest *= 2;
        rest = window - widest;

        sound = 0;
        detector = sound + latency;
        needed = detector + (true_peak ? 2 * T::reach - 1 : 0);
        minima = needed + tail;
        rest_minima = minima + widest - 8;
        gains = rest_minima + rest;
        sums = gains + first_box;
        rows = sums + second_box;
    }
};

/// A memory of fixed length; its position is the clock's, so that any two of one length agree.
class Ring {
public:
    Ring(V* rows, int length, std::uint64_t clock)
        : rows_(rows), length_(length), at_(static_cast<int>(clock % static_cast<std::uint64_t>(length)))
    {}
    /// Takes the newest, gives what came `length` times earlier.
    V pass(V newest)
    {
        const V oldest = rows_[at_];
        rows_[at_] = newest;
        at_ = at_ + 1 == length_ ? 0 : at_ + 1;
        return oldest;
    }
    /// As many passes; frames[i] becomes the lesser of the newest and the oldest.
    void pass_least(V* frames, int count)
    {
        while (count > 0) {
            const int run = length_ - at_ < count ? length_ - at_ : count;
            V* const row = rows_ + at_;
            for (int i = 0; i < run; ++i) {
                const V newest = frames[i], oldest = row[i];
                row[i] = newest;
                frames[i] = min(newest, oldest);
            }
            frames += run;
            count -= run;
            at_ = at_ + run == length_ ? 0 : at_ + run;
        }
    }

private:
    V* rows_;
    int length_, at_;
};

/// Look-ahead limiter after Hämäläinen, "Smoothing of the control signal without clipped output in digital peak
/// limiters", DAFx-02: the gain that each peak needs, its sliding minimum, a release, and an average over no more frames
/// than the minimum holds; so the gain is down before the peak leaves the delay. The averages are sums of integers: exact,
/// hence the same however the sound is cut into blocks, and without drift.
struct Limiter {
    using Coeffs = LimiterCoeffs<V>;
    struct State {
        V gain;                  ///< Of the newest frame out.
        V reduction, mean;       ///< 1 - gain before the attack, and its slow mean.
        V first_sum, second_sum; ///< Integers.
        TruePeak peak;
    };

    static int history_rows(int size) { return LimiterPlan(size).rows; }

    static void reset(State& s, V* history, int size)
    {
        const LimiterPlan plan(size);
        const int part = (plan.one * plan.first_box) >> plan.shift;
        for (int i = plan.needed; i < plan.gains; ++i) history[i] = all(1);
        for (int i = plan.gains; i < plan.sums; ++i) history[i] = from_bits(I{} + plan.one);
        for (int i = plan.sums; i < plan.rows; ++i) history[i] = from_bits(I{} + part);
        s.first_sum = from_bits(I{} + plan.one * plan.first_box);
        s.second_sum = from_bits(I{} + part * plan.second_box);
        s.gain = all(1);
    }

    template <bool glides> static void block(const Block& b, const Coeffs& now, const Coeffs& step, State& s)
    {
        if (b.count < 1 || b.count > max_block) __builtin_unreachable();
        const LimiterPlan plan(b.size);
        V needed[LimiterPlan::tail + max_block];
        if (plan.true_peak)
            detect<glides, true>(b, plan, now, step, s.peak, needed + LimiterPlan::tail);
        else
            detect<glides, false>(b, plan, now, step, s.peak, needed + LimiterPlan::tail);
        slide(b, plan, needed);
        apply<glides>(b, plan, now, step, s, needed);
    }

private:
    /// Applies the input gain; then the gain that each frame needs.
    template <bool glides, bool true_peak>
    static void detect(const Block& b, const LimiterPlan& plan, Coeffs c, const Coeffs& step, TruePeak& peak, V* needed)
    {
        constexpr float just_below = 0.9972f; // by 0.025 dB: the ripple of the interpolator, and all roundings to come
        constexpr int past = true_peak ? 2 * TruePeakTaps::reach - 1 : 0, before = (past + 3) / 4 * 4;
        V sound[before + max_block];
        const I used = (c.gain != 0.0f) | (step.gain != 0.0f);
        V* const memory = b.history + plan.detector;
        for (int i = 0; i < before - past; ++i) sound[i] = V{};
        for (int i = 0; i < past; ++i) sound[before - past + i] = memory[i];
        for (int i = 0; i < b.count; ++i) {
            if constexpr (glides) c.gain += step.gain;
            sound[before + i] = b.frames[i] *= c.gain;
        }
        for (int i = 0; i < past; ++i) memory[i] = sound[before - past + b.count + i];
        V levels[max_block];
        if constexpr (true_peak) {
            for (int i = b.count; i % lanes != 0; ++i) sound[before + i] = V{};
            measure<before>(sound, b.count, used, peak, levels);
        }
        for (int i = 0; i < b.count; ++i) {
            if constexpr (glides) c.ceiling += step.ceiling, c.link += step.link;
            const V level = true_peak ? levels[i] : abs(sound[before + i]);
            const V own = level > c.ceiling ? c.ceiling * just_below / level : all(1);
            needed[i] = fma(c.link, min(own, neighbour(own)) - own, own);
        }
    }

    /// Lanes without gain are idle.
    template <int before> static void measure(const V* sound, int count, I used, TruePeak& peak, V* levels)
    {
        alignas(alignment) float sounds[lanes][before + max_block], peaks[lanes][max_block] = {};
        float *in[lanes], *out[lanes];
        for (int l = 0; l < lanes; ++l) in[l] = sounds[l], out[l] = peaks[l];
        unpack(reinterpret_cast<const float*>(sound), in, before + (count + lanes - 1) / lanes * lanes);
        for (int l = 0; l < lanes; ++l)
            if (used[l]) peak.read(l, sounds[l] + before, count, peaks[l]);
        pack(out, reinterpret_cast<float*>(levels), count);
    }

    /// `needed` becomes its sliding minimum, by doubling: of 2, 4, 8, 16 ... frames, then of the whole window. The newest
    /// frame is at `tail`; its result is at 0.
    static void slide(const Block& b, const LimiterPlan& plan, V* needed)
    {
        constexpr int tail = LimiterPlan::tail;
        V* const memory = b.history + plan.needed;
        for (int i = 0; i < tail; ++i) needed[i] = memory[i];
        for (int i = 0; i < tail; ++i) memory[i] = needed[b.count + i];
        for (int width = 1, left = tail; width < 8; width *= 2) {
            left -= width;
            for (int i = 0; i < b.count + left; ++i) needed[i] = min(needed[i], needed[i + width]);
        }
        for (int width = 8; width < plan.widest; width *= 2)
            Ring(b.history + plan.minima + width - 8, width, b.clock).pass_least(needed, b.count);
        if (plan.rest > 0) Ring(b.history + plan.rest_minima, plan.rest, b.clock).pass_least(needed, b.count);
    }

    /// Release, attack, and the gain on the delayed sound.
    template <bool glides>
    static void apply(const Block& b, const LimiterPlan& plan, Coeffs c, const Coeffs& step, State& s, const V* least)
    {
        Ring sound(b.history + plan.sound, plan.latency, b.clock);
        Ring gains(b.history + plan.gains, plan.first_box, b.clock);
        Ring sums(b.history + plan.sums, plan.second_box, b.clock);
        I first = bits(s.first_sum), second = bits(s.second_sum);
        V reduction = s.reduction, mean = s.mean, smoothed = s.gain;
        for (int i = 0; i < b.count; ++i) {
            if constexpr (glides) c.keep += step.keep, c.blend += step.blend, c.rest += step.rest;
            const V released = fma(reduction, c.keep, mean * c.rest);
            mean = fma(c.blend, reduction - mean, mean);
            reduction = max(1.0f - least[i], released);
            const V gain = min(least[i], 1.0f - reduction);
            const I whole = __builtin_convertvector(gain * static_cast<float>(plan.one), I);
            first += whole - bits(gains.pass(from_bits(whole)));
            const I part = first >> plan.shift;
            second += part - bits(sums.pass(from_bits(part)));
            smoothed = min(to_float(second) * plan.unscale, all(1));
            b.frames[i] = sound.pass(b.frames[i]) * smoothed;
        }
        s.gain = smoothed;
        s.reduction = reduction;
        s.mean = mean;
        s.first_sum = from_bits(first);
        s.second_sum = from_bits(second);
    }
};
} // namespace fohd::dsp::inline FOHD_ISA
