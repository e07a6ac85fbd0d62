#include "daemon/audio_link.h"

#include "daemon/audio_gate.h"
#include "daemon/realtime.h"

#include <spdlog/spdlog.h>

namespace fohd::daemon {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using State = AudioStatus::State;

constexpr std::chrono::milliseconds tick = 100ms, look_every = 250ms, close_deadline = 1s, answer_deadline = 2s,
                                    prepare_deadline = 10s;

// In ticks, not in time: a process that was stopped and goes on has not waited.
constexpr int ticks_until_quiet = 10;  ///< Without a callback: something is wrong.
constexpr int ticks_until_reopen = 50; ///< Held by others for so long: perhaps a new client is called.
constexpr int ticks_until_hopeless = 150;
constexpr int silent_ticks_of_link = 600; ///< The thread has not come back from the audio system.

/// The endpoints of a table that are no holes.
Endpoints in_use(const Endpoints& table)
{
    Endpoints all;
    for (const Endpoint& endpoint : table.inputs)
        if (!endpoint.port_name.empty()) all.inputs.push_back(endpoint);
    for (const Endpoint& endpoint : table.outputs)
        if (!endpoint.port_name.empty()) all.outputs.push_back(endpoint);
    return all;
}
} // namespace

std::string_view name_of(State state)
{
    constexpr std::string_view names[] = {"running", "lost", "held", "stalled"};
    return names[static_cast<std::size_t>(state)];
}

struct AudioLink::Inside {
    Inside(BackendKind kind_of_backend, BackendOptions wanted, const Endpoints& endpoints, Open opener)
        : open(std::move(opener)), kind(kind_of_backend), options(std::move(wanted)), table(endpoints),
          inputs(endpoints.inputs), outputs(endpoints.outputs)
    {
        backend = open(kind, options, table);
        settle_kind();
        publish();
    }

    // --- Any thread.

    /// Has the link's thread do it; what it throws is in the future. AudioError where the link has stopped.
    template <class Work> auto ask(Work work)
    {
        const auto task = std::make_shared<std::packaged_task<decltype(work())()>>(
            [this, work = std::move(work)]() mutable { return refuse_at_the_end(), work(); });
        auto future = task->get_future();
        post([task] { (*task)(); });
        return future;
    }

    /// A job that has an answer in any case: after the end, too.
    void post(std::function<void()> job)
    {
        {
            const std::lock_guard lock(mutex);
            if (!ended) {
                jobs.push_back(std::move(job));
                job = nullptr;
            }
        }
        if (job) return job();
        wake.notify_one();
    }

    void refuse_at_the_end() const
    {
        if (stopping) throw AudioError("fohd ends");
    }

    // --- The link's thread.

    void run()
    {
        name_thread("fohd-link");
        auto next = Clock::now();
        while (!stopping) {
            {
                std::unique_lock lock(mutex);
                wake.wait_until(lock, next, [this] { return stopping || !jobs.empty(); });
            }
            run_jobs();
            ++beat;
            if (const auto request = std::exchange(restart_request, nullptr)) (*request)();
            if (Clock::now() < next) continue;
            next = Clock::now() + tick;
            if (process) tend();
            ++looks;
            publish();
        }
        {
            const std::lock_guard lock(mutex);
            ended = true;
        }
        run_jobs(); // They are refused, and so is who asks from now on.
    }

    void run_jobs()
    {
        std::deque<std::function<void()>> now;
        {
            const std::lock_guard lock(mutex);
            now.swap(jobs);
        }
        for (const auto& job : now) job();
    }

    void tend()
    {
        if (!hopeless.empty()) return;
        if (!backend) {
            look_for_server();
            return;
        }
        const BackendEvents events = backend->tend();
        for (const auto& notice : events.notices)
            spdlog::log(notice.weight == BackendEvents::Weight::warning ? spdlog::level::warn : spdlog::level::info,
                        "{}", notice.text);
        if (events.block) {
            spdlog::info("the audio system's block is now {} frames", *events.block);
            event = "block_changed";
        }
        if (events.lost) {
            lose("server_lost");
        } else if (events.rate) {
            spdlog::warn("the audio system's rate is now {} Hz: its client is opened anew", *events.rate);
            lose("rate_changed");
            look_for_server();
        } else {
            watch_callbacks();
        }
    }

    void lose(const char* why)
    {
        event = why;
        state = State::lost;
        lost_at = Clock::now();
        next_look = {};
        said.clear();
        options.connections = backend->connections();
        close();
    }

    void close()
    {
        last = backend->status();
        last.running = false;
        last.xruns = xruns_before += last.xruns;
        if (!backend->stop(close_deadline)) spdlog::warn("the audio system hangs: its client was left to itself");
        backend.reset();
        if (gate.inside()) hopeless = "the audio callback does not come back";
    }

    void look_for_server()
    {
        if (Clock::now() < next_look || !hopeless.empty()) return;
        next_look = Clock::now() + look_every;
        try {
            bring_up();
        } catch (const std::runtime_error& refused) { // AudioError, SourceError
            backend.reset();
            if (std::exchange(said, refused.what()) != refused.what())
                spdlog::info("sound is interrupted, fohd goes on looking: {}", refused.what());
            return;
        }
        ++restarts;
        event = "restored";
        spdlog::info("sound runs again after {:.1f} s: {} at {} Hz in blocks of {}",
                     std::chrono::duration<double>(Clock::now() - lost_at).count(), backend->name(), backend->rate(),
                     backend->block());
    }

    void bring_up()
    {
        backend = open(kind, options, table);
        settle_kind();
        auto ready = prepare(backend->rate());
        for (const auto end = Clock::now() + prepare_deadline; ready.wait_for(5ms) != std::future_status::ready;) {
            run_jobs(); // Whoever prepares may need one first.
            refuse_at_the_end();
            if (Clock::now() < end) continue;
            hopeless = "the graph cannot be prepared for the new rate";
            throw AudioError(hopeless);
        }
        ready.get();
        refuse_at_the_end();
        backend->set_output_latency(latency);
        quiet_ticks = 0;
        backend->start(gate);
        state = State::running;
    }

    void settle_kind()
    {
        if (kind == BackendKind::automatic) kind = *backend_kind(backend->name());
    }

    void watch_callbacks()
    {
        const std::uint64_t cycles = gate.cycles();
        const std::uint32_t clock = backend->status().clock;
        const bool server_moves = std::exchange(seen_clock, clock) != clock;
        if (std::exchange(seen_cycles, cycles) != cycles) {
            if (std::exchange(state, State::running) != State::running) {
                event = "callbacks_back";
                spdlog::info("the audio system calls again");
            }
            quiet_ticks = 0;
            reopened = false;
            return;
        }
        ++quiet_ticks;
        if (quiet_ticks < ticks_until_quiet) return;
        if (gate.inside()) {
            if (quiet_ticks >= ticks_until_reopen) hopeless = "the audio callback does not come back";
            return;
        }
        const State now = server_moves ? State::held : State::stalled;
        if (std::exchange(state, now) != now) {
            event = now == State::held ? "held_by_another_client" : "server_stalled";
            if (now == State::held)
                spdlog::warn("the JACK server runs without calling fohd: another client that fohd hears hangs");
            else
                spdlog::warn("the JACK server stands still: its device or one of its clients hangs");
        }
        if (now == State::stalled) return; // A new client would stand still too.
        if (quiet_ticks >= ticks_until_hopeless && reopened)
            hopeless = "the JACK server runs and does not call fohd, nor a new client of it";
        else if (quiet_ticks >= ticks_until_reopen && !std::exchange(reopened, true)) {
            lose("reopened");
            look_for_server();
        }
    }

    void publish()
    {
        if (!hopeless.empty() && process) event = "hopeless";
        BackendStatus now = backend ? backend->status() : last;
        if (backend) now.xruns += xruns_before;
        const std::lock_guard lock(mutex);
        if (backend) status.backend = backend->name();
        status.backend_status = now;
        status.state = state;
        status.restarts = restarts;
        status.looks = looks;
        status.event = event;
        status.hopeless = hopeless;
    }

    SlotMap take_slots(const Endpoints& endpoints)
    {
        const SlotMap slots{inputs.add(endpoints.inputs), outputs.add(endpoints.outputs)};
        table.inputs.resize(inputs.size());
        table.outputs.resize(outputs.size());
        for (std::size_t n = 0; n < slots.inputs.size(); ++n)
            table.inputs[static_cast<std::size_t>(slots.inputs[n])] = endpoints.inputs[n];
        for (std::size_t n = 0; n < slots.outputs.size(); ++n)
            table.outputs[static_cast<std::size_t>(slots.outputs[n])] = endpoints.outputs[n];
        return slots;
    }

    SlotMap add(const Endpoints& endpoints)
    {
        if (backend) backend->add(endpoints); // Gives the same slots: it was opened with this table.
        return take_slots(endpoints);
    }

    void retain(const Endpoints& endpoints)
    {
        if (backend) backend->retain(endpoints);
        for (const std::size_t slot : inputs.retain(endpoints.inputs)) table.inputs[slot] = {};
        for (const std::size_t slot : outputs.retain(endpoints.outputs)) table.outputs[slot] = {};
    }

    SlotMap restart(BackendKind new_kind, BackendOptions new_options, const Endpoints& endpoints)
    {
        refuse_at_the_end();
        const Endpoints table_before = in_use(table);
        const SlotMap slots = take_slots(endpoints);
        if (backend) lose("restarting");
        if (!hopeless.empty()) throw AudioError(hopeless);
        new_options.connections = options.connections;
        const auto old_kind = std::exchange(kind, new_kind);
        auto old_options = std::exchange(options, std::move(new_options));
        try {
            bring_up();
        } catch (...) {
            backend.reset();
            kind = old_kind;
            options = std::move(old_options);
            retain(table_before);
            next_look = {};
            throw;
        }
        ++restarts;
        event = "restarted";
        publish();
        return slots;
    }

    std::mutex mutex; ///< Of the five below.
    std::condition_variable wake;
    std::deque<std::function<void()>> jobs;
    bool ended = false; ///< Nobody does jobs any more.
    AudioStatus status;

    std::atomic<bool> stopping = false;
    std::atomic<std::uint64_t> beat = 0; ///< Moves while the link's thread is not lost in the audio system.
    AudioGate gate;

    const Open open;

    // The link's thread's.
    BackendKind kind;
    BackendOptions options;
    Endpoints table; ///< By slot.
    SlotNames inputs, outputs;
    std::unique_ptr<Backend> backend; ///< None while the server is lost.
    Process* process = nullptr;
    Prepare prepare;
    std::vector<int> latency;
    std::shared_ptr<std::function<void()>> restart_request;
    State state = State::running;
    std::string event, hopeless, said;
    int restarts = 0, quiet_ticks = 0;
    bool reopened = false; ///< And still not called.
    Clock::time_point lost_at, next_look;
    std::uint64_t seen_cycles = 0, xruns_before = 0, looks = 0;
    std::uint32_t seen_clock = 0;
    BackendStatus last;

    // Of who feeds the watchdog.
    std::uint64_t told_cycles = 0, told_beat = 0;
    int silent_ticks = 0;
    std::thread thread;
};

namespace {

template <class T> T answer(std::future<T> future)
{
    if (future.wait_for(answer_deadline) != std::future_status::ready)
        throw AudioError("the audio system does not answer now: try again later");
    return future.get();
}
} // namespace

AudioLink::AudioLink(BackendKind kind, BackendOptions options, const Endpoints& endpoints, Open open)
    : inside_(std::make_shared<Inside>(kind, std::move(options), endpoints, std::move(open)))
{
    inside_->thread = std::thread([inside = inside_] { inside->run(); });
}

AudioLink::~AudioLink() { stop(close_deadline); }

void AudioLink::start(Process& process, Prepare prepare)
{
    inside_
        ->ask([inside = inside_.get(), &process, prepare = std::move(prepare)] {
            inside->gate.open(process);
            inside->prepare = prepare;
            inside->backend->set_output_latency(inside->latency);
            inside->backend->start(inside->gate);
            inside->process = &process;
            inside->publish();
        })
        .get();
}

SlotMap AudioLink::add(const Endpoints& endpoints)
{
    return answer(inside_->ask([inside = inside_.get(), endpoints] { return inside->add(endpoints); }));
}

void AudioLink::retain(const Endpoints& endpoints)
{
    inside_->ask([inside = inside_.get(), endpoints] { inside->retain(endpoints); });
}

std::future<SlotMap> AudioLink::restart(BackendKind kind, BackendOptions options, Endpoints endpoints)
{
    // Not among the other jobs: those are done while this one waits for Prepare.
    auto task = std::make_shared<std::packaged_task<SlotMap()>>(
        [inside = inside_.get(), kind, options = std::move(options), endpoints = std::move(endpoints)] {
            return inside->restart(kind, options, endpoints);
        });
    inside_->post([inside = inside_.get(), task] {
        if (inside->stopping) return (*task)(); // Which throws.
        inside->restart_request = std::make_shared<std::function<void()>>([task] { (*task)(); });
    });
    return task->get_future();
}

void AudioLink::set_output_latency(std::vector<int> frames)
{
    inside_->ask([inside = inside_.get(), frames = std::move(frames)] {
        inside->latency = frames;
        if (inside->backend) inside->backend->set_output_latency(frames);
    });
}

AudioStatus AudioLink::status() const
{
    const std::lock_guard lock(inside_->mutex);
    return inside_->status;
}

bool AudioLink::progresses()
{
    Inside& inside = *inside_;
    const std::uint64_t cycles = inside.gate.cycles(), beat = inside.beat;
    inside.silent_ticks = std::exchange(inside.told_beat, beat) == beat ? inside.silent_ticks + 1 : 0;
    if (inside.silent_ticks == silent_ticks_of_link) {
        const std::lock_guard lock(inside.mutex);
        inside.status.hopeless = "the audio system has not answered for a minute";
    }
    if (std::exchange(inside.told_cycles, cycles) != cycles) return true;
    const AudioStatus now = status();
    return now.hopeless.empty() && now.state != State::running;
}

bool AudioLink::stop(std::chrono::milliseconds deadline)
{
    Inside& inside = *inside_;
    if (!inside.thread.joinable()) return true;
    const auto end = Clock::now() + deadline;
    const auto left = [&] { return std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()); };
    auto closed = inside.ask([self = &inside, left] {
        const bool gone = !self->backend || self->backend->stop(left());
        self->backend.reset();
        self->process = nullptr;
        self->stopping = true;
        return gone;
    });
    const bool silent = inside.gate.shut(deadline);
    const bool answered = closed.wait_until(end + 100ms) == std::future_status::ready;
    inside.stopping = true;
    if (!answered) {
        inside.thread.detach(); // It owns what it uses.
        return false;
    }
    inside.thread.join();
    return closed.get() && silent;
}

} // namespace fohd::daemon
