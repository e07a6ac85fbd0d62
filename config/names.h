#pragma once
#include "config/yaml_tree.h"
#include <span>

namespace fohd::config {

/// Whether a name may be a segment of an OSC address and a part of a JACK port name; reports what is wrong. `what`: "a
/// strip".
bool check_name(const std::string& name, Position at, std::string_view what, Problems& problems);

/// Names that a strip keeps for itself, so that no processor may take them.
std::span<const std::string_view> reserved_names();
bool is_reserved(std::string_view name);
} // namespace fohd::config
