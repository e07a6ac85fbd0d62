#pragma once
#include <jack/jack.h>

#include <atomic>

namespace fohd::daemon {

/// A client of libjack, from before it is opened until it is closed. After its server's death libjack closes and frees all
/// clients that the process still has as soon as one is opened, whoever is at work with them. So they are counted: none is
/// opened for a new server while there are others, nor for one that is over. Any thread, one at a time.
class JackClient {
public:
    JackClient();
    ~JackClient(); ///< Closes, which may hang for ever once the server is gone.
    JackClient(const JackClient&) = delete;
    JackClient& operator=(const JackClient&) = delete;

    /// Null where the server refuses, and once `over`: the server went away, or who wants this ends. May take seconds.
    jack_client_t* open(const char* name, const std::atomic<bool>& over, jack_status_t& status);
    jack_client_t* handle() const { return handle_; } ///< Null: not open.

    static int count(); ///< Those of this process that are not closed yet.

private:
    jack_client_t* handle_ = nullptr;
};

} // namespace fohd::daemon
