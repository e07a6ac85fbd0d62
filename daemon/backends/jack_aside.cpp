#include "daemon/backends/jack_aside.h"

#include <algorithm>

namespace fohd::daemon {
namespace {

using Weight = BackendEvents::Weight;

constexpr int steps_of_the_living = 3, most_steps = 600; ///< Of tend(), ten a second.
constexpr std::size_t most_names = 256;

/// How often it must be seen to run, in a row.
int steps(int times) { return std::min(steps_of_the_living << std::min(times - 1, 8), most_steps); }
} // namespace

void JackAside::begin(JackConnections& connections, std::vector<BackendEvents::Notice>& notices)
{
    if (times_.size() > most_names) times_.clear();
    const auto heard = connections.heard();
    const auto likeliest = std::ranges::max_element(heard, {}, [&](const auto& other) { return times_[other.first]; });
    if (likeliest == heard.end()) return;
    const std::string &client = likeliest->first, &port = likeliest->second;
    ++times_[client];
    connections.leave_out(client);
    std::erase_if(others_, [&](const Other& other) { return other.client == client; });
    others_.push_back({client, port, std::make_unique<JackProbe>(port, over_)});
    notices.push_back(
        {Weight::warning, "what comes from " + client +
                              " is left out until it is seen to run: JACK calls nobody who hears a client "
                              "that hangs, and fohd was not called"});
}

void JackAside::tend(JackConnections& connections, std::vector<BackendEvents::Notice>& notices)
{
    std::erase_if(others_, [&](Other& other) {
        const bool exists = connections.exists(other.port);
        if (exists) {
            other.called = other.probe->was_called() ? other.called + 1 : 0;
            if (other.called < steps(times_[other.client])) return false;
        }
        connections.put_back(other.client);
        notices.push_back({Weight::info, other.client + (exists ? " runs: it is heard again" : " is gone")});
        return true;
    });
}

std::vector<std::string> JackAside::clients() const
{
    std::vector<std::string> names;
    for (const Other& other : others_) names.push_back(other.client);
    return names;
}

} // namespace fohd::daemon
