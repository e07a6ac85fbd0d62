#pragma once
#include "dsp/kernels/dynamics_design.h"
#include "dsp/kernels/section_design.h"

namespace fohd::dsp {

template <class T> struct DynamicBandCoeffs {
    SectionCoeffs<T> filter;
    CompressorCoeffs<T> dynamics; ///< Its makeup is the gain at rest.
    T direction;                  ///< -1: down when it is loud; 1: up.
};

enum class DynamicBandType { bell, low_shelf, high_shelf };

/// `dynamics` as of a compressor: threshold, ratio, knee, times, link, range, and as makeup the gain at rest. What the band lets
/// through is added to the sound, hence it must be in phase with it at `hz`: the bilinear design is, a matched one is not.
/// hz is kept below 0.45 of the rate. Any thread; pure.
DynamicBandCoeffs<float> design_dynamic_band(DynamicBandType type, double hz, double q, bool up,
                                             const CompressorValues& dynamics, double rate);
} // namespace fohd::dsp
