#include "control/recording.h"

#include <cmath>
#include <utility>

namespace fohd::control {
namespace {

using config::AutomationPoint;

constexpr double line = 0.1;   // s
constexpr double stays = 0.05; // s; longer than from one step of a fade to the next
constexpr double jump = 0.001; // s

double as_in_file(double seconds) { return std::round(seconds * 1e6) / 1e6; }

/// Whether a move is on the line, in the taper, between two others that are near.
bool is_between(const dsp::ParamSpec& spec, const AutomationPoint& from, const AutomationPoint& move,
                const AutomationPoint& to)
{
    const auto position = [&](const AutomationPoint& at) { return static_cast<double>(dsp::to_norm(spec, at.value)); };
    const double length = to.seconds - from.seconds;
    if (length <= 0 || to.seconds - move.seconds > line) return false;
    const double share = (move.seconds - from.seconds) / length;
    return std::abs(position(from) + share * (position(to) - position(from)) - position(move)) < take_tolerance / 2;
}
} // namespace

Recording::Recording(Store& store, std::function<std::optional<double>()> seconds)
    : store_(&store), seconds_(std::move(seconds))
{
    rebind(store);
}

void Recording::rebind(Store& store)
{
    store_ = &store;
    changes_ = store.on_change([this](const Change& change) { changed(change); });
}

void Recording::changed(const Change& change)
{
    const auto seconds = seconds_();
    if (!seconds || full()) return;
    const auto& parameter = store_->layout().parameters[static_cast<std::size_t>(change.parameter)];
    auto& track = take_.try_emplace(parameter.address, config::AutomationTrack{parameter.address, parameter.spec, {}})
                      .first->second;
    const AutomationPoint move{as_in_file(*seconds), change.after};
    const bool by_itself = change.by == 0 && track.spec->taper != dsp::Taper::steps && !track.points.empty();
    const auto last = last_.extract(&track);
    const AutomationPoint before = !last.empty() ? last.mapped() : track.points.empty() ? move : track.points.back();
    const bool jumps = by_itself && move.seconds - before.seconds > stays;
    if (!last.empty() && (jumps || !is_between(*track.spec, track.points.back(), before, move))) keep(track, before);
    if (jumps) keep(track, {as_in_file(move.seconds - jump), change.before}); // no hand draws from there to here
    if (by_itself && move.seconds - track.points.back().seconds < line && !jumps)
        last_.emplace(&track, move);
    else
        keep(track, move);
}

void Recording::keep(config::AutomationTrack& track, const AutomationPoint& move)
{
    track.points.push_back(move);
    fresh_ += line_of(track.address, *track.spec, move);
    ++moves_;
}

void Recording::keep_all()
{
    for (const auto& [track, move] : std::exchange(last_, {})) keep(*track, move);
}

const Take& Recording::take()
{
    keep_all();
    return take_;
}

std::string Recording::fresh_lines()
{
    keep_all();
    return std::exchange(fresh_, {});
}

} // namespace fohd::control
