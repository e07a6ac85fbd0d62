#include "daemon/backends/jack_connections.h"

#include "daemon/backends/jack_probe.h"

#include <algorithm>
#include <cerrno>

namespace fohd::daemon {

using Weight = BackendEvents::Weight;

namespace {

constexpr std::size_t most_remembered = 4096; // Programs with a new name each time must not fill the memory.

/// Whose port it is: the name up to the colon.
std::string client_of(const std::string& port) { return port.substr(0, port.find(':')); }

bool same_type(jack_port_t* a, jack_port_t* b)
{
    const char *first = jack_port_type(a), *second = jack_port_type(b);
    return first && second && std::string_view(first) == second;
}

} // namespace

JackConnections::JackConnections(jack_client_t* client, const std::vector<Connection>& remembered) : client_(client)
{
    for (const auto& [port, peer] : remembered) {
        known_[{port, peer}] = false;
        pending_.insert({port, peer});
    }
}

void JackConnections::want(jack_port_t* port, const Endpoint& endpoint)
{
    Own& own = own_.try_emplace(endpoint.port_name).first->second;
    own.port = port;
    own.is_input = (jack_port_flags(port) & JackPortIsInput) != 0;
    std::vector<Wish> wishes;
    for (const std::string& text : endpoint.connect) {
        const auto same = [&](const Wish& wish) { return wish.pattern.text() == text; };
        const auto known = std::ranges::find_if(own.wishes, same);
        wishes.push_back({PortPattern(text), known == own.wishes.end() || known->fresh});
    }
    own.wishes = std::move(wishes);
}

void JackConnections::forget(jack_port_t* port)
{
    for (auto own = own_.begin(); own != own_.end(); ++own) {
        if (own->second.port != port) continue;
        std::erase_if(known_, [&](const auto& entry) { return entry.first.own == own->first; });
        std::erase_if(pending_, [&](const Pair& pair) { return pair.own == own->first; });
        own_.erase(own);
        return;
    }
}

void JackConnections::drop_unasked(std::vector<BackendEvents::Notice>& notices)
{
    std::erase_if(known_, [&](const auto& entry) {
        const auto& [pair, was_asked] = entry;
        const auto own = own_.find(pair.own);
        if (own == own_.end()) return true;
        if (!was_asked || asked(pair)) return false;
        const char* port = jack_port_name(own->second.port);
        const bool in = own->second.is_input;
        const char* from = in ? pair.peer.c_str() : port;
        const char* to = in ? port : pair.peer.c_str();
        pending_.erase(pair);
        if (jack_disconnect(client_, from, to) == 0)
            notices.push_back({Weight::info, std::string(from) + " is no longer connected to " + to});
        return true;
    });
}

std::map<std::string, std::string> JackConnections::heard() const
{
    std::map<std::string, std::string> clients;
    for (const auto& [name, own] : own_) {
        if (!own.is_input) continue;
        const char** peers = jack_port_get_all_connections(client_, own.port);
        for (const char** peer = peers; peer && *peer; ++peer) {
            const jack_port_t* port = jack_port_by_name(client_, *peer);
            if (!port || jack_port_is_mine(client_, port) || (jack_port_flags(port) & JackPortIsPhysical)) continue;
            if (is_left_out(*peer)) continue; // The server may not have done it yet.
            clients.try_emplace(client_of(*peer), *peer);
        }
        if (peers) jack_free(peers);
    }
    return clients;
}

void JackConnections::leave_out(const std::string& other)
{
    left_out_.insert(other); // First: what is told of the disconnections is to be known as this.
    for (const auto& [name, own] : own_) {
        if (!own.is_input) continue;
        const char** peers = jack_port_get_all_connections(client_, own.port);
        for (const char** peer = peers; peer && *peer; ++peer) {
            if (client_of(*peer) != other) continue;
            remember({name, *peer});
            jack_disconnect(client_, *peer, jack_port_name(own.port));
        }
        if (peers) jack_free(peers);
    }
}

void JackConnections::put_back(const std::string& other)
{
    left_out_.erase(other);
    for (const auto& [pair, was_asked] : known_) {
        const auto own = own_.find(pair.own);
        if (own != own_.end() && own->second.is_input && client_of(pair.peer) == other) pending_.insert(pair);
    }
}

bool JackConnections::is_left_out(const std::string& peer) const { return left_out_.contains(client_of(peer)); }

std::vector<Connection> JackConnections::remembered() const
{
    std::vector<Connection> all;
    for (const auto& [pair, was_asked] : known_) all.push_back({pair.own, pair.peer});
    return all;
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

void JackConnections::ports_connected(jack_port_id_t a, jack_port_id_t b, int connected, void* self)
{
    auto& connections = *static_cast<JackConnections*>(self);
    const std::lock_guard lock(connections.mutex_);
    connections.happened_.push_back({a, b, connected != 0});
}

bool JackConnections::asks_for(const PortPattern& pattern, const std::string& peer, bool own) const
{
    if (pattern.names(peer)) return true;
    return !own && pattern.matches(peer) && !exists(pattern.text());
}

bool JackConnections::asked(const Pair& pair) const
{
    const auto own = own_.find(pair.own);
    if (own == own_.end()) return false;
    const jack_port_t* peer = jack_port_by_name(client_, pair.peer.c_str());
    const bool mine = peer && jack_port_is_mine(client_, peer) != 0;
    return std::ranges::any_of(own->second.wishes,
                               [&](const Wish& wish) { return asks_for(wish.pattern, pair.peer, mine); });
}

void JackConnections::consider(jack_port_t* peer)
{
    const char* name = jack_port_name(peer);
    if (!name || JackProbe::is_port_of_one(name)) return;
    const bool is_output = (jack_port_flags(peer) & JackPortIsOutput) != 0;
    const bool mine = jack_port_is_mine(client_, peer) != 0;
    for (const auto& [port, own] : own_) {
        if (own.is_input != is_output || !same_type(own.port, peer)) continue;
        for (const Wish& wish : own.wishes)
            if (asks_for(wish.pattern, name, mine)) pending_.insert({port, name});
        if (known_.contains({port, name})) pending_.insert({port, name});
    }
}

void JackConnections::look_for_fresh(std::vector<BackendEvents::Notice>& notices)
{
    const auto fresh = [](const Wish& wish) { return wish.fresh; };
    if (std::ranges::none_of(own_, [&](const auto& own) { return std::ranges::any_of(own.second.wishes, fresh); }))
        return;
    std::vector<jack_port_t*> ports;
    if (const char** names = jack_get_ports(client_, nullptr, JACK_DEFAULT_AUDIO_TYPE, 0)) {
        for (const char** name = names; *name; ++name)
            if (jack_port_t* port = jack_port_by_name(client_, *name); port && !JackProbe::is_port_of_one(*name))
                ports.push_back(port);
        jack_free(names);
    }
    for (auto& [port, own] : own_)
        for (Wish& wish : own.wishes) {
            if (!std::exchange(wish.fresh, false)) continue;
            bool found = false;
            for (jack_port_t* peer : ports) {
                const bool fits = ((jack_port_flags(peer) & JackPortIsOutput) != 0) == own.is_input;
                if (!fits || !asks_for(wish.pattern, jack_port_name(peer), jack_port_is_mine(client_, peer) != 0))
                    continue;
                pending_.insert({port, jack_port_name(peer)});
                found = true;
            }
            if (!found)
                notices.push_back({Weight::warning,
                                   std::string(jack_port_name(own.port)) + " is not connected: there is no " +
                                       (own.is_input ? "output" : "input") + " port " + wish.pattern.text() + " yet"});
        }
}

void JackConnections::remember(const Pair& pair)
{
    if (known_.size() >= most_remembered) // Those that were not connected for want of the other port.
        std::erase_if(known_, [&](const auto& entry) { return !exists(entry.first.peer); });
    known_[pair] = asked(pair);
}

bool JackConnections::done(const Pair& attempt, std::vector<BackendEvents::Notice>& notices)
{
    const auto own = own_.find(attempt.own);
    if (own == own_.end() || !exists(attempt.peer)) {
        refused_.erase(attempt);
        return true; // Gone meanwhile; it is considered again when it comes.
    }
    if (own->second.is_input && is_left_out(attempt.peer)) return false;
    const char* port = jack_port_name(own->second.port);
    const char* from = own->second.is_input ? attempt.peer.c_str() : port;
    const char* to = own->second.is_input ? port : attempt.peer.c_str();
    const int result = jack_connect(client_, from, to);
    if (result == 0 || result == EEXIST) {
        if (result == 0) notices.push_back({Weight::info, std::string(from) + " is connected to " + to});
        refused_.erase(attempt);
        remember(attempt);
        return true;
    }
    if (refused_.insert(attempt).second)
        notices.push_back({Weight::warning, std::string("JACK refuses to connect ") + from + " to " + to +
                                                " for now; it is tried again while both exist"});
    return false;
}

void JackConnections::take_note(const Happened& event)
{
    const jack_port_t* ports[] = {jack_port_by_id(client_, event.a), jack_port_by_id(client_, event.b)};
    for (int n = 0; n < 2; ++n) { // Both may be own ports.
        const jack_port_t *port = ports[n], *peer = ports[1 - n];
        const auto own = std::ranges::find_if(own_, [&](const auto& one) { return one.second.port == port; });
        if (!port || !peer || own == own_.end() || !jack_port_name(peer)) continue;
        const Pair pair{own->first, jack_port_name(peer)};
        if (!event.connected && known_.contains(pair) && !is_left_out(pair.peer)) doubtful_.try_emplace(pair, 0);
        if (!event.connected) continue;
        doubtful_.erase(pair);
        if (!known_.contains(pair)) remember(pair);
    }
}

/// A connection ends because somebody took it apart: it is forgotten. Or because the other port or the server ended, which
/// is told piece by piece, and on a busy computer with long pauses: it is kept. So a connection is doubtful for a second.
void JackConnections::forget_what_was_taken_apart()
{
    constexpr int calls_a_second = 10;
    for (auto doubt = doubtful_.begin(); doubt != doubtful_.end();) {
        const Pair& pair = doubt->first;
        const auto own = own_.find(pair.own);
        const bool here = own != own_.end() && exists(jack_port_name(own->second.port));
        const bool both = here && exists(pair.peer);
        const bool taken_apart = both && ++doubt->second >= calls_a_second;
        if (taken_apart) known_.erase(pair);
        doubt = (here && !both) || taken_apart ? doubtful_.erase(doubt) : std::next(doubt);
    }
}

void JackConnections::look(std::vector<BackendEvents::Notice>& notices)
{
    std::set<jack_port_id_t> appeared;
    std::vector<Happened> happened;
    {
        const std::lock_guard lock(mutex_);
        appeared.swap(appeared_);
        happened.swap(happened_);
    }
    for (const jack_port_id_t id : appeared) // What came anew was not taken apart by hand.
        if (const jack_port_t* port = jack_port_by_id(client_, id))
            std::erase_if(doubtful_, [&](const auto& doubt) { return doubt.first.peer == jack_port_name(port); });
    forget_what_was_taken_apart();
    for (const Happened& event : happened) take_note(event);
    look_for_fresh(notices);
    for (const jack_port_id_t id : appeared)
        if (jack_port_t* port = jack_port_by_id(client_, id)) consider(port);
}

std::set<jack_port_t*> JackConnections::to_connect() const
{
    std::set<jack_port_t*> ports;
    for (const Pair& pair : pending_) {
        const auto own = own_.find(pair.own);
        if (own == own_.end() || !exists(pair.peer) || is_left_out(pair.peer)) continue;
        jack_port_t* const port = own->second.port;
        if (refused_.contains(pair) && jack_port_connected(port) != 0) continue; // It may be refused for ever.
        if (jack_port_connected_to(port, pair.peer.c_str()) == 0) ports.insert(port);
    }
    return ports;
}

std::set<jack_port_t*> JackConnections::to_take_apart() const
{
    std::set<jack_port_t*> ports;
    for (const auto& [pair, was_asked] : known_) {
        const auto own = own_.find(pair.own);
        if (own == own_.end() || !was_asked || asked(pair)) continue;
        if (jack_port_connected_to(own->second.port, pair.peer.c_str()) != 0) ports.insert(own->second.port);
    }
    return ports;
}

void JackConnections::connect(std::vector<BackendEvents::Notice>& notices)
{
    std::erase_if(pending_, [&](const Pair& attempt) { return done(attempt, notices); });
}

} // namespace fohd::daemon
