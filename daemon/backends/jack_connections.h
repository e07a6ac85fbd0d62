#pragma once

#include <jack/jack.h>

#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/backends/backend.h"
#include "daemon/backends/port_pattern.h"

namespace fohd::daemon {

/// Connects a client's ports to what their endpoints ask for, whenever such a port appears. What somebody disconnects
/// by hand stays so until the other port comes anew.
class JackConnections {
public:
    explicit JackConnections(jack_client_t* client) : client_(client) {}

    void add(jack_port_t* port, const Endpoint& endpoint); ///< Before begin().

    /// JackPortRegistrationCallback; `self` is a JackConnections. JACK's notification thread: notes the port and
    /// returns.
    static void port_registered(jack_port_id_t port, int registered, void* self);
    /// JackPortRenameCallback: a port with a new name is a new port.
    static void port_renamed(jack_port_id_t port, const char* old_name, const char* new_name, void* self);

    void begin(std::vector<BackendEvents::Notice>& notices); ///< Main thread, after activation: all ports there are.
    void
    tend(std::vector<BackendEvents::Notice>& notices); ///< Main thread: those that appeared, and what failed before.

private:
    struct Wish {
        std::string port; ///< Own port, by its full name.
        bool is_input = false;
        std::vector<PortPattern> patterns;
    };
    struct Attempt {
        std::size_t wish;
        std::string peer;
        auto operator<=>(const Attempt&) const = default;
    };

    void consider(jack_port_t* peer);
    bool asks_for(const PortPattern& pattern, const std::string& peer, bool own) const;
    bool done(const Attempt& attempt, std::vector<BackendEvents::Notice>& notices);

    jack_client_t* client_;
    std::vector<Wish> wishes_;
    std::set<Attempt> pending_; ///< To be connected; what the server refuses is tried again while the port is there.
    std::set<Attempt> refused_; ///< Of those, what was said already.
    std::mutex mutex_;          ///< JACK's notification thread and main: never the audio thread.
    std::set<jack_port_id_t> appeared_;
};

} // namespace fohd::daemon
