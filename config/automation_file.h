#pragma once
#include "config/automation_text.h"

namespace fohd::config {

/// A file's text, or why it cannot be read. What is longer than `most` comes a byte longer than that.
struct ReadText {
    std::optional<std::string> text;
    std::string error;
};
/// Any thread that may wait for a disk.
ReadText read_text(const std::string& path, std::size_t most);

/// Reads an automation from a file; what cannot be read is an error at its first line. Any thread that may wait for a disk.
ReadAutomation load_automation(const std::string& path, const dsp::Layout& layout);
} // namespace fohd::config
