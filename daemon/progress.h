#pragma once
#include <cstdint>

namespace fohd::daemon {

/// A progress bar on stderr, where that is a terminal.
class Progress {
public:
    explicit Progress(std::int64_t total);
    ~Progress(); ///< Clears its line.
    void at(std::int64_t done);

private:
    std::int64_t total_;
    int percent_ = -1;
    bool terminal_;
};

} // namespace fohd::daemon
