#include "daemon/backends/jack_callback.h"

#include <jack/midiport.h>

#include <algorithm>
#include <cmath>
#include <thread>

#include "daemon/realtime.h"

namespace fohd::daemon {

int JackCallback::run(jack_nframes_t frames, void* self) noexcept
{
    auto& callback = *static_cast<JackCallback*>(self);
    JackTable& slots = callback.table.take();
    for (std::size_t n = 0; n < slots.inputs.size(); ++n)
        slots.inputs[n] = !slots.input_ports[n] ? callback.silence.data()
                          : slots.connected[n] && !*slots.connected[n]
                              ? nullptr
                              : static_cast<const float*>(jack_port_get_buffer(slots.input_ports[n], frames));
    for (std::size_t n = 0; n < slots.inputs.size(); ++n)
        if (slots.input_fades[n])
            slots.inputs[n] = slots.input_fades[n]->hear(slots.inputs[n], static_cast<int>(frames));
    for (std::size_t n = 0; n < slots.outputs.size(); ++n)
        slots.outputs[n] = slots.output_ports[n]
                               ? static_cast<float*>(jack_port_get_buffer(slots.output_ports[n], frames))
                               : callback.scratch.data();

    if (callback.midi_port) callback.take_programs(frames);

    // Sequentially consistent, as in stop(): either this sees the null or that sees the flag.
    callback.inside.store(true);
    if (Process* process = callback.process.load()) {
        process->follow(callback.transport());
        process->process(slots.inputs, slots.outputs, static_cast<int>(frames));
    } else {
        for (float* output : slots.outputs) std::fill_n(output, frames, 0.0f);
    }
    callback.inside.store(false);
    for (std::size_t n = 0; n < slots.outputs.size(); ++n)
        if (slots.output_fades[n]) slots.output_fades[n]->send(slots.outputs[n], static_cast<int>(frames));
    callback.cycles.fetch_add(1, std::memory_order_relaxed);
    return 0;
}

void JackCallback::take_programs(jack_nframes_t frames) noexcept
{
    void* buffer = jack_port_get_buffer(midi_port, frames);
    const auto count = jack_midi_get_event_count(buffer);
    for (std::uint32_t n = 0; n < count; ++n) {
        jack_midi_event_t event;
        if (jack_midi_event_get(&event, buffer, n) != 0 || event.size != 2) continue;
        if ((event.buffer[0] & 0xf0) != 0xc0) continue; // A program change, and its channel in the other half.
        const ProgramChange change{static_cast<std::uint8_t>((event.buffer[0] & 0x0f) + 1),
                                   static_cast<std::uint8_t>(event.buffer[1] & 0x7f)};
        programs->write({&change, 1});
    }
}

Transport JackCallback::transport() const noexcept
{
    jack_position_t position;
    const jack_transport_state_t state = jack_transport_query(client, &position); // reads shared memory, never waits
    const bool tempo = (position.valid & JackPositionBBT) != 0 && std::isfinite(position.beats_per_minute) &&
                       position.beats_per_minute > 0;
    return {state == JackTransportRolling || state == JackTransportLooping, position.frame,
            tempo ? static_cast<float>(position.beats_per_minute) : 0};
}

void JackCallback::prepare_thread(void*) noexcept
{
    flush_denormals();
    prefault_stack();
}

bool JackCallback::stop(std::chrono::milliseconds deadline)
{
    process.store(nullptr);
    const auto end = std::chrono::steady_clock::now() + deadline;
    while (inside.load()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::microseconds(100)); // The audio thread may not wake anybody.
    }
    return true;
}

} // namespace fohd::daemon
