#pragma once
#include <string>

namespace fohd::daemon {

/// How the program is used.
std::string help();
/// How one of its commands is; empty where there is none of this name.
std::string help(const std::string& command);

} // namespace fohd::daemon
