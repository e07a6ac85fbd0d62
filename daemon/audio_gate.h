#pragma once
#include "daemon/backends/backend.h"

#include <atomic>
#include <thread>

namespace fohd::daemon {

/// What stands between a backend and the process: it can be shut, and one sees whether callbacks come and go.
class AudioGate final : public Process {
public:
    /// From its next call on the process is called; until then there is silence.
    void open(Process& process) { process_ = &process; }
    /// Before callbacks begin: silence, until it is opened.
    void hold() { process_ = nullptr; }

    /// No more calls of the process once this is true; false: it has not come back within `deadline`.
    bool shut(std::chrono::milliseconds deadline)
    {
        process_ = nullptr;
        const auto end = std::chrono::steady_clock::now() + deadline;
        while (inside_) {
            if (std::chrono::steady_clock::now() > end) return false;
            std::this_thread::sleep_for(std::chrono::microseconds(100)); // The audio thread may not wake anybody.
        }
        return true;
    }

    void follow(const Transport& transport) noexcept override
    {
        inside_ = true;
        if (Process* process = process_) process->follow(transport);
        inside_ = false;
    }

    bool inside() const { return inside_; }          ///< A callback is under way. Any thread.
    std::uint64_t cycles() const { return cycles_; } ///< Callbacks that came back. Any thread.

    void process(std::span<const float* const> inputs, std::span<float* const> outputs, int frames) noexcept override
    {
        inside_ = true; // Sequentially consistent, as in shut(): either this sees the null or that sees the flag.
        if (Process* process = process_)
            process->process(inputs, outputs, frames);
        else
            for (float* output : outputs) std::fill_n(output, frames, 0.0f);
        inside_ = false;
        cycles_.fetch_add(1, std::memory_order_relaxed);
    }

private:
    std::atomic<Process*> process_ = nullptr;
    std::atomic<bool> inside_ = false;
    std::atomic<std::uint64_t> cycles_ = 0;
};

} // namespace fohd::daemon
