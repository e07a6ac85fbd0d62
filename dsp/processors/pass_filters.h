#pragma once
#include "dsp/kernels/section_design.h"
#include "dsp/registry.h"

namespace fohd::dsp {

/// The parameters and stages that a high-pass and a low-pass share: a Butterworth filter of 1 to 4 sections.
struct PassParams {
    Hertz frequency;
    Slope slope;
};

inline Shape pass_shape(const PassParams& p)
{
    const int sections = (pass_order(static_cast<int>(p.slope.value + 0.5f)) + 1) / 2;
    Shape shape;
    shape.core = {{"sections", sections, sections * section_coeffs}};
    return shape;
}

inline void design_pass(PassType type, const PassParams& p, double rate, CoeffWriter& out)
{
    std::array<SectionCoeffs<float>, max_pass_sections> sections;
    const int slope = static_cast<int>(p.slope.value + 0.5f);
    const int count = butterworth(type, slope, static_cast<double>(p.frequency.value), rate, sections);
    for (int i = 0; i < count; ++i) out(sections[static_cast<std::size_t>(i)]);
}
} // namespace fohd::dsp
