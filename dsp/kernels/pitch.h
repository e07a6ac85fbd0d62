#pragma once
#include "dsp/kernels/eight_taps.h"
#include "dsp/kernels/pitch_pass.h"

namespace fohd::dsp::inline FOHD_ISA {

// Lags ride along registers and sums go along time, so every width of a register gives the same bits.

inline void sum_periods(const PeriodSums& p)
{
    for (int lag = 0; lag < p.lags; lag += lanes) {
        V difference = load(p.differences + lag), power = load(p.power + lag);
        for (int n = p.samples - 1; n >= 0; --n) {
            const V late = load(p.newest + n + lag), change = all(p.newest[n]) - late;
            difference = fma(change, change, difference);
            power = fma(late, late, power);
        }
        store(p.differences + lag, difference);
        store(p.power + lag, power);
    }
}

inline void draw_periods(const PeriodCurve& p)
{
    for (int group = 0; group * lag_group < p.lags; ++group) {
        const int hops = p.hops[group];
        const float own = p.own[hops], floor = p.floor * static_cast<float>(hops);
        float highest = -1;
        for (int lag = group * lag_group; lag < (group + 1) * lag_group; lag += lanes) {
            V difference{}, power{};
            for (int h = 0, row = p.newest; h < hops; ++h, row = row ? row - 1 : p.rows - 1) {
                difference += load(p.differences + row * p.stride + lag);
                power += load(p.power + row * p.stride + lag);
            }
            const V both = power + own;
            const V curve = both > floor ? 1.0f - difference / both : V{};
            store(p.curve + lag, curve);
            for (int l = 0; l < lanes; ++l) highest = curve[l] > highest ? curve[l] : highest;
        }
        p.group_peak[group] = highest;
    }
}

inline void read_taps(const TapReads& p)
{
    for (int i = 0; i < pitch_chunk; i += frames_together) {
        EightTaps sums[frames_together]{};
        for (int s = 0; s < p.count; ++s) {
            const TapPlaces& at = *p.sources[s];
            for (int n = 0; n < frames_together; ++n)
                sums[n] = weigh<true>(p.ring + at.start[i + n], p.rows + at.row[i + n], at.next[i + n], at.share[i + n],
                                      sums[n]);
        }
        *reinterpret_cast<LooseFour*>(p.out + i) = sums_of(fold(sums[0]), fold(sums[1]), fold(sums[2]), fold(sums[3]));
    }
}

/// Zavalishin, "The Art of VA Filter Design", 2.1.0, 4.4, solved for the memories.
template <int count> void low_pass_chunk(const LowPassPass& p)
{
    LowPassCoeffs pass[count];
    LowPassMemory memory[count];
    for (int k = 0; k < count; ++k) pass[k] = p.passes[k], memory[k] = p.memory[k];
    for (int i = 0; i < pitch_chunk; ++i) {
        float x = p.sound[i];
#pragma GCC unroll 2
        for (int k = 0; k < count; ++k) {
            const LowPassCoeffs& c = pass[k];
            auto& [band, low] = memory[k];
            const float high = fma(-c.in, low, fma(-c.damp, band, c.in * x));
            const float after = fma(c.to_low, high, fma(c.to_band, band, low));
            band = fma(c.to_band, high, band);
            x = 0.5f * (low + after);
            low = after;
        }
        p.sound[i] = x;
        for (int k = 0; k < count && p.steps; ++k) {
            pass[k].in += p.steps[k].in;
            pass[k].damp += p.steps[k].damp;
            pass[k].to_band += p.steps[k].to_band;
            pass[k].to_low += p.steps[k].to_low;
        }
    }
    for (int k = 0; k < count; ++k) p.memory[k] = memory[k];
}

inline void low_pass(const LowPassPass& p) { p.count == 1 ? low_pass_chunk<1>(p) : low_pass_chunk<2>(p); }
} // namespace fohd::dsp::inline FOHD_ISA
