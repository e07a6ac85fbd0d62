#include "control/subscription.h"

#include <algorithm>

namespace fohd::control {

Subscription::Subscription(std::string text, std::vector<int> entries, const AddressSpace& space)
    : text_(std::move(text))
{
    rebind(std::move(entries), space);
}

void Subscription::rebind(std::vector<int> entries, const AddressSpace& space)
{
    entries_ = std::move(entries);
    readings_.clear();
    for (const int entry : entries_)
        if (space.entry(entry).is_reading()) readings_.push_back({entry, {}, {}});
}

bool Subscription::wants(int entry) const { return std::binary_search(entries_.begin(), entries_.end(), entry); }

void Subscription::renew(Clock::time_point now, float rate, bool for_ever)
{
    end_ = for_ever ? Clock::time_point::max() : now + lease;
    period_ = std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<float>(1 / std::clamp(rate, min_rate, max_rate)));
}

void Subscription::due(Clock::time_point now, const AddressSpace& space, const std::function<void(int entry)>& send)
{
    if (now < next_) return;
    // On a grid, so that the rate holds however coarse our caller's clock is; after a gap it begins anew.
    next_ = next_ + period_ > now ? next_ + period_ : now + period_;
    std::vector<float> values;
    for (auto& reading : readings_) {
        space.read(reading.entry, values);
        if (values == reading.last && now - reading.sent < repeat) continue;
        reading.last = values;
        reading.sent = now;
        send(reading.entry);
    }
}

} // namespace fohd::control
