#pragma once
#include <cstdio>
#include <cstdlib>
#include <string_view>

// Figures that proofs reach, for the reference: scripts/reference runs the tests with FOHD_FIGURES naming a file.

namespace fohd::test {

/// What is asked of a figure.
struct Asked {
    enum class Sense { at_most, at_least } sense;
    double bound;
    std::string_view unit;
};
constexpr Asked at_most(double bound, std::string_view unit) { return {Asked::Sense::at_most, bound, unit}; }
constexpr Asked at_least(double bound, std::string_view unit) { return {Asked::Sense::at_least, bound, unit}; }

/// States a figure of a processor: what was measured, what is asked, what was reached. The worst of all that are stated under one
/// name stands in the reference. Checks nothing, and does nothing where the environment names no file.
inline void figure(std::string_view processor, std::string_view what, const Asked& asked, double reached)
{
    static std::FILE* const file = [] {
        const char* path = std::getenv("FOHD_FIGURES");
        return path ? std::fopen(path, "a") : nullptr;
    }();
    if (!file) return;
    const auto text = [](std::string_view view) { return static_cast<int>(view.size()); };
    std::fprintf(file, "%.*s\t%.*s\t%s\t%.9g\t%.*s\t%.9g\n", text(processor), processor.data(), text(what), what.data(),
                 asked.sense == Asked::Sense::at_most ? "at most" : "at least", asked.bound, text(asked.unit),
                 asked.unit.data(), reached);
    std::fflush(file);
}

} // namespace fohd::test
