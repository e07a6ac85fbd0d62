#include "daemon/audio_link.h"

#include "daemon/kept_backend.h"
#include "daemon/realtime.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace fohd::daemon {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds tick = 100ms, close_deadline = 1s, answer_deadline = 2s;
constexpr int silent_ticks_of_link = 600; ///< The thread has not come back from the audio system.
} // namespace

struct AudioLink::Inside {
    Inside(BackendKind kind, BackendOptions options, const Endpoints& endpoints, Open open)
        : kept(kind, std::move(options), endpoints, std::move(open), [this] {
              run_jobs();
              refuse_at_the_end();
          })
    {
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
            kept.tend();
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

    void publish()
    {
        AudioStatus now = kept.status();
        const std::lock_guard lock(mutex);
        status = std::move(now);
    }

    std::mutex mutex; ///< Of the five below.
    std::condition_variable wake;
    std::deque<std::function<void()>> jobs;
    bool ended = false; ///< Nobody does jobs any more.
    AudioStatus status;

    std::atomic<bool> stopping = false;
    std::atomic<std::uint64_t> beat = 0; ///< Moves while the link's thread is not lost in the audio system.

    // The link's thread's.
    KeptBackend kept;
    std::shared_ptr<std::function<void()>> restart_request;

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
            inside->kept.start(process, prepare);
            inside->publish();
        })
        .get();
}

SlotMap AudioLink::add(const Endpoints& endpoints)
{
    return answer(inside_->ask([inside = inside_.get(), endpoints] { return inside->kept.add(endpoints); }));
}

void AudioLink::retain(const Endpoints& endpoints)
{
    inside_->ask([inside = inside_.get(), endpoints] { inside->kept.retain(endpoints); });
}

std::future<SlotMap> AudioLink::restart(BackendKind kind, BackendOptions options, Endpoints endpoints)
{
    // Not among the other jobs: those are done while this one waits for Prepare.
    auto task = std::make_shared<std::packaged_task<SlotMap()>>(
        [inside = inside_.get(), kind, options = std::move(options), endpoints = std::move(endpoints)] {
            inside->refuse_at_the_end();
            const SlotMap slots = inside->kept.restart(kind, options, endpoints);
            inside->publish();
            return slots;
        });
    inside_->post([inside = inside_.get(), task] {
        if (inside->stopping) return (*task)(); // Which throws.
        inside->restart_request = std::make_shared<std::function<void()>>([task] { (*task)(); });
    });
    return task->get_future();
}

void AudioLink::set_latency(Latency latency)
{
    inside_->ask([inside = inside_.get(), latency = std::move(latency)] { inside->kept.set_latency(latency); });
}

AudioStatus AudioLink::status() const
{
    const std::lock_guard lock(inside_->mutex);
    return inside_->status;
}

bool AudioLink::progresses()
{
    Inside& inside = *inside_;
    const std::uint64_t cycles = inside.kept.gate().cycles(), beat = inside.beat;
    inside.silent_ticks = std::exchange(inside.told_beat, beat) == beat ? inside.silent_ticks + 1 : 0;
    if (inside.silent_ticks == silent_ticks_of_link) {
        const std::lock_guard lock(inside.mutex);
        inside.status.hopeless = "the audio system has not answered for a minute";
    }
    if (std::exchange(inside.told_cycles, cycles) != cycles) return true;
    const AudioStatus now = status();
    return now.hopeless.empty() && now.state != AudioStatus::State::running;
}

bool AudioLink::stop(std::chrono::milliseconds deadline)
{
    Inside& inside = *inside_;
    if (!inside.thread.joinable()) return true;
    const auto end = Clock::now() + deadline;
    const auto left = [&] { return std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()); };
    auto closed = inside.ask([self = &inside, left] {
        const bool gone = self->kept.stop(left());
        self->stopping = true;
        return gone;
    });
    const bool silent = inside.kept.gate().shut(deadline);
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
