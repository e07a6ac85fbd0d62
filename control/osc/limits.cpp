#include "control/osc/limits.h"

#include <algorithm>

namespace fohd::control {
namespace {

/// Of IPv4 and UDP.
constexpr double header_bytes = 28;

} // namespace

Limits::Account& Limits::account(Peer client, Clock::time_point now)
{
    if (client.transport == Transport::udp) client.port = 0;
    auto found = accounts_.find(client);
    if (found == accounts_.end()) {
        if (accounts_.size() >= max_addresses)
            accounts_.erase(std::min_element(accounts_.begin(), accounts_.end(), [](const auto& a, const auto& b) {
                return a.second.seen < b.second.seen;
            }));
        found = accounts_.emplace(client, Account{}).first;
        found->second.seen = now;
    }
    auto& account = found->second;
    const double seconds = std::chrono::duration<double>(now - account.seen).count();
    account.messages = std::min(message_burst, account.messages + seconds * messages_per_second);
    account.answer_bytes = std::min(answer_burst_bytes, account.answer_bytes + seconds * answer_bytes_per_second);
    account.seen = now;
    return account;
}

bool Limits::received(const Peer& from, std::size_t bytes, Clock::time_point now)
{
    auto& paid = account(from, now);
    if (paid.messages <= 0) return false;
    // A question pays for its own answer even where the account is full.
    paid.answer_bytes += answer_factor * (header_bytes + static_cast<double>(bytes));
    return true;
}

void Limits::spent(const Peer& from, int messages, Clock::time_point now) { account(from, now).messages -= messages; }

Limits::Clock::duration Limits::debt(const Peer& from, Clock::time_point now)
{
    const double missing = std::max(0.0, -account(from, now).messages);
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(missing / messages_per_second));
}

bool Limits::may_answer(const Peer& to, std::size_t bytes, Clock::time_point now)
{
    auto& paid = account(to, now);
    const double cost = header_bytes + static_cast<double>(bytes);
    if (paid.answer_bytes < cost) return false;
    paid.answer_bytes -= cost;
    return true;
}

} // namespace fohd::control
