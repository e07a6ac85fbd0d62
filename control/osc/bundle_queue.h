#pragma once

#include "control/osc/packet.h"
#include "control/osc/peer.h"

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <map>

namespace fohd::control {

/// The instant that a moment of this computer's clock has in NTP's count.
TimeTag to_time_tag(std::chrono::system_clock::time_point time);

/// Bundles that wait for their time. Control thread.
class BundleQueue {
public:
    using Clock = std::chrono::steady_clock;

    /// How far ahead a time tag may lie.
    static constexpr std::chrono::seconds horizon{10};
    static constexpr std::size_t max_bundles = 1024;

    enum class Due { now, later, too_far, full };

    /// `act` is called with each bundle when its time has come.
    BundleQueue(boost::asio::io_context& context, std::function<void(const Peer&, const Bundle&)> act);

    /// Answers `now` for what is due or late, for the caller to do; keeps the bundle where the answer is `later`.
    Due add(const Peer& from, const Bundle& bundle);
    std::size_t size() const { return waiting_.size(); }

private:
    void arm();

    struct Waiting {
        Peer from;
        Bundle bundle;
    };
    boost::asio::steady_timer timer_;
    std::function<void(const Peer&, const Bundle&)> act_;
    std::multimap<Clock::time_point, Waiting> waiting_; ///< Equal times act in the order of arrival.
};

} // namespace fohd::control
