#pragma once
#include "config/config.h"

namespace fohd::daemon {

/// A configuration with all that it names: its automation, for the values that its desk has, and the sound that processors work with. Waits for the disk.
config::Loaded load_config(const std::string& path);

} // namespace fohd::daemon
