#include "control/tap_tempo.h"

#include <algorithm>
#include <cmath>

namespace fohd::control {

std::optional<double> TapTempo::tap(double seconds, Writer by)
{
    const auto is_another = [&] {
        if (taps_.empty() || by != by_) return true;
        const double interval = seconds - taps_.back();
        if (interval < 0 || interval > longest_pause) return true;
        return taps_.size() > 1 && std::abs(interval - beat()) > largest_jump * beat();
    };
    if (!taps_.empty() && by == by_ && seconds >= taps_.back() && seconds - taps_.back() < shortest_press) return {};
    if (is_another()) taps_.clear();
    by_ = by;
    if (taps_.size() == most_taps) taps_.erase(taps_.begin());
    taps_.push_back(seconds);
    if (taps_.size() == 1) return {};
    return 60 / beat();
}

double TapTempo::beat() const
{
    std::vector<double> slopes;
    for (std::size_t last = 1; last < taps_.size(); ++last)
        for (std::size_t first = 0; first < last; ++first)
            slopes.push_back((taps_[last] - taps_[first]) / static_cast<double>(last - first));
    std::ranges::sort(slopes);
    const auto middle = slopes.size() / 2;
    return slopes.size() % 2 ? slopes[middle] : (slopes[middle - 1] + slopes[middle]) / 2;
}

} // namespace fohd::control
