#include "daemon/backends/jack_callback.h"

#include <algorithm>
#include <thread>

#include "daemon/realtime.h"

namespace fohd::daemon {

int JackCallback::run(jack_nframes_t frames, void* self) noexcept
{
    auto& callback = *static_cast<JackCallback*>(self);
    for (std::size_t n = 0; n < callback.inputs.size(); ++n)
        callback.inputs[n] = static_cast<const float*>(jack_port_get_buffer(callback.input_ports[n], frames));
    for (std::size_t n = 0; n < callback.outputs.size(); ++n)
        callback.outputs[n] = static_cast<float*>(jack_port_get_buffer(callback.output_ports[n], frames));

    // Sequentially consistent, as in silence(): either this sees the null or that sees the flag.
    callback.inside.store(true);
    if (Process* process = callback.process.load()) {
        process->process(callback.inputs.data(), callback.outputs.data(), static_cast<int>(frames));
    } else {
        for (float* output : callback.outputs) std::fill_n(output, frames, 0.0f);
    }
    callback.inside.store(false);
    callback.cycles.fetch_add(1, std::memory_order_relaxed);
    return 0;
}

void JackCallback::prepare_thread(void*) noexcept
{
    flush_denormals();
    prefault_stack();
}

bool JackCallback::silence(std::chrono::milliseconds deadline)
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
