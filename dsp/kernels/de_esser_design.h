#pragma once
#include "dsp/kernels/section_design.h"

namespace fohd::dsp {

/// What an engineer sets on a de-esser.
struct DeEsserValues {
    double hz = 6000;
    double threshold_db = -10; ///< The band against the whole sound.
    double range_db = 12;
    bool wide = false, listen = false;
    bool pair = false; ///< Both sides follow the sharper one.
};

template <class T> struct DeEsserCoeffs {
    SectionCoeffs<T> all,
        high;             ///< The all-pass of a Linkwitz-Riley crossover of 24 dB/oct, and half of its high branch.
    T threshold;          ///< log2 of power
    T range;              ///< log2 of amplitude
    T kept_power;         ///< Of the mean squares, a frame.
    T attack, release;    ///< Kept a frame by the reduction.
    T wide, listen, link; ///< 0 or 1
};

/// Any thread; pure.
DeEsserCoeffs<float> design_de_esser(const DeEsserValues& values, double rate);
} // namespace fohd::dsp
