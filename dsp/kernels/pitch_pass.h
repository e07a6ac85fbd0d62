#pragma once
#include "dsp/kernels/lane_processor.h"

// What the kernels of pitch work on.

namespace fohd::dsp {

inline constexpr int pitch_chunk = 16; ///< Frames that are worked on at once, whatever the block.
inline constexpr int lag_group = 16;   ///< Lags that are summed over the same time; curves hold a multiple.

/// How much a few samples differ from those `lag` earlier, and how strong those are, added up lag by lag.
struct PeriodSums {
    const float* newest;        ///< The newest sample; older ones stand behind it.
    int samples, lags;          ///< `lags`: from 0; a multiple of lag_group.
    float *differences, *power; ///< Sums of squares.
};

/// Likeness of a sound to itself `lag` earlier: -1 to 1, by McLeod and Wyvill's normalised square difference.
struct PeriodCurve {
    const float *differences, *power; ///< Rows of `stride` floats, one a hop; the newest is row `newest`.
    int stride, rows, newest;
    int lags;
    const int* hops;   ///< Of each group: how many it looks back over.
    const float* own;  ///< Power at lag 0 by how many hops, from 0.
    float floor;       ///< A hop of less power is silence: the curve is 0.
    float* curve;      ///< `lags` floats
    float* group_peak; ///< The highest of each group.
};

/// One source's places in a ring at each frame of a chunk.
struct TapPlaces {
    alignas(alignment) int start[pitch_chunk];   ///< Of its oldest tap.
    alignas(alignment) int row[pitch_chunk];     ///< Of weights, in floats.
    alignas(alignment) float next[pitch_chunk];  ///< Share of the row after that.
    alignas(alignment) float share[pitch_chunk]; ///< Of the source in the sum.
};

/// A chunk of the sum of sources.
struct TapReads {
    const float* ring; ///< With its first sweep_taps frames again behind its end.
    const float* rows; ///< sweep_rows()
    const TapPlaces* const* sources;
    int count;
    float* out; ///< pitch_chunk frames
};

/// A state-variable low pass, g = tan(pi f / rate), as it runs: with h for its high-pass it needs no more than one rounding of a
/// memory to the next, so frames follow each other closely.
struct LowPassCoeffs {
    float in, damp; ///< 1 and g + damping, over 1 + g (g + damping): what the sound and the first memory give to h.
    float to_band, to_low; ///< 2 g and 2 g^2: what h gives to the memories.
};
struct LowPassMemory {
    float band = 0, low = 0;
};

/// A chunk of one channel through one or two low passes in series.
struct LowPassPass {
    float* sound;                ///< pitch_chunk frames, in place.
    const LowPassCoeffs* passes; ///< At the first frame.
    const LowPassCoeffs* steps;  ///< What each frame adds while they glide, or nullptr.
    LowPassMemory* memory;       ///< Of each.
    int count;                   ///< 1 or 2.
};
} // namespace fohd::dsp
