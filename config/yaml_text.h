#pragma once
#include <string>
#include <string_view>

namespace fohd::config {

/// A text as a YAML scalar: as it is where that is safe, else in double quotes. Must not hold control characters.
std::string yaml_scalar(std::string_view text);
} // namespace fohd::config
