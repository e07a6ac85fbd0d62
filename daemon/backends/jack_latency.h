#pragma once

#include <jack/jack.h>

#include <mutex>
#include <span>
#include <vector>

namespace fohd::daemon {

/// Tells JACK how late sound is beyond this client: what arrives late leaves later by the graph's latency, and what
/// plays late was taken in earlier by it.
class JackLatency {
public:
    /// The ports by slot, null where a slot has none. Main thread.
    void set_ports(std::vector<jack_port_t*> inputs, std::vector<jack_port_t*> outputs);
    /// One value an output slot. Main thread.
    void set(std::span<const int> frames);

    /// JackLatencyCallback; `self` is a JackLatency. JACK's notification thread.
    static void recompute(jack_latency_callback_mode_t mode, void* self);

private:
    std::mutex mutex_; ///< JACK's notification thread and main; never held while the server is asked something.
    std::vector<jack_port_t*> inputs_, outputs_;
    std::vector<int> frames_; ///< One an output slot.
};

} // namespace fohd::daemon
