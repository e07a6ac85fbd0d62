#include "control/outbox.h"

#include <utility>

namespace fohd::control {

void Outbox::mark(int entry)
{
    const auto [place, is_new] = order_.try_emplace(entry, ++count_);
    if (!is_new) {
        changes_.erase(place->second);
        place->second = count_;
    }
    changes_.emplace(count_, entry);
}

void Outbox::ask(std::span<const int> entries)
{
    for (const int entry : entries)
        if (asked_.insert(entry).second) queue_.push_back(entry);
}

void Outbox::renumber(const std::function<int(int entry)>& number)
{
    const auto changes = std::exchange(changes_, {});
    const auto queue = std::exchange(queue_, {});
    const auto asked = std::exchange(asked_, {});
    order_.clear();
    for (const auto& [place, entry] : changes)
        if (const int now = number(entry); now >= 0) mark(now);
    for (const int entry : queue)
        if (const int now = number(entry); now >= 0 && asked.contains(entry)) ask({&now, 1});
}

void Outbox::flush(Clock::time_point now, const Send& change, const Send& answer)
{
    while (!changes_.empty() && feedback_.allows(now)) {
        const auto newest = std::prev(changes_.end());
        const int entry = newest->second;
        changes_.erase(newest);
        order_.erase(entry);
        if (const auto bytes = change(entry)) {
            feedback_.spend(bytes);
            asked_.erase(entry);
        }
    }
    while (!queue_.empty() && answers_.allows(now)) {
        const int entry = queue_.front();
        queue_.pop_front();
        if (asked_.erase(entry)) answers_.spend(answer(entry));
    }
}

} // namespace fohd::control
