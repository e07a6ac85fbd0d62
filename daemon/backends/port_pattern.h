#pragma once

#include <regex.h>

#include <memory>
#include <string>

namespace fohd::daemon {

/// What an endpoint's `connect` says: the exact name of a port or a POSIX extended regular expression for the whole of
/// it.
class PortPattern {
public:
    explicit PortPattern(std::string text);

    const std::string& text() const { return text_; }
    bool names(const std::string& port) const { return port == text_; }
    bool matches(const std::string& port) const; ///< As an expression; never where it is none.

private:
    struct Free {
        void operator()(regex_t* expression) const;
    };
    std::string text_;
    std::unique_ptr<regex_t, Free> expression_;
};

} // namespace fohd::daemon
