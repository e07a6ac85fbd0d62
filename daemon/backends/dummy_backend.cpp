#include "daemon/backends/dummy_backend.h"

#include <time.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <thread>
#include <utility>

#include "daemon/backends/pacer.h"
#include "daemon/backends/slots.h"
#include "daemon/finish_within.h"
#include "daemon/realtime.h"
#include "daemon/sources/source.h"

namespace fohd::daemon {

namespace {

constexpr int realtime_priority = 70; // Below what JACK servers and their sound cards' interrupts commonly have.

std::uint64_t now()
{
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(time.tv_nsec);
}

void wait_until(std::uint64_t nanoseconds)
{
    timespec time{};
    time.tv_sec = static_cast<time_t>(nanoseconds / 1'000'000'000u);
    time.tv_nsec = static_cast<long>(nanoseconds % 1'000'000'000u);
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nullptr) == EINTR) {
    }
}

/// One planar buffer, and a pointer to each of its channels.
struct Channels {
    Channels(std::size_t count, int frames) : samples(count * static_cast<std::size_t>(frames)), pointers(count)
    {
        for (std::size_t n = 0; n < count; ++n) pointers[n] = samples.data() + n * static_cast<std::size_t>(frames);
    }
    std::vector<float> samples;
    std::vector<float*> pointers;
};

/// A buffer for each slot.
struct DummyTable {
    /// `returns`: slots that nothing comes from.
    DummyTable(std::size_t input_slots, std::size_t output_slots, const std::vector<std::size_t>& returns, int block)
        : inputs(input_slots, block), outputs(output_slots, block),
          heard(inputs.pointers.begin(), inputs.pointers.end())
    {
        for (const std::size_t slot : returns) heard[slot] = nullptr;
    }
    Channels inputs, outputs;
    std::vector<const float*> heard;
};

/// The slots of processors' returns: without JACK nothing comes back.
std::vector<std::size_t> returns_of(const SlotNames& slots, const Endpoints& endpoints)
{
    std::vector<std::size_t> returns;
    for (const Endpoint& endpoint : endpoints.inputs)
        for (std::size_t slot = 0; endpoint.aside && slot < slots.size(); ++slot)
            if (slots.name(slot) == endpoint.port_name) returns.push_back(slot);
    return returns;
}

constexpr int source_channels = 64; // More are heard twice.

/// All that the audio thread touches.
struct Callback {
    Callback(const BackendOptions& options, const Endpoints& endpoints)
        : rate(options.rate), block(options.block), source(make_source(options.source, options.rate, source_channels)),
          table(std::make_unique<DummyTable>(endpoints.inputs.size(), endpoints.outputs.size(),
                                             returns_of(SlotNames(endpoints.inputs), endpoints), options.block))
    {}

    void run()
    {
        name_thread("fohd audio");
        make_realtime(realtime_priority);
        flush_denormals();
        prefault_stack();
        Pacer pacer(rate, block);
        const std::uint64_t start = now();
        for (;;) {
            wait_until(start + pacer.due());
            if (stopping.load(std::memory_order_acquire)) return;
            const std::uint64_t begin = now();
            if (pacer.take(begin - start) != 0) xruns.fetch_add(1, std::memory_order_relaxed);
            DummyTable& slots = table.take();
            source->read(slots.inputs.pointers.data(), static_cast<int>(slots.inputs.pointers.size()), block);
            process->process(slots.heard, slots.outputs.pointers, block);
            measure(now() - begin);
        }
    }

    /// A mean over the last hundred blocks or so.
    void measure(std::uint64_t nanoseconds)
    {
        const float percent =
            static_cast<float>(nanoseconds) * static_cast<float>(rate) / static_cast<float>(block) * 1e-7f;
        const float mean = load_percent.load(std::memory_order_relaxed);
        load_percent.store(mean + 0.01f * (percent - mean), std::memory_order_relaxed);
        cycles.fetch_add(1, std::memory_order_relaxed);
    }

    const int rate, block;
    std::unique_ptr<Source> source;
    CallbackTable<DummyTable> table;
    Process* process = nullptr;
    std::atomic<bool> stopping = false;
    std::atomic<std::uint64_t> cycles = 0, xruns = 0;
    std::atomic<float> load_percent = 0;
};

class DummyBackend final : public Backend {
public:
    DummyBackend(const BackendOptions& options, const Endpoints& endpoints, const std::string& why)
        : inputs_(endpoints.inputs), outputs_(endpoints.outputs),
          callback_(std::make_shared<Callback>(options, endpoints))
    {
        returns_ = returns_of(inputs_, endpoints);
        if (!why.empty()) events_.notices.push_back({BackendEvents::Weight::info, why});
    }
    ~DummyBackend() override { stop(std::chrono::seconds(1)); }

    std::string_view name() const override { return "dummy"; }
    int rate() const override { return callback_->rate; }
    int block() const override { return callback_->block; }

    BackendStatus status() const override
    {
        return {.rate = rate(),
                .block = block(),
                .cycles = callback_->cycles,
                .xruns = callback_->xruns,
                .load_percent = callback_->load_percent,
                .clock = static_cast<std::uint32_t>(callback_->cycles),
                .running = thread_.joinable()};
    }

    void start(Process& process) override
    {
        callback_->process = &process;
        thread_ = std::thread([callback = callback_] { callback->run(); });
    }

    bool stop(std::chrono::milliseconds deadline) override
    {
        if (!thread_.joinable()) return true;
        callback_->stopping.store(true, std::memory_order_release);
        const auto thread = std::make_shared<std::thread>(std::move(thread_));
        return finish_within(deadline, [thread] { thread->join(); });
    }

    SlotMap add(const Endpoints& endpoints) override
    {
        SlotMap slots{inputs_.add(endpoints.inputs), outputs_.add(endpoints.outputs)};
        auto returns = returns_of(inputs_, endpoints);
        for (const std::size_t before : returns_) // One that leaves is still read.
            if (std::ranges::find(slots.inputs, static_cast<int>(before)) == slots.inputs.end())
                returns.push_back(before);
        if (inputs_.size() + outputs_.size() != slots_ || returns != returns_) {
            slots_ = inputs_.size() + outputs_.size();
            returns_ = std::move(returns);
            callback_->table.replace(std::make_unique<DummyTable>(inputs_.size(), outputs_.size(), returns_, block()),
                                     std::chrono::milliseconds(thread_.joinable() ? 500 : 0));
        }
        return slots;
    }

    void retain(const Endpoints& endpoints) override
    {
        inputs_.retain(endpoints.inputs);
        outputs_.retain(endpoints.outputs);
    }

    BackendEvents tend() override { return std::exchange(events_, {}); }
    std::vector<Connection> connections() const override { return {}; }
    void set_latency(const Latency&) override {} // Nobody listens.

private:
    SlotNames inputs_, outputs_;
    std::size_t slots_ = inputs_.size() + outputs_.size();
    std::vector<std::size_t> returns_;   ///< Slots.
    std::shared_ptr<Callback> callback_; // The thread owns it too: a hung one must not find it gone.
    std::thread thread_;
    BackendEvents events_;
};

} // namespace

std::unique_ptr<Backend> open_dummy(const BackendOptions& options, const Endpoints& endpoints, const std::string& why)
{
    if (options.rate < 8000 || options.rate > 384000)
        throw AudioError("the dummy backend cannot run at " + std::to_string(options.rate) +
                         " Hz: 8000 to 384000 are possible");
    if (options.block < 1 || options.block > 8192)
        throw AudioError("the dummy backend cannot run blocks of " + std::to_string(options.block) +
                         " frames: 1 to 8192 are possible");
    return std::make_unique<DummyBackend>(options, endpoints, why);
}

} // namespace fohd::daemon
