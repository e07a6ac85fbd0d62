#include "control/outbox.h"

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
