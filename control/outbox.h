#pragma once

#include "control/budget.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <span>
#include <unordered_map>
#include <unordered_set>

namespace fohd::control {

/// What one client is still to be told, one plain message a value. A value is looked up when it is sent, so whatever
/// changes faster than it can be sent is sent once, as it is then. Control thread.
class Outbox {
public:
    using Clock = Budget::Clock;
    /// Sends an entry's value and answers the size of its packet; 0 where it need not be sent after all.
    using Send = std::function<std::size_t(int entry)>;

    /// Has changed: sent before everything that changed earlier.
    void mark(int entry);
    /// Were asked for: sent in this order, after all changes.
    void ask(std::span<const int> entries);

    /// The entries have other numbers now; `number` answers -1 for those that are gone.
    void renumber(const std::function<int(int entry)>& number);

    bool empty() const { return changes_.empty() && asked_.empty(); }
    bool asking() const { return !asked_.empty(); }
    /// Sends what the budgets allow. Changes go by `change`, values asked for by `answer`.
    void flush(Clock::time_point now, const Send& change, const Send& answer);

private:
    Budget feedback_{feedback_bytes_per_second, 65536};
    Budget answers_{asked_bytes_per_second, 5600};
    std::uint64_t count_ = 0;
    std::map<std::uint64_t, int> changes_;         ///< Newest last.
    std::unordered_map<int, std::uint64_t> order_; ///< Of the entries in changes_.
    std::deque<int> queue_;
    std::unordered_set<int> asked_; ///< Entries of the queue that still have to be sent.
};

} // namespace fohd::control
