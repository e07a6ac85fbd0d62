#pragma once

#include <jack/jack.h>

#include <atomic>
#include <cstdint>
#include <vector>

#include "daemon/backends/backend.h"

namespace fohd::daemon {

/// All that JACK's process callback may touch. Filled before activation; later only `process` changes.
struct JackCallback {
    std::atomic<Process*> process = nullptr; ///< Null: silence.
    std::atomic<bool> inside = false;        ///< The process of that pointer is being called.
    std::vector<jack_port_t*> input_ports, output_ports;
    std::vector<const float*> inputs; ///< Room for the pointers of a cycle.
    std::vector<float*> outputs;
    std::atomic<std::uint64_t> cycles = 0;

    /// JackProcessCallback; `self` is a JackCallback. No system call, no lock, no allocation.
    static int run(jack_nframes_t frames, void* self) noexcept;

    /// JackThreadInitCallback: once, on the thread that will run.
    static void prepare_thread(void* self) noexcept;

    /// No more calls of the process once this is true; false when the process has not come back within `deadline`. Main
    /// thread.
    bool silence(std::chrono::milliseconds deadline);
};

} // namespace fohd::daemon
