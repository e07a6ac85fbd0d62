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

/// Of a slot.
jack_nframes_t at(const std::vector<int>& frames, std::size_t slot)
{
    return slot < frames.size() ? static_cast<jack_nframes_t>(std::max(frames[slot], 0)) : 0;
}

} // namespace

void JackLatency::set_ports(Ports inputs, Ports outputs)
{
    const std::lock_guard lock(mutex_);
    inputs_ = std::move(inputs);
    outputs_ = std::move(outputs);
}

void JackLatency::set(const Latency& latency)
{
    const std::lock_guard lock(mutex_);
    latency_ = latency;
}

void JackLatency::recompute(jack_latency_callback_mode_t mode, void* self)
{
    auto& own = *static_cast<JackLatency*>(self);
    const std::lock_guard lock(own.mutex_);
    const auto graph = [&](std::size_t output) { return at(own.latency_.outputs, output); };
    if (mode == JackCaptureLatency) {
        const auto arrived = widest(own.inputs_.on_the_way, mode, [](std::size_t) { return 0u; });
        for (std::size_t n = 0; n < own.outputs_.all.size(); ++n) {
            if (!own.outputs_.all[n]) continue;
            jack_latency_range_t range{arrived.min + graph(n), arrived.max + graph(n)};
            jack_port_set_latency_range(own.outputs_.all[n], mode, &range);
        }
    } else {
        const auto whole = widest(own.outputs_.on_the_way, mode, graph);
        for (std::size_t n = 0; n < own.inputs_.all.size(); ++n) {
            if (!own.inputs_.all[n]) continue;
            const jack_nframes_t gone = at(own.latency_.inputs, n);
            jack_latency_range_t range{whole.min - std::min(gone, jack_nframes_t(whole.min)),
                                       whole.max - std::min(gone, jack_nframes_t(whole.max))};
            jack_port_set_latency_range(own.inputs_.all[n], mode, &range);
        }
    }
}

} // namespace fohd::daemon
