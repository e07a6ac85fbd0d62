#pragma once
#include "dsp/kernels/section_design.h"
#include <array>

namespace fohd::dsp {

/// The K weighting of ITU-R BS.1770-5, annex 1, at any rate: the ear's shelf, then the high pass. Any thread; pure.
std::array<SectionCoeffs<float>, 2> k_weighting(double rate);

/// What a channel counts in the sum of mean squares: ITU-R BS.1770-5, annex 1, table 3, for five channels and for six with LFE.
double loudness_weight(int channel, int channels);

/// LUFS of the mean squares of K-weighted channels, weighed and summed; -inf of 0. ITU-R BS.1770-5, annex 1, equation 2.
double lufs(double energy);
/// The reverse.
double energy_of(double lufs);
} // namespace fohd::dsp
