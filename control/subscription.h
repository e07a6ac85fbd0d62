#pragma once

#include "control/address_space.h"

#include <chrono>

namespace fohd::control {

/// What one client wants to hear of one pattern. Control thread.
class Subscription {
public:
    using Clock = std::chrono::steady_clock;

    static constexpr std::chrono::seconds lease{10};
    /// A reading that does not change is sent at this interval all the same.
    static constexpr std::chrono::seconds repeat{1};
    static constexpr float min_rate = 1, max_rate = 50, default_rate = 10; ///< Hz, of readings

    /// `entries` of the address space, ascending. `text` is what renews it.
    Subscription(std::string text, std::vector<int> entries, const AddressSpace& space);

    const std::string& text() const { return text_; }
    const std::vector<int>& entries() const { return entries_; }
    bool for_ever() const { return end_ == Clock::time_point::max(); }
    /// The same pattern in another address space.
    void rebind(std::vector<int> entries, const AddressSpace& space);
    bool wants(int entry) const;
    /// For another lease from now, or for ever.
    void renew(Clock::time_point now, float rate, bool for_ever);
    bool expired(Clock::time_point now) const { return now >= end_; }
    bool has_readings() const { return !readings_.empty(); }
    /// Readings that are to be sent now: at the rate where they changed, once a second anyway.
    void due(Clock::time_point now, const AddressSpace& space, const std::function<void(int entry)>& send);

private:
    struct Watched {
        int entry;
        std::vector<float> last;
        Clock::time_point sent;
    };
    std::string text_;
    std::vector<int> entries_;
    std::vector<Watched> readings_;
    Clock::time_point end_, next_;
    Clock::duration period_{};
};

} // namespace fohd::control
