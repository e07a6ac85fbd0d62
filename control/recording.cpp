#include "control/recording.h"

#include <cmath>
#include <utility>

namespace fohd::control {

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
    auto& track = take_.try_emplace(parameter.address, config::AutomationTrack{parameter.address, parameter.spec, {}})
                      .first->second;
    track.points.push_back({std::round(*seconds * 1e6) / 1e6, change.after}); // as its file says
    fresh_ += line_of(parameter.address, *parameter.spec, track.points.back());
    ++moves_;
}

std::string Recording::fresh_lines() { return std::exchange(fresh_, {}); }

} // namespace fohd::control
