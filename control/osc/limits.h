#pragma once

#include "control/osc/peer.h"

#include <chrono>
#include <map>

namespace fohd::control {

/// What one client may cost: an address by UDP, where ports are anybody's to choose, and a connection by TCP, so that one
/// that floods does not silence others behind the same address. Input: so many messages a second. Answers: never much larger than the questions, so that
/// nobody can make us flood a third party by writing its address on the envelope. Addresses that were silent longest
/// are forgotten where there are too many. Control thread.
class Limits {
public:
    using Clock = std::chrono::steady_clock;

    static constexpr double messages_per_second = 5000;
    static constexpr double message_burst = 10000;
    /// Bytes that may be answered for each byte asked, IP and UDP headers counted on both sides.
    static constexpr double answer_factor = 4;
    static constexpr double answer_bytes_per_second = 16384;
    static constexpr double answer_burst_bytes = 65536;
    static constexpr std::size_t max_addresses = 1024;

    /// A packet of so many bytes has come. False where its address has spoken too much lately: drop it.
    bool received(const Peer& from, std::size_t bytes, Clock::time_point now);
    /// What was in the packet; may run into debt, which the next ones pay.
    void spent(const Peer& from, int messages, Clock::time_point now);
    /// How long until the address has paid its debt; zero where it has none.
    Clock::duration debt(const Peer& from, Clock::time_point now);
    /// Whether an answer of so many bytes is still in proportion; it then counts as sent.
    bool may_answer(const Peer& to, std::size_t bytes, Clock::time_point now);

private:
    struct Account {
        double messages = message_burst;
        double answer_bytes = answer_burst_bytes;
        Clock::time_point seen;
    };
    Account& account(Peer client, Clock::time_point now);

    std::map<Peer, Account> accounts_;
};

} // namespace fohd::control
