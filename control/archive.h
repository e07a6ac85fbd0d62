#pragma once

#include <future>
#include <optional>
#include <string>
#include <vector>

namespace fohd::control {

/// Where texts of a Shelf are read again, by a thread that waits for the disk. Control thread; returns at once.
class Archive {
public:
    struct Read {
        std::optional<std::string> text; ///< What is longer than asked for comes a byte longer than that.
        std::string file;                ///< Where it lies, for people.
        std::string error;
    };

    virtual ~Archive() = default;
    /// What was written before is read.
    virtual std::future<Read> read(const std::string& name, std::size_t most) = 0;
    /// The names in a folder, with a suffix, which they lose.
    virtual std::future<std::vector<std::string>> list(const std::string& folder, const std::string& suffix) = 0;
};

} // namespace fohd::control
