#pragma once
#include "dsp/kernels/section_design.h"

namespace fohd::dsp {

/// What a crossover of Linkwitz-Riley gives: what is below it, what is above it, or both together again.
enum class Branch { low, high, both };

inline constexpr int max_crossover_sections = 4;

/// Sections of one crossover, whichever its branch: slopes of 12, 24, 36, 48 dB/oct, those between rounded up.
constexpr int crossover_sections(int slope_db_per_octave)
{
    return std::clamp((slope_db_per_octave + 11) / 12, 1, max_crossover_sections);
}

/// One branch as `order` sections (crossover_sections of its slope): the square of a Butterworth filter B of that order, so
/// that both branches are 6.02 dB down at `hz`, or their sum, which is the all-pass B(-s) / B(s). Of odd orders the high branch
/// is inverted: otherwise the branches would cancel. (Linkwitz and Riley, "Active crossover networks for noncoincident
/// drivers", JAES 24(1) 1976; Lipshitz and Vanderkooy, JAES 34(6) 1986.) Bilinear and hence exactly complementary.
/// hz is kept below 0.45 of the rate. Any thread; pure.
void linkwitz_riley(Branch branch, int order, double hz, double rate, std::span<SectionCoeffs<float>> out);

/// The same sections, louder by a factor.
constexpr void amplify(SectionCoeffs<float>& section, float gain)
{
    section.direct *= gain;
    section.band *= gain;
    section.low *= gain;
}
} // namespace fohd::dsp
