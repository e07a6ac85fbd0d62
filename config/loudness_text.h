#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fohd::config {

/// How often a loudness occurred, of those in a class of 0.02 LU.
struct LoudnessClass {
    int level;           ///< The class's lower end, in hundredths of LUFS.
    std::uint64_t count; ///< At least 1.
    double energy;       ///< Sum of their energies, as dsp::energy_of() has them.
    bool operator==(const LoudnessClass&) const = default;
};
/// The classes, in hundredths of LU: from the absolute gate on. The last one has what is louder too.
inline constexpr int lowest_class = -7000, class_width = 2, class_count = 5000;

/// What a meter has measured since its reset: what of it is there again after a restart.
struct Integration {
    unsigned channels = 0;
    std::vector<LoudnessClass> blocks;  ///< Of 400 ms, ascending.
    std::vector<LoudnessClass> windows; ///< Of 3 s, ascending.
    /// LUFS, LUFS and dBTP; −120 before there is one.
    float max_momentary = -120, max_shortterm = -120, max_truepeak = -120;
    bool operator==(const Integration&) const = default;
};

/// The text of a strip's file in `loudness/`. Numbers are such that they are read back to the bit. Any thread but the audio
/// thread, as all here.
std::string loudness_text(const Integration& integration);

/// An integration, or one sentence with the place of what is wrong with the text.
struct ReadIntegration {
    std::optional<Integration> integration;
    std::string error;
};
/// Bounded in time and memory whatever the text.
ReadIntegration read_loudness(std::string_view text);
} // namespace fohd::config
