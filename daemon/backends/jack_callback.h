#pragma once

#include <jack/jack.h>

#include <atomic>
#include <cstdint>
#include <vector>

#include "daemon/backends/backend.h"
#include "daemon/backends/jack_fade.h"
#include "daemon/backends/slots.h"

namespace fohd::daemon {

/// Whether each of some ports is connected, by slot; null for a port of which that does not matter.
using JackConnected = std::vector<std::shared_ptr<std::atomic<bool>>>;

/// The ports by slot, null where a slot has none, and room for the pointers of a cycle.
struct JackTable {
    JackTable(std::vector<jack_port_t*> in, std::vector<jack_port_t*> out, JackConnected connections)
        : input_ports(std::move(in)), output_ports(std::move(out)), connected(std::move(connections)),
          input_fades(input_ports.size()), output_fades(output_ports.size()), inputs(input_ports.size()),
          outputs(output_ports.size())
    {
        connected.resize(input_ports.size());
    }
    std::vector<jack_port_t*> input_ports, output_ports;
    JackConnected connected; ///< Of the inputs.
    std::vector<std::shared_ptr<JackFade>> input_fades,
        output_fades; ///< Null for a port whose connections never changed.
    std::vector<const float*> inputs;
    std::vector<float*> outputs;
};

/// All that JACK's process callback may touch. Filled before activation; later only `process` and the table change.
struct JackCallback {
    /// `changes` are filled from `midi`; both may be null.
    JackCallback(jack_client_t* own_client, std::vector<jack_port_t*> inputs, std::vector<jack_port_t*> outputs,
                 JackConnected connected, jack_port_t* midi, std::shared_ptr<ProgramChanges> changes)
        : client(own_client), midi_port(midi), programs(std::move(changes)),
          table(std::make_unique<JackTable>(std::move(inputs), std::move(outputs), std::move(connected)))
    {}

    static constexpr std::size_t largest_block = 8192; ///< Frames: no JACK server takes more.

    jack_client_t* const client;
    jack_port_t* const midi_port;
    const std::shared_ptr<ProgramChanges> programs;
    std::atomic<Process*> process = nullptr; ///< Null: silence.
    std::atomic<bool> inside = false;        ///< The process of that pointer is being called.
    CallbackTable<JackTable> table;
    std::vector<float> silence = std::vector<float>(largest_block), scratch = silence; ///< Of slots without a port.
    std::atomic<std::uint64_t> cycles = 0;

    /// JackProcessCallback; `self` is a JackCallback. No system call, no lock, no allocation.
    static int run(jack_nframes_t frames, void* self) noexcept;

    /// JackThreadInitCallback: once, on the thread that will run.
    static void prepare_thread(void* self) noexcept;

    /// No more calls of the process once this is true; false when the process has not come back within `deadline`. Main
    /// thread.
    bool stop(std::chrono::milliseconds deadline);

private:
    void take_programs(jack_nframes_t frames) noexcept;
    Transport transport() const noexcept; ///< Of this cycle.
};

} // namespace fohd::daemon
