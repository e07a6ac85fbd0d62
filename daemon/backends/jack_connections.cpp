#include "daemon/backends/jack_connections.h"

#include <algorithm>
#include <cerrno>

namespace fohd::daemon {

using Weight = BackendEvents::Weight;

void JackConnections::add(jack_port_t* port, const Endpoint& endpoint)
{
    Wish wish{jack_port_name(port), (jack_port_flags(port) & JackPortIsInput) != 0, {}};
    for (const std::string& text : endpoint.connect) wish.patterns.emplace_back(text);
    wishes_.push_back(std::move(wish));
}

void JackConnections::port_registered(jack_port_id_t port, int registered, void* self)
{
    auto& connections = *static_cast<JackConnections*>(self);
    const std::lock_guard lock(connections.mutex_);
    if (registered != 0)
        connections.appeared_.insert(port);
    else
        connections.appeared_.erase(port);
}

void JackConnections::port_renamed(jack_port_id_t port, const char*, const char*, void* self)
{
    port_registered(port, 1, self);
}

bool JackConnections::asks_for(const PortPattern& pattern, const std::string& peer, bool own) const
{
    if (pattern.names(peer)) return true;
    return !own && pattern.matches(peer) && !jack_port_by_name(client_, pattern.text().c_str());
}

void JackConnections::consider(jack_port_t* peer)
{
    const char* type = jack_port_type(peer);
    const char* name = jack_port_name(peer);
    if (!type || !name || std::string_view(type) != JACK_DEFAULT_AUDIO_TYPE) return;
    const bool is_output = (jack_port_flags(peer) & JackPortIsOutput) != 0;
    const bool own = jack_port_is_mine(client_, peer) != 0;
    for (std::size_t n = 0; n < wishes_.size(); ++n)
        if (wishes_[n].is_input == is_output)
            for (const PortPattern& pattern : wishes_[n].patterns)
                if (asks_for(pattern, name, own)) pending_.insert({n, name});
}

bool JackConnections::done(const Attempt& attempt, std::vector<BackendEvents::Notice>& notices)
{
    const Wish& wish = wishes_[attempt.wish];
    if (!jack_port_by_name(client_, attempt.peer.c_str())) {
        refused_.erase(attempt);
        return true; // Gone meanwhile; it is considered again when it comes.
    }
    const char* from = wish.is_input ? attempt.peer.c_str() : wish.port.c_str();
    const char* to = wish.is_input ? wish.port.c_str() : attempt.peer.c_str();
    const int result = jack_connect(client_, from, to);
    if (result == 0 || result == EEXIST) {
        if (result == 0) notices.push_back({Weight::info, std::string(from) + " is connected to " + to});
        refused_.erase(attempt);
        return true;
    }
    if (refused_.insert(attempt).second)
        notices.push_back({Weight::warning, std::string("JACK refuses to connect ") + from + " to " + to +
                                                " for now; it is tried again while both exist"});
    return false;
}

void JackConnections::begin(std::vector<BackendEvents::Notice>& notices)
{
    if (const char** names = jack_get_ports(client_, nullptr, JACK_DEFAULT_AUDIO_TYPE, 0)) {
        for (const char** name = names; *name; ++name)
            if (jack_port_t* port = jack_port_by_name(client_, *name)) consider(port);
        jack_free(names);
    }
    for (std::size_t n = 0; n < wishes_.size(); ++n) {
        const bool found = std::any_of(pending_.begin(), pending_.end(), [n](const Attempt& a) { return a.wish == n; });
        if (!found && !wishes_[n].patterns.empty())
            notices.push_back({Weight::warning, wishes_[n].port + " is not connected: there is no " +
                                                    (wishes_[n].is_input ? "output" : "input") + " port " +
                                                    wishes_[n].patterns.front().text() + " yet"});
    }
    tend(notices);
}

void JackConnections::tend(std::vector<BackendEvents::Notice>& notices)
{
    std::set<jack_port_id_t> appeared;
    {
        const std::lock_guard lock(mutex_);
        appeared.swap(appeared_);
    }
    for (const jack_port_id_t id : appeared)
        if (jack_port_t* port = jack_port_by_id(client_, id)) consider(port);
    std::erase_if(pending_, [&](const Attempt& attempt) { return done(attempt, notices); });
}

} // namespace fohd::daemon
