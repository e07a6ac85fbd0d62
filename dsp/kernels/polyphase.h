#pragma once
#include "dsp/kernels/lane_processor.h"
#include "dsp/kernels/lanes.h"
#include "dsp/kernels/planar.h"
#include "dsp/kernels/resample_taps.h"

// One sound with its registers along time, at multiples of its rate: resample_taps.h has the filters between a rate and its
// double. A sound of several samples a frame lies in one row a phase, so that no sample ever changes its place in a register.

namespace fohd::dsp::inline FOHD_ISA {

inline constexpr int abreast = 4;              ///< Registers that a filter sums up at once: it waits for none of them.
inline constexpr int stride = abreast * lanes; ///< Frames of them; max_block is a multiple.
static_assert(max_block % stride == 0);
constexpr int whole_strides(int frames) { return (frames + stride - 1) / stride * stride; }

/// max_block frames of `phases` samples each, and `past` frames before them. What lies behind those in use is whatever silence in
/// the input's rest became.
template <int phases, int past> class Phases {
public:
    static constexpr int memory = phases * past; ///< Floats.

    /// The past comes from a memory, which moves on behind it.
    void recall(const float*& from)
    {
        for (int p = 0; p < phases; ++p, from += past)
            for (int i = 0; i < past; ++i) of_[p][i] = from[i];
    }
    /// What is past after `count` frames.
    void keep(float*& to, int count) const
    {
        for (int p = 0; p < phases; ++p, to += past)
            for (int i = 0; i < past; ++i) to[i] = of_[p][count + i];
    }
    float* row(int phase) { return of_[phase] + past; }
    /// The row of what lies n samples behind the first one of each frame; n may be negative.
    const float* at(int n) const { return of_[n & (phases - 1)] + past + (n >> __builtin_ctz(phases)); }

private:
    alignas(alignment) float of_[phases][(past + max_block + 15) / 16 * 16];
};

/// Doubles the rate of `in`: 2 * pairs - 1 samples of `out` late.
template <int pairs, int phases, int past, int out_past>
void upsample(const Taps<pairs>& taps, const Phases<phases, past>& in, int count, Phases<2 * phases, out_past>& out)
{
    for (int first = 0; first < count; first += stride)
        for (int r = 0; r < phases; ++r) {
            V sum[abreast];
            for (int k = 0; k < pairs; ++k) {
                const float *const after = in.at(r + k - (pairs - 1)) + first, *const before =
                                                                                   in.at(r - pairs - k) + first;
                for (int v = 0; v < abreast; ++v) {
                    const V both = load(after + v * lanes) + load(before + v * lanes);
                    sum[v] = k == 0 ? both * (2 * taps.tap[0]) : fma(both, 2 * taps.tap[k], sum[v]);
                }
            }
            const float* const middle = in.at(r - (pairs - 1)) + first;
            for (int v = 0; v < abreast; ++v) {
                store(out.row(2 * r) + first + v * lanes, sum[v]);
                store(out.row(2 * r + 1) + first + v * lanes, load(middle + v * lanes));
            }
        }
}

/// Halves the rate of `in`: 2 * pairs - 1 of its samples late.
template <int pairs, int phases, int past, class Out>
void downsample(const Taps<pairs>& taps, const Phases<phases, past>& in, int count, Out& out)
{
    for (int first = 0; first < count; first += stride)
        for (int r = 0; r < phases / 2; ++r) {
            const int middle = 2 * r - (2 * pairs - 1);
            V sum[abreast];
            for (int v = 0; v < abreast; ++v) sum[v] = load(in.at(middle) + first + v * lanes) * 0.5f;
            for (int k = 0; k < pairs; ++k) {
                const float *const after = in.at(middle + 2 * k + 1) + first, *const before =
                                                                                  in.at(middle - 2 * k - 1) + first;
                for (int v = 0; v < abreast; ++v)
                    sum[v] = fma(load(after + v * lanes) + load(before + v * lanes), taps.tap[k], sum[v]);
            }
            for (int v = 0; v < abreast; ++v) store(out.row(r) + first + v * lanes, sum[v]);
        }
}

/// The same with a symmetric filter of an even length, whose one side is given: side - 1/2 samples of `in` late.
template <int side, int phases, int past, class Out>
void downsample_even(const Taps<side>& taps, const Phases<phases, past>& in, int count, Out& out)
{
    for (int first = 0; first < count; first += stride)
        for (int r = 0; r < phases / 2; ++r) {
            V sum[abreast];
            for (int k = 0; k < side; ++k) {
                const float *const after = in.at(2 * r - (side - 1) + k) + first, *const before =
                                                                                      in.at(2 * r - side - k) + first;
                for (int v = 0; v < abreast; ++v) {
                    const V both = load(after + v * lanes) + load(before + v * lanes);
                    sum[v] = k == 0 ? both * taps.tap[0] : fma(both, taps.tap[k], sum[v]);
                }
            }
            for (int v = 0; v < abreast; ++v) store(out.row(r) + first + v * lanes, sum[v]);
        }
}

/// A sound of one sample a frame that is only written.
struct Row {
    float* of;
    float* row(int) const { return of; }
};
} // namespace fohd::dsp::inline FOHD_ISA
