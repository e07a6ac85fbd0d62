#include "control/take.h"

#include "config/problems.h"
#include "config/value_text.h"

#include <algorithm>
#include <cmath>

namespace fohd::control {
namespace {

constexpr double pause = 0.25; // s

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
        double most = take_tolerance;
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

std::string line_of(const std::string& address, const dsp::ParamSpec& spec, const config::AutomationPoint& move)
{
    return config::format_time(move.seconds) + " " + address + " " + config::format_value(spec, move.value) + "\n";
}

ReadTake read_take(std::string_view text, const dsp::Layout& layout)
{
    ReadTake read;
    for (auto end = text.find('\n'); end != text.npos; end = text.find('\n')) {
        const auto line = text.substr(0, end);
        text.remove_prefix(end + 1);
        const auto first = std::min(line.find(' '), line.size()),
                   second = std::min(line.find(' ', first + 1), line.size());
        const auto seconds = config::parse_time(line.substr(0, first));
        const std::string address(line.substr(std::min(first + 1, second), second - std::min(first + 1, second)));
        const int parameter = layout.find(address);
        const auto* spec = parameter < 0 ? nullptr : layout.parameters[static_cast<std::size_t>(parameter)].spec;
        const auto value =
            spec && second < line.size() ? config::parse_value(*spec, line.substr(second + 1)).value : std::nullopt;
        if (seconds && value)
            read.take.try_emplace(address, config::AutomationTrack{address, spec, {}})
                .first->second.points.push_back({*seconds, *value});
        else if (read.problem.empty())
            read.problem = config::quoted(line) + " is no move of a value that is there";
    }
    return read;
}

config::Automation over(config::Automation before, const Take& take, double end)
{
    for (const auto& [address, track] : take) {
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
