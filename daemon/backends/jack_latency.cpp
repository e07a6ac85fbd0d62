#include "daemon/backends/jack_latency.h"

#include <algorithm>

namespace fohd::daemon {

namespace {

/// The widest range of the connected ports, each with frames of its own on top; 0 where none is connected.
template <class Extra>
jack_latency_range_t widest(std::span<jack_port_t* const> ports, jack_latency_callback_mode_t mode, Extra extra)
{
    jack_latency_range_t all{};
    bool first = true;
    for (std::size_t n = 0; n < ports.size(); ++n) {
        if (!ports[n] || jack_port_connected(ports[n]) == 0) continue; // Its 0 would say nothing.
        jack_latency_range_t one{};
        jack_port_get_latency_range(ports[n], mode, &one);
        const jack_nframes_t more = extra(n);
        all.min = first ? one.min + more : std::min(all.min, one.min + more);
        all.max = first ? one.max + more : std::max(all.max, one.max + more);
        first = false;
    }
    return all;
}

} // namespace

void JackLatency::set_ports(std::vector<jack_port_t*> inputs, std::vector<jack_port_t*> outputs)
{
    const std::lock_guard lock(mutex_);
    inputs_ = std::move(inputs);
    outputs_ = std::move(outputs);
    frames_.resize(outputs_.size());
}

void JackLatency::set(std::span<const int> frames)
{
    const std::lock_guard lock(mutex_);
    for (std::size_t n = 0; n < std::min(frames.size(), frames_.size()); ++n) frames_[n] = std::max(frames[n], 0);
}

void JackLatency::recompute(jack_latency_callback_mode_t mode, void* self)
{
    auto& latency = *static_cast<JackLatency*>(self);
    const std::lock_guard lock(latency.mutex_);
    const auto graph = [&](std::size_t output) { return static_cast<jack_nframes_t>(latency.frames_[output]); };
    if (mode == JackCaptureLatency) {
        const auto arrived = widest(latency.inputs_, mode, [](std::size_t) { return 0u; });
        for (std::size_t n = 0; n < latency.outputs_.size(); ++n) {
            if (!latency.outputs_[n]) continue;
            jack_latency_range_t range{arrived.min + graph(n), arrived.max + graph(n)};
            jack_port_set_latency_range(latency.outputs_[n], mode, &range);
        }
    } else {
        auto range = widest(latency.outputs_, mode, graph);
        for (jack_port_t* input : latency.inputs_)
            if (input) jack_port_set_latency_range(input, mode, &range);
    }
}

} // namespace fohd::daemon
