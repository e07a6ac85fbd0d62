#pragma once

#include "control/subscribers.h"

namespace fohd::control {

/// Full states on their way: packets of at most 1,400 bytes, paced so that a tablet on Wi-Fi loses none, then
/// `/dump/done i COUNT`. Control thread.
class Dumps {
public:
    using Clock = Budget::Clock;

    static constexpr std::size_t packet_bytes = 1400;

    Dumps(const AddressSpace& space, Wire& wire) : space_(&space), wire_(wire) {}

    /// Begins one. Empty, or why not: one a client, and no more in all than clients may ask at one time.
    std::string begin(const Peer& to, std::vector<int> entries, std::size_t others_asking);
    void forget(const Peer& to);
    /// As Subscribers::rebind().
    void rebind(const AddressSpace& space, const std::function<int(int entry)>& number);
    /// Sends what may be sent.
    void flush(Clock::time_point now);
    std::size_t running() const { return dumps_.size(); }

private:
    struct Dump {
        Peer to;
        std::vector<int> entries;
        std::size_t next = 0;
        Budget budget{asked_bytes_per_second, 4 * packet_bytes};
    };
    /// The packet that follows, values as they are now.
    std::vector<std::byte> next_packet(Dump& dump) const;

    const AddressSpace* space_;
    Wire& wire_;
    std::vector<Dump> dumps_;
};

} // namespace fohd::control
