#pragma once
#include "daemon/backends/backend.h"
#include "dsp/graph/graph.h"
#include "dsp/graph/performer.h"

namespace fohd::daemon {

/// How late a graph is at the channels where its endpoints lie. What a processor sends is as late as its sound is there, and its return
/// as what it sent is behind its own latency: so a client at either sees the rest of the way, whatever its gear takes. Control thread.
Latency latency_of(const dsp::Graph& graph, const dsp::Wiring& wiring);

} // namespace fohd::daemon
