#pragma once

#include <jack/jack.h>

#include <mutex>
#include <vector>

#include "daemon/backends/backend.h"

namespace fohd::daemon {

/// Tells JACK how late sound is beyond this client: what arrives late leaves later by the graph's latency, and what plays late was taken in
/// earlier by it. Sends and returns of processors are told so too, and tell nothing: what is behind them comes back.
class JackLatency {
public:
    /// The ports of one side by slot, null where a slot has none.
    struct Ports {
        std::vector<jack_port_t*> all, on_the_way; ///< on_the_way: null too where it is a processor's.
    };
    /// Main thread.
    void set_ports(Ports inputs, Ports outputs);
    /// Main thread.
    void set(const Latency& latency);

    /// JackLatencyCallback; `self` is a JackLatency. JACK's notification thread.
    static void recompute(jack_latency_callback_mode_t mode, void* self);

private:
    std::mutex mutex_; ///< JACK's notification thread and main; never held while the server is asked something.
    Ports inputs_, outputs_;
    Latency latency_;
};

} // namespace fohd::daemon
