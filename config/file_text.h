#pragma once
#include <optional>
#include <string>

namespace fohd::config {

/// A file's text, or why it cannot be read, for people.
struct ReadText {
    std::optional<std::string> text; ///< What is longer than was asked for comes a byte longer than that.
    std::string error;
    bool missing = false; ///< There is no such file.
};

/// The text, up to `most` bytes and one more, so that one sees that there is more. Any thread that may wait for a disk.
ReadText read_text(const std::string& path, std::size_t most);

/// What is there instead of a file with bytes of its own: a folder, or a pipe, which might never answer. Empty for a file and for
/// nothing at all.
std::string what_is_no_file(const std::string& path);

} // namespace fohd::config
