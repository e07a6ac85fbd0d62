#include "dsp/processors/crossover.h"
#include <cmath>

namespace fohd::dsp {
namespace {
int sections_of(const Crossover::Params& p) { return crossover_sections(static_cast<int>(std::lround(p.slope.value))); }
} // namespace

Shape Crossover::shape(const Params& p, std::span<const Split> splits, const Context&)
{
    Shape shape;
    for (int left = sections_of(p) * static_cast<int>(splits.size()); left > 0;
         left -= static_cast<int>(max_sections)) {
        const int count = std::min(left, static_cast<int>(max_sections));
        shape.core.push_back({"sections", count, count * section_coeffs});
    }
    return shape;
}

void Crossover::design(const Params& p, std::span<const Split> splits, const Context& context, CoeffWriter& out)
{
    const int order = sections_of(p),
              way = std::min(static_cast<int>(std::lround(p.way.value)) - 1, static_cast<int>(splits.size()));
    float gain = std::pow(10.0f, p.gain.value / 20) * (p.polarity.on() ? -1.0f : 1.0f);
    Hertz at = splits.front().frequency;
    for (std::size_t i = 0; i < splits.size(); ++i) {
        std::array<SectionCoeffs<float>, max_crossover_sections> sections;
        at = std::max(at, splits[i].frequency);
        linkwitz_riley(branch_of(way, static_cast<int>(i)), order, static_cast<double>(at.value), context.rate,
                       sections);
        amplify(sections[0], gain);
        gain = 1;
        for (int s = 0; s < order; ++s) out(sections[static_cast<std::size_t>(s)]);
    }
}

std::string Crossover::conflict(const Params& p, std::span<const Split> splits)
{
    const std::string ways = std::to_string(splits.size() + 1);
    if (p.way.value != std::round(p.way.value)) return "way: a whole number is wanted; allowed: 1.." + ways;
    if (p.way.value > static_cast<float>(splits.size() + 1))
        return "way: there is no way " + std::to_string(static_cast<int>(p.way.value)) + " of " +
               std::to_string(splits.size()) + " frequencies; allowed: 1.." + ways;
    return {};
}
} // namespace fohd::dsp
