#pragma once
#include "dsp/kernels/notch_pass.h"
#include "dsp/kernels/planar.h"

namespace fohd::dsp::inline FOHD_ISA {

/// n notches over the whole slice, all that they need in registers.
template <int n, bool glides>
void run_notches(V* frames, int count, Notch* notches, const Notch* steps, const int* which, V* memory)
{
    struct Rows {
        V high, band, low, weight;
    };
    Rows now[n], step[n];
    V kept_band[n], kept_low[n];
    for (int i = 0; i < n; ++i) {
        const Notch& c = notches[which[i]];
        now[i] = {all(c.high), all(c.band), all(c.low), all(c.weight)};
        if constexpr (glides) {
            const Notch& s = steps[which[i]];
            step[i] = {all(s.high), all(s.band), all(s.low), all(s.weight)};
        }
        kept_band[i] = memory[2 * which[i]];
        kept_low[i] = memory[2 * which[i] + 1];
    }
    for (int f = 0; f < count; ++f) {
        V x = frames[f];
        for (int i = 0; i < n; ++i) {
            if constexpr (glides) {
                now[i].high += step[i].high;
                now[i].band += step[i].band;
                now[i].low += step[i].low;
                now[i].weight += step[i].weight;
            }
            const V band = fma(now[i].high, x - kept_low[i], now[i].band * kept_band[i]);
            kept_band[i] = fma(band, 2.0f, -kept_band[i]);
            kept_low[i] = fma(now[i].low, band, kept_low[i]);
            x = fma(now[i].weight, band, x);
        }
        frames[f] = x;
    }
    for (int i = 0; i < n; ++i) {
        if constexpr (glides) notches[which[i]] = {now[i].high[0], now[i].band[0], now[i].low[0], now[i].weight[0]};
        memory[2 * which[i]] = kept_band[i];
        memory[2 * which[i] + 1] = kept_low[i];
    }
}

template <bool glides> void notch_all(const NotchPass& pass)
{
    alignas(alignment) V frames[max_block];
    pack(pass.channels, reinterpret_cast<float*>(frames), pass.count);
    auto* const memory = reinterpret_cast<V*>(pass.memory);
    const int* which = pass.active;
    int left = pass.active_count;
    const auto run = [&]<int n>() {
        run_notches<n, glides>(frames, pass.count, pass.notches, pass.steps, which, memory);
        which += n;
        left -= n;
    };
    while (left >= 3) run.template operator()<3>();
    if (left == 2) run.template operator()<2>();
    if (left == 1) run.template operator()<1>();
    unpack(reinterpret_cast<const float*>(frames), pass.channels, pass.count);
}

inline void notch(const NotchPass& pass)
{
    if (pass.steps)
        notch_all<true>(pass);
    else
        notch_all<false>(pass);
}
} // namespace fohd::dsp::inline FOHD_ISA
