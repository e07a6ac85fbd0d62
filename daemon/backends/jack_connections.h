#pragma once

#include <jack/jack.h>

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/backends/backend.h"
#include "daemon/backends/port_pattern.h"

namespace fohd::daemon {

/// Keeps a client's ports connected: to what their endpoints ask for, whenever such a port appears, and to what anybody
/// connected them to, whenever that comes back. What somebody disconnects stays so until the other port comes anew and a
/// pattern asks for it. Main thread, but for the callbacks.
class JackConnections {
public:
    /// `remembered`: connections of an earlier client, made again as soon as both ports are there.
    JackConnections(jack_client_t* client, const std::vector<Connection>& remembered);

    /// An own port and what it asks for; again for a port that is known, where that changed. look() and connect() do it.
    void want(jack_port_t* port, const Endpoint& endpoint);
    /// An own port that goes away.
    void forget(jack_port_t* port);
    /// Takes apart what was connected for a pattern that is no more.
    void drop_unasked(std::vector<BackendEvents::Notice>& notices);

    /// Takes note of what others did, and finds what is there and was not looked at yet.
    void look(std::vector<BackendEvents::Notice>& notices);
    /// The own ports of which connect() would make a connection, and those of which drop_unasked() would take one apart.
    std::set<jack_port_t*> to_connect() const;
    std::set<jack_port_t*> to_take_apart() const;
    /// While the client is active, after look(): connects what that found, and tries again what failed.
    void connect(std::vector<BackendEvents::Notice>& notices);

    /// The clients of other programs that are heard now, each with a port that one hears of it.
    std::map<std::string, std::string> heard() const;
    /// Takes apart what is heard of a client, and keeps it apart until put_back().
    void leave_out(const std::string& other);
    void put_back(const std::string& other);

    /// Whether anybody has such a port.
    bool exists(const std::string& port) const { return jack_port_by_name(client_, port.c_str()) != nullptr; }

    /// Every connection that is there or would be if its other port were.
    std::vector<Connection> remembered() const;

    /// JackPortRegistrationCallback; `self` is a JackConnections. JACK's notification thread: notes the port and
    /// returns.
    static void port_registered(jack_port_id_t port, int registered, void* self);
    /// JackPortRenameCallback: a port with a new name is a new port.
    static void port_renamed(jack_port_id_t port, const char* old_name, const char* new_name, void* self);
    /// JackPortConnectCallback.
    static void ports_connected(jack_port_id_t a, jack_port_id_t b, int connected, void* self);

private:
    struct Wish {
        PortPattern pattern;
        bool fresh = true; ///< Not yet looked for among the ports that there are.
    };
    struct Own {
        jack_port_t* port;
        bool is_input;
        std::vector<Wish> wishes;
    };
    struct Pair {
        std::string own; ///< Short name of an own port.
        std::string peer;
        auto operator<=>(const Pair&) const = default;
    };
    struct Happened {
        jack_port_id_t a, b;
        bool connected;
    };

    void look_for_fresh(std::vector<BackendEvents::Notice>& notices);
    void consider(jack_port_t* peer);
    void take_note(const Happened& event);
    void forget_what_was_taken_apart();
    bool is_left_out(const std::string& peer) const;
    bool asks_for(const PortPattern& pattern, const std::string& peer, bool own) const;
    bool asked(const Pair& pair) const;
    bool done(const Pair& attempt, std::vector<BackendEvents::Notice>& notices);
    void remember(const Pair& pair);

    jack_client_t* client_;
    std::map<std::string, Own> own_; ///< By the short names of ports.
    std::map<Pair, bool> known_;     ///< Whether a pattern asked for it when it was made.
    std::set<Pair> pending_; ///< To be connected; what the server refuses is tried again while the port is there.
    std::set<Pair> refused_; ///< Of those, what was said already.
    std::set<std::string> left_out_; ///< Clients.
    std::map<Pair, int>
        doubtful_; ///< Of those known, what was disconnected a moment ago, nobody knows why: for so many calls of tend().

    std::mutex mutex_; ///< JACK's notification thread and main: never the audio thread.
    std::set<jack_port_id_t> appeared_;
    std::vector<Happened> happened_;
};

} // namespace fohd::daemon
