#pragma once
#include "dsp/registry.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fohd::config {

/// What a processor has learned, as PlanarProcessor::learn() takes it, its items in front.
struct Learned {
    const dsp::ProcessorType* type = nullptr; ///< One that learns.
    std::vector<float> items;                 ///< Of the type's full size.
    bool operator==(const Learned&) const = default;

    std::size_t count() const; ///< Items.
    bool is_empty() const { return count() == 0; }
};
/// By the processor's address: "/input/vox/feedback_suppressor".
using LearnedMap = std::map<std::string, Learned>;

/// The same with nothing between its items.
Learned packed(Learned learned);

/// The text of a processor's file in `learned/`. Numbers are such that they are read back to the bit. Any thread but the audio
/// thread, as all here.
std::string learned_text(const Learned& learned);

/// What was learned, or one sentence with the place of what is wrong with the text.
struct ReadLearned {
    std::optional<Learned> learned;
    std::string error;
};
/// Bounded in time and memory whatever the text.
ReadLearned read_learned(std::string_view text);
} // namespace fohd::config
