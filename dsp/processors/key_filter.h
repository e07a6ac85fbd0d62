#pragma once
#include "dsp/kernels/section_design.h"
#include "dsp/registry.h"
#include <array>

namespace fohd::dsp {

/// High and low pass of a key, 12 dB/oct Butterworth. Each is off at its end of the range, and then costs nothing.
struct KeyFilter {
    static constexpr Hertz lowest = 10_Hz, highest = 20_kHz;
    Hertz high_pass, low_pass;

    int sections() const { return (high_pass > lowest) + (low_pass < highest); }

    void add_to(Shape& shape) const
    {
        constexpr int floats = sizeof(SectionCoeffs<float>) / sizeof(float);
        if (sections() > 0) shape.key.push_back({"sections", sections(), floats * sections()});
    }

    void design(double rate, CoeffWriter& out) const
    {
        std::array<SectionCoeffs<float>, max_pass_sections> section;
        const auto write = [&](PassType type, Hertz frequency) {
            butterworth(type, 12, static_cast<double>(frequency.value), rate, section);
            out(section[0]);
        };
        if (high_pass > lowest) write(PassType::high, high_pass);
        if (low_pass < highest) write(PassType::low, low_pass);
    }
};
} // namespace fohd::dsp
