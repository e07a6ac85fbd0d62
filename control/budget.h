#pragma once

#include <algorithm>
#include <chrono>

namespace fohd::control {

/// How many bytes may be sent just now, so that over time it is no more than a rate. May run into debt by one packet.
class Budget {
public:
    using Clock = std::chrono::steady_clock;

    Budget(double bytes_per_second, double burst_bytes)
        : rate_(bytes_per_second), burst_(burst_bytes), bytes_(burst_bytes)
    {}

    bool allows(Clock::time_point now)
    {
        bytes_ = std::min(burst_, bytes_ + rate_ * std::chrono::duration<double>(now - filled_).count());
        filled_ = now;
        return bytes_ > 0;
    }
    /// IP and UDP headers are counted in.
    void spend(std::size_t packet_bytes) { bytes_ -= 28 + static_cast<double>(packet_bytes); }

private:
    double rate_, burst_, bytes_;
    Clock::time_point filled_ = Clock::now();
};

/// What one client may be sent because it asked for much at once: 2 Mbit/s.
inline constexpr double asked_bytes_per_second = 250e3;
/// What one subscriber may be sent of changes and readings: 8 Mbit/s. Beyond it values are skipped, the newest never.
inline constexpr double feedback_bytes_per_second = 1e6;

} // namespace fohd::control
