#pragma once

#include "control/store.h"

#include <optional>
#include <vector>

namespace fohd::control {

/// A tempo out of presses of a button. The beat is the median of the slopes between every two of the last presses (Theil 1950, Sen
/// 1968): packets that the network brings late, even by much, hardly move it. One thread.
class TapTempo {
public:
    static constexpr std::size_t most_taps = 9;   ///< Eight beats.
    static constexpr double longest_pause = 2.5;  ///< Seconds; what comes later is the first press of another tempo,
    static constexpr double largest_jump = 0.4;   ///< and so is what is off the beat by more than this share of it.
    static constexpr double shortest_press = 0.1; ///< Seconds; what comes sooner is a button that bounces: no press.

    /// A press at a time in seconds of a clock that need not be this computer's; another clock or author begins anew. The tempo in
    /// beats a minute, or nothing with the first press.
    std::optional<double> tap(double seconds, Writer by);

private:
    double beat() const;

    std::vector<double> taps_; ///< Of one series, oldest first.
    Writer by_ = 0;
};

} // namespace fohd::control
