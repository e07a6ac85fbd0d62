#pragma once

#include "control/osc/peer.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fohd::control {

/// Who waits for what an action comes to, by the action's address. Control thread.
class Askers {
public:
    /// Of one action; who asks when there are more takes the place of who has waited longest.
    static constexpr std::size_t most = 8;

    void add(const std::string& address, const Peer& peer)
    {
        auto& peers = waiting_[address];
        std::erase(peers, peer);
        if (peers.size() == most) peers.erase(peers.begin());
        peers.push_back(peer);
    }

    void forget(const Peer& peer)
    {
        for (auto& [address, peers] : waiting_) std::erase(peers, peer);
    }

    /// All who wait for an action of this processor, each with its address. They wait no more.
    std::vector<std::pair<std::string, Peer>> take(const std::string& processor)
    {
        std::vector<std::pair<std::string, Peer>> all;
        for (auto action = waiting_.begin(); action != waiting_.end();) {
            if (action->first.substr(0, action->first.rfind('/')) != processor) {
                ++action;
                continue;
            }
            for (const Peer& peer : action->second) all.emplace_back(action->first, peer);
            action = waiting_.erase(action);
        }
        return all;
    }

private:
    std::map<std::string, std::vector<Peer>> waiting_;
};

} // namespace fohd::control
