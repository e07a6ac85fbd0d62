#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace fohd::daemon {

/// A small client that hears one port of another program: JACK calls it if and only if all run that are heard there, so it
/// tells whether a client lives without being hurt when it does not. One thread.
class JackProbe {
public:
    /// Will hear `port`, and waits for nothing. Where the server refuses, and once `over`, it is as if that never ran.
    JackProbe(std::string port, std::shared_ptr<const std::atomic<bool>> over);
    ~JackProbe(); ///< A close that hangs is left to itself.
    JackProbe(const JackProbe&) = delete;
    JackProbe& operator=(const JackProbe&) = delete;

    /// Whether it was called since the last question, as one who hears the port.
    bool was_called();
    /// Whether a port belongs to a probe: no pattern means it.
    static bool is_port_of_one(std::string_view port);

private:
    struct Inside;
    std::shared_ptr<Inside> inside_; ///< Of the threads that open and close it, too.
    std::uint64_t seen_ = 0;
    bool hears_ = false;
    int asked_ = 0;
};

} // namespace fohd::daemon
