#pragma once

#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <map>

namespace fohd::control {

/// What one address may cost. Input: so many messages a second. Answers: never much larger than the questions, so that
/// nobody can make us flood a third party by writing its address on the envelope. Addresses that were silent longest
/// are forgotten where there are too many. Control thread.
class Limits {
public:
    using Clock = std::chrono::steady_clock;
    using Address = boost::asio::ip::address;

    static constexpr double messages_per_second = 5000;
    static constexpr double message_burst = 10000;
    /// Bytes that may be answered for each byte asked, IP and UDP headers counted on both sides.
    static constexpr double answer_factor = 4;
    static constexpr double answer_bytes_per_second = 16384;
    static constexpr double answer_burst_bytes = 65536;
    static constexpr std::size_t max_addresses = 1024;

    /// A packet of so many bytes has come. False where its address has spoken too much lately: drop it.
    bool received(const Address& from, std::size_t bytes, Clock::time_point now);
    /// What was in the packet; may run into debt, which the next ones pay.
    void spent(const Address& from, int messages, Clock::time_point now);
    /// How long until the address has paid its debt; zero where it has none.
    Clock::duration debt(const Address& from, Clock::time_point now);
    /// Whether an answer of so many bytes is still in proportion; it then counts as sent.
    bool may_answer(const Address& to, std::size_t bytes, Clock::time_point now);

private:
    struct Account {
        double messages = message_burst;
        double answer_bytes = answer_burst_bytes;
        Clock::time_point seen;
    };
    Account& account(const Address& address, Clock::time_point now);

    std::map<Address, Account> accounts_;
};

} // namespace fohd::control
