#pragma once

#include <jack/jack.h>

#include <atomic>
#include <memory>
#include <span>

#include "daemon/backends/jack_callback.h"

namespace fohd::daemon {

/// Tells JACK how late sound is beyond this client: what arrives late leaves later by the graph's latency, and what
/// plays late was taken in earlier by it.
class JackLatency {
public:
    explicit JackLatency(const JackCallback& callback); ///< The ports must all be there.

    void set(std::span<const int> frames); ///< One value an output. Any thread.

    /// JackLatencyCallback; `self` is a JackLatency. JACK's notification thread.
    static void recompute(jack_latency_callback_mode_t mode, void* self);

private:
    std::span<jack_port_t*const> inputs_, outputs_;
    std::unique_ptr<std::atomic<int>[]> frames_; ///< One an output.
};

} // namespace fohd::daemon
