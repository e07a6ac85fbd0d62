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
} // namespace fohd::dsp::inline FOHD_ISA
