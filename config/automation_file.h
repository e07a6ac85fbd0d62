#pragma once
#include "config/automation_text.h"

namespace fohd::config {

/// Reads an automation from a file; what cannot be read is an error at its first line. Any thread that may wait for a disk.
ReadAutomation load_automation(const std::string& path, const dsp::Layout& layout);
} // namespace fohd::config
