#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fohd::config {

/// A value that was set, by its address. Values are text as files write them, `-6 dB`, so that those of a strip that is not
/// there now can be kept too.
struct KeptValue {
    std::string address, value;
    std::string file; ///< What the configuration said when it was set: where it says something else now, it wins.
    bool operator==(const KeptValue&) const = default;
};

/// What `state.yaml` holds: what was set and differs from the configuration.
struct SavedState {
    std::string scene;             ///< The last one recalled or saved, or nothing.
    std::vector<std::string> safe; ///< Patterns that a recall does not touch, set by hand.
    std::vector<KeptValue> values;
    bool operator==(const SavedState&) const = default;
};

/// The text of the file. Any thread but the audio thread, as all here.
std::string state_text(const SavedState& state);

/// A state, or one sentence with the place of what is wrong with the text.
struct ReadState {
    std::optional<SavedState> state;
    std::string error;
};
/// Bounded in time and memory whatever the text.
ReadState read_state(std::string_view text);
} // namespace fohd::config
