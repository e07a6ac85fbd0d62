#pragma once
#include "dsp/kernels/convolve_pass.h"
#include "dsp/kernels/planar.h"

// Convolution with registers along time, or along the bins of a spectrum. Each sum is taken in one order, whatever the width of a
// register and the number of frames.

namespace fohd::dsp::inline FOHD_ISA {

template <int strides> void head_of(const HeadWork& work, int frame)
{
    V sum[strides][4] = {};
    for (int t = 0; t < head_taps; t += 4)
#pragma GCC unroll 4
        for (int k = 0; k < 4; ++k) {
            const V tap = all(work.taps[t + k]);
#pragma GCC unroll 2
            for (int s = 0; s < strides; ++s)
                sum[s][k] = fma(load(work.sound + frame + s * lanes - t - k), tap, sum[s][k]);
        }
    for (int s = 0; s < strides; ++s) {
        float* const to = work.out + frame + s * lanes;
        store(to, load(to) + ((sum[s][0] + sum[s][1]) + (sum[s][2] + sum[s][3])));
    }
}

inline void convolve_head(const HeadWork& work)
{
    int frame = 0;
    for (; frame + lanes < work.frames; frame += 2 * lanes) head_of<2>(work, frame);
    if (frame < work.frames) head_of<1>(work, frame);
}

/// Sums of four registers of re and four of im. `paired`: in lane 0 of the first one re and im are two real numbers.
template <bool paired> void sum_products(const SpectrumSum& sum, int bin)
{
    constexpr int strides = 4;
    V re[strides] = {}, im[strides] = {};
    I lane0{};
    lane0[0] = -1;
    for (int part = 0; part < sum.parts; ++part) {
        const SpectrumRows& rows = sum.rows[part];
        const float *sound = rows.sound + bin, *response = rows.response + bin;
        for (int n = 0; n < rows.count; ++n, sound += spectrum_row, response += spectrum_row)
#pragma GCC unroll 4
            for (int s = 0; s < strides; ++s) {
                const V x = load(sound + s * lanes), y = load(sound + s * lanes + spectrum_chunk);
                const V a = load(response + s * lanes), b = load(response + s * lanes + spectrum_chunk);
                const bool apart = paired && s == 0;
                const V cross = apart ? (lane0 ? V{} : b) : b, other = apart ? (lane0 ? b : a) : a;
                re[s] = fma(-y, cross, fma(x, a, re[s]));
                im[s] = fma(y, other, fma(x, cross, im[s]));
            }
    }
    for (int s = 0; s < strides; ++s) {
        store(sum.re + bin + s * lanes, re[s]);
        store(sum.im + bin + s * lanes, im[s]);
    }
}

inline void sum_spectra(const SpectrumSum& sum)
{
    for (int bin = 0; bin < spectrum_chunk; bin += 4 * lanes)
        if (bin == 0 && sum.first)
            sum_products<true>(sum, bin);
        else
            sum_products<false>(sum, bin);
}
} // namespace fohd::dsp::inline FOHD_ISA
