#include "control/timeline.h"

#include "dsp/graph/graph.h"

#include <algorithm>
#include <cmath>

namespace fohd::control {
namespace {

constexpr std::int64_t cell = 64, most_in_cell = 4; // frames
constexpr std::size_t most_due = 20'000;
constexpr double steps_per_second = 200, lead = 0.712;

std::int64_t cell_of(std::int64_t frame) { return frame / cell; }

} // namespace

Timeline::Timeline(const config::Automation& automation, const dsp::Layout& layout, int rate)
    : step_(std::llround(rate / steps_per_second)), glide_(std::llround(dsp::glide_ms / 1000 * rate)),
      lead_(std::llround(lead * static_cast<double>(glide_)))
{
    for (const config::AutomationTrack& track : automation) {
        const int parameter = layout.find(track.address);
        if (parameter < 0) continue;
        const auto& spec = *layout.parameters[static_cast<std::size_t>(parameter)].spec;
        Track made{parameter, &spec, {}};
        for (const auto& [seconds, value, curve] : track.points) {
            const float there = spec.clamp(value);
            const bool jumps = made.points.empty() || spec.taper == dsp::Taper::steps;
            made.points.push_back(
                {std::llround(seconds * rate), dsp::to_norm(spec, there), there, jumps ? config::Curve::step : curve});
        }
        if (made.points.empty()) continue;
        end_ = std::max(end_, made.points.back().frame);
        tracks_.push_back(std::move(made));
    }
}

std::optional<float> Timeline::value(int track, std::int64_t frame) const
{
    if (at(track).points.front().frame > frame) return std::nullopt;
    return ahead(at(track), frame, 0);
}

float Timeline::between(const Track& track, std::size_t next, std::int64_t frame)
{
    const Point &from = track.points[next - 1], &to = track.points[next];
    const auto length = static_cast<double>(to.frame - from.frame), gone = static_cast<double>(frame - from.frame);
    double share = length > 0 ? gone / length : 1;
    if (to.curve == config::Curve::smooth) share *= share * (3 - 2 * share);
    return dsp::from_norm(*track.spec, from.position + static_cast<float>(share) * (to.position - from.position));
}

float Timeline::ahead(const Track& track, std::int64_t frame, std::int64_t ahead)
{
    const auto& points = track.points;
    auto next = static_cast<std::size_t>(std::ranges::upper_bound(points, frame, {}, &Point::frame) - points.begin());
    const auto curves = [&] { return next < points.size() && points[next].curve != config::Curve::step; };
    while (curves() && points[next].frame <= frame + ahead) ++next;
    const Point& last = points[next - 1];
    return curves() && frame + ahead > last.frame ? between(track, next, frame + ahead) : last.value;
}

void Timeline::list(int track, std::int64_t begin, std::int64_t end, std::vector<Due>& due) const
{
    const auto& points = at(track).points;
    const auto first = std::ranges::upper_bound(points, begin, {}, &Point::frame);
    if (first != points.begin()) {
        std::int64_t last = std::prev(first)->frame;
        if (first != points.end() && first->curve != config::Curve::step) last = std::max(last, begin / step_ * step_);
        const bool steps =
            last == begin && std::prev(first)->frame == begin && std::prev(first)->curve == config::Curve::step;
        due.push_back({last, begin, track, steps, true});
    }
    for (auto next = first; next != points.end(); ++next) {
        const std::int64_t before = next == points.begin() ? begin : std::max(std::prev(next)->frame, begin);
        if (before >= end) break;
        if (next->curve != config::Curve::step)
            for (std::int64_t at = (before / step_ + 1) * step_; at < std::min(next->frame, end); at += step_)
                due.push_back({at, at, track, false, false});
        if (next->frame < end)
            due.push_back({next->frame, next->frame, track, next->curve == config::Curve::step, false});
    }
}

std::vector<Timeline::Due> Timeline::list(std::int64_t begin, std::int64_t& end, std::span<const char> left_out) const
{
    std::vector<Due> due;
    for (int track = 0; track < tracks(); ++track)
        if (!left_out[static_cast<std::size_t>(track)] && !reshapes(track)) list(track, begin, end, due);
    std::ranges::stable_sort(
        due, [](const Due& a, const Due& b) { return std::pair(!a.stands, a.heard) < std::pair(!b.stands, b.heard); });
    if (due.size() > most_due && cell_of(due[most_due].heard) > cell_of(begin)) {
        end = cell_of(due[most_due].heard) * cell;
        std::erase_if(due, [&](const Due& each) { return each.heard >= end; });
    }
    std::int64_t in_cell = 0, last = begin;
    for (Due& each : due) {
        if (each.stands) continue;
        if (cell_of(each.frame) != cell_of(last)) in_cell = 0;
        if (each.frame != last) ++in_cell;
        last = each.frame;
        if (in_cell > most_in_cell) each.heard = (cell_of(each.frame) + 1) * cell;
    }
    return due;
}

/// Of steps that began before, too: where a passage begins is not heard.
std::vector<std::int64_t> Timeline::ends(std::int64_t begin, std::int64_t end, std::span<const char> left_out) const
{
    std::vector<std::int64_t> ends;
    for (const Due& due : list(cell_of(std::max<std::int64_t>(begin - glide_, 0)) * cell, end, left_out))
        if (due.steps && due.heard + glide_ > begin) ends.push_back(due.heard + glide_);
    std::ranges::sort(ends);
    ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
    return ends;
}

dsp::Passage::Move Timeline::aim(const Due& due, bool gain) const
{
    const Track& track = at(due.track);
    const auto move = [&](std::int64_t lead_frames, std::int64_t glide) {
        return dsp::Passage::Move{due.heard, track.parameter, ahead(track, due.frame, lead_frames),
                                  static_cast<int>(glide)};
    };
    if (gain) return move(lead_, glide_);
    const auto next = std::ranges::upper_bound(track.points, due.frame, {}, &Point::frame);
    // A step is under way for the length of its glide, whatever comes after.
    std::int64_t glide =
        std::prev(next)->curve == config::Curve::step ? std::prev(next)->frame + glide_ - due.frame : 0;
    const bool curves = next != track.points.end() && next->curve != config::Curve::step;
    glide = std::max(glide, curves ? std::min(step_, next->frame - due.frame) : step_);
    return move(curves ? glide : 0, glide);
}

dsp::Passage Timeline::passage(std::int64_t begin, std::int64_t end, const Desk& desk, std::span<const float> values,
                               std::span<const char> left_out) const
{
    dsp::Passage passage;
    passage.begin = cell_of(begin) * cell;
    passage.end = (cell_of(end) + 1) * cell;
    const auto due = list(passage.begin, passage.end, left_out);
    for (const bool gains : {true, false}) {
        auto& moves = gains ? passage.gains : passage.processors;
        Desk::Trial trial(desk, values);
        for (const Due& each : due) {
            const auto move = aim(each, gains);
            trial.set(move.parameter, move.value, each.stands, [&](int there, float value) {
                moves.push_back({move.frame, there, value, move.glide});
            });
        }
    }
    passage.ends = ends(passage.begin, passage.end, left_out);
    return passage;
}

} // namespace fohd::control
