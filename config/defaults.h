#pragma once
#include <string_view>

namespace fohd::config {

/// The YAML text of the built-in example: what `fohd run` plays where no file is given. A stereo input through a master bus
/// with live loudness; on the dummy backend it hears the built-in programme.
std::string_view built_in_example();
} // namespace fohd::config
