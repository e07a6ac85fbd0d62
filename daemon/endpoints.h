#pragma once
#include "config/config.h"
#include "daemon/backends/backend.h"
#include "dsp/graph/performer.h"
#include "dsp/graph/transition.h"

namespace fohd::daemon {

/// The ports of a config's inputs and outputs, in the order of the graph's endpoints.
Endpoints endpoints_of(const config::Config& config);

/// A graph's description and where its endpoints lie.
struct Wired {
    const dsp::Description& description;
    const dsp::Wiring& wiring;
};

/// Where the endpoints of a transition lie: those of what is `next` as there, and those of what leaves where they lay `before`.
dsp::Wiring wiring_of(const dsp::Transition& transition, const Wired& next, const Wired& before);

} // namespace fohd::daemon
