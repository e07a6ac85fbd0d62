#include "control/recording.h"

#include <algorithm>
#include <cmath>

namespace fohd::control {
namespace {

constexpr double pause = 0.25;       // s
constexpr double tolerance = 0.0025; // of the taper's travel

using Points = std::vector<config::AutomationPoint>;

/// Marks what of [first, last] must stay so that straight lines between what stays are near enough to the rest.
void mark(const std::vector<double>& positions, const Points& moves, std::size_t first, std::size_t last,
          std::vector<char>& stays)
{
    std::vector<std::pair<std::size_t, std::size_t>> open{{first, last}};
    while (!open.empty()) {
        const auto [a, b] = open.back();
        open.pop_back();
        const double length = std::max(moves[b].seconds - moves[a].seconds, 1e-9);
        double most = tolerance;
        std::size_t farthest = a;
        for (std::size_t n = a + 1; n < b; ++n) {
            const double share = (moves[n].seconds - moves[a].seconds) / length;
            const double off = std::abs(positions[n] - positions[a] - share * (positions[b] - positions[a]));
            if (off > most) {
                most = off;
                farthest = n;
            }
        }
        if (farthest == a) continue;
        stays[farthest] = true;
        open.push_back({a, farthest});
        open.push_back({farthest, b});
    }
}
} // namespace

Points thinned(const dsp::ParamSpec& spec, Points moves)
{
    std::ranges::stable_sort(moves, {}, &config::AutomationPoint::seconds);
    Points last_of_each; // moment
    for (const auto& move : moves) {
        if (!last_of_each.empty() && last_of_each.back().seconds == move.seconds) last_of_each.pop_back();
        last_of_each.push_back(move);
    }
    moves = std::move(last_of_each);
    std::vector<double> positions;
    for (auto& move : moves) {
        positions.push_back(static_cast<double>(dsp::to_norm(spec, move.value)));
        move.curve = config::Curve::step;
    }
    if (spec.taper == dsp::Taper::steps) return moves;
    Points points;
    std::vector<char> stays(moves.size());
    for (std::size_t first = 0, last = 0; first < moves.size(); first = last + 1) {
        for (last = first; last + 1 < moves.size() && moves[last + 1].seconds - moves[last].seconds < pause;) ++last;
        stays[first] = stays[last] = true;
        mark(positions, moves, first, last, stays);
        for (std::size_t n = first; n <= last; ++n) {
            if (!stays[n]) continue;
            points.push_back(moves[n]);
            if (n > first) points.back().curve = config::Curve::linear;
        }
    }
    return points;
}

Recording::Recording(Store& store, std::function<std::optional<double>()> seconds)
    : store_(&store), seconds_(std::move(seconds))
{
    rebind(store);
}

void Recording::rebind(Store& store)
{
    store_ = &store;
    changes_ = store.on_change([this](const Change& change) {
        if (change.by != 0) changed(change);
    });
}

void Recording::changed(const Change& change)
{
    const auto seconds = seconds_();
    if (!seconds || full()) return;
    const auto& parameter = store_->layout().parameters[static_cast<std::size_t>(change.parameter)];
    auto& track = tracks_.try_emplace(parameter.address, config::AutomationTrack{parameter.address, parameter.spec, {}})
                      .first->second;
    track.points.push_back({*seconds, change.after});
    ++moves_;
}

config::Automation Recording::over(config::Automation before, double end) const
{
    for (const auto& [address, track] : tracks_) {
        auto points = thinned(*track.spec, track.points);
        auto there = std::ranges::find(before, address, &config::AutomationTrack::address);
        if (there == before.end()) there = before.insert(there, {address, track.spec, {}});
        std::erase_if(there->points, [&](const config::AutomationPoint& point) {
            return point.seconds >= points.front().seconds && point.seconds <= std::max(end, points.back().seconds);
        });
        there->points.insert(there->points.end(), points.begin(), points.end());
        std::ranges::stable_sort(there->points, {}, &config::AutomationPoint::seconds);
    }
    std::ranges::sort(before, {}, &config::AutomationTrack::address);
    return before;
}

} // namespace fohd::control
