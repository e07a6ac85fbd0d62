#pragma once

#include "control/osc/message.h"
#include "control/osc/reader.h"

namespace fohd::control {

/// Reads the arguments that `tags` (without the comma) announces. An empty answer is success; anything else is the
/// sentence that says what is wrong with them.
std::string read_arguments(std::string_view tags, Reader& reader, std::vector<Argument>& arguments);

} // namespace fohd::control
