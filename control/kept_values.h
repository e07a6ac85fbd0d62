#pragma once

#include "config/state_text.h"
#include "dsp/graph/layout.h"

#include <span>

namespace fohd::control {

/// A value that differs from the file's. The specification lives as long as the program.
struct Override {
    std::string address;
    const dsp::ParamSpec* spec;
    float value, file;
};

/// All values that differ from the layout's own. Any thread, as all here.
std::vector<Override> overrides(const dsp::Layout& layout, std::span<const float> values);

/// As text, for a file or for another layout.
config::KeptValue to_text(const Override& each);

/// The values of a layout in which what was set by hand is found again.
struct Restored {
    std::vector<float> values;              ///< One a parameter of the layout.
    std::vector<config::KeptValue> orphans; ///< Without an address in this layout: kept for when it comes back.
    std::vector<std::string> warnings;      ///< A sentence for each value that could not be used as it is.
};

/// The one rule of reload and start: a kept value holds as long as the file says what it said when the value was set. Where
/// the file's own value has changed since, the file wins. What is out of range is clamped, what is no value is dropped.
Restored restore(const dsp::Layout& layout, std::span<const config::KeptValue> kept);

} // namespace fohd::control
