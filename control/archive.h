#pragma once

#include <functional>
#include <future>
#include <optional>
#include <string>
#include <vector>

namespace fohd::control {

/// Texts that people put there and change too: what is asked for is what is there now, and nothing that somebody wrote is lost. A
/// thread waits for the disk. Control thread; returns at once.
class Archive {
public:
    struct Read {
        std::optional<std::string> text; ///< What is longer than asked for comes a byte longer than that.
        std::string file;                ///< Where it lies, for people.
        std::string error;
        bool missing = false; ///< There is no such file.
    };

    virtual ~Archive() = default;
    /// What was written before is read.
    virtual std::future<Read> read(const std::string& name, std::size_t most) = 0;
    /// The names of the files in a folder, with a suffix, which they lose.
    virtual std::future<std::vector<std::string>> list(const std::string& folder, const std::string& suffix) = 0;
    /// The file has this text, which the thread makes. What it had before, where that was something else, stays beside it as
    /// `NAME.1.txt`, or the number after the highest. `instead_of`: a file that goes once this one is there. Ready once all of it is
    /// done, at once where nothing can be kept; what cannot be written is tried again.
    virtual std::future<void> save(const std::string& name, std::function<std::string()> text,
                                   const std::string& instead_of) = 0;
    /// The file has this text too, at its end.
    virtual void append(const std::string& name, std::string text) = 0;
};

} // namespace fohd::control
