#include "daemon/run.h"

#include "config/check.h"
#include "control/osc_service.h"
#include "daemon/control_thread.h"
#include "daemon/loudness/service.h"
#include "daemon/realtime.h"
#include "daemon/service.h"
#include "daemon/signals.h"
#include "daemon/sources/source.h"
#include "daemon/status_line.h"

#include <cstdio>
#include <spdlog/spdlog.h>

namespace fohd::daemon {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto tick = 100ms, start_fade = 50ms, stop_fade = 40ms, stop_deadline = 2000ms;

int frames_in(std::chrono::milliseconds time, int rate) { return static_cast<int>(rate * time.count() / 1000); }

std::vector<std::string> notes_of(const config::Config& config, int rate)
{
    std::vector<std::string> notes = config::latency_notes(config.graph, rate);
    const std::string open = control::open_port_warning(
        {config.control.bind, static_cast<std::uint16_t>(config.control.port), config.control.allow});
    if (!open.empty()) {
        spdlog::warn("{}", open);
        notes.push_back(open);
    }
    return notes;
}

/// Everything that runs, in the order in which it starts; it ends in the other.
class Daemon {
public:
    explicit Daemon(const config::Config& config)
        : backend_(open_backend(*backend_kind(config.audio.backend),
                                {.client = config.audio.client, .source = config.audio.source}, endpoints_of(config))),
          desk_(config), engine_(desk_.sound(), backend_->rate()), board_(notes_of(config, backend_->rate())),
          control_(config.control, config.audio.client, desk_, engine_, board_)
    {
        for (const auto& [strip, tap] : engine_.taps()) loudness_.add(tap);
        engine_.performer().fade_in(frames_in(start_fade, backend_->rate()));
        backend_->set_output_latency(engine_.output_latency());
        post_status();
        backend_->start(engine_);
        spdlog::info("sound runs: {} at {} Hz in blocks of {}; OSC on {} port {}", backend_->name(), backend_->rate(),
                     backend_->block(), config.control.bind, control_.port());
    }

    /// The exit code.
    int run()
    {
        notify_ready();
        const auto feed_every = watchdog_interval();
        auto fed = Clock::now(), told = fed;
        StatusLine line(engine_);
        while (true) {
            if (const auto signal = wait_for_signal(tick); signal == Signal::stop)
                break;
            else if (signal == Signal::reload)
                spdlog::warn("a changed file is not loaded while the sound runs; restart the service to load it");
            if (!tend()) return 3;
            post_status();
            line.show();
            const auto now = Clock::now();
            if (feed_every && now - fed >= *feed_every && sound_moves()) {
                feed_watchdog();
                fed = now;
            }
            if (now - told >= 1s) {
                notify_status(status_text());
                told = now;
            }
        }
        line.clear();
        return stop();
    }

private:
    /// False: the audio system is gone.
    bool tend()
    {
        const BackendEvents events = backend_->tend();
        for (const auto& notice : events.notices)
            spdlog::log(notice.weight == BackendEvents::Weight::warning ? spdlog::level::warn : spdlog::level::info,
                        "{}", notice.text);
        if (const auto latency = board_.take_latency(); !latency.empty()) backend_->set_output_latency(latency);
        if (events.block) spdlog::info("the audio system's block is now {} frames", *events.block);
        if (events.lost) spdlog::error("the audio system went away; fohd ends, and its service starts it anew");
        if (events.rate)
            spdlog::error(
                "the audio system's rate is now {} Hz; fohd ends, and its service starts it anew at that rate",
                *events.rate);
        if (const auto bad = engine_.readings().bad_samples.load(); bad != bad_samples_) {
            spdlog::warn("{} samples that are no numbers arrived and were silenced", bad - bad_samples_);
            bad_samples_ = bad;
        }
        return !events.lost && !events.rate;
    }

    bool sound_moves()
    {
        const std::uint64_t frames = engine_.frames();
        return std::exchange(frames_seen_, frames) != frames;
    }

    void post_status()
    {
        const BackendStatus now = backend_->status();
        control::Status status;
        status.uptime_seconds =
            static_cast<std::int32_t>(std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - began_).count());
        status.backend = backend_->name();
        status.rate = now.rate;
        status.block = now.block;
        status.load_percent = now.load_percent;
        status.xruns = static_cast<std::int32_t>(now.xruns);
        std::uint64_t gaps = 0;
        for (const auto& [strip, tap] : engine_.taps()) gaps += tap->gaps().count;
        status.more = {{"bad_samples", std::to_string(bad_samples_)}, {"loudness_gaps", std::to_string(gaps)}};
        board_.post(status);
    }

    std::string status_text()
    {
        const control::Status status = board_.status();
        char text[128];
        std::snprintf(text, sizeof text, "%s, %d Hz, blocks of %d, load %.1f %%, %d xruns", status.backend.c_str(),
                      status.rate, status.block, static_cast<double>(status.load_percent), status.xruns);
        return text;
    }

    int stop()
    {
        notify_stopping();
        engine_.performer().fade_out(frames_in(stop_fade, backend_->rate()));
        for (const auto give_up = Clock::now() + 200ms; !engine_.performer().silent() && Clock::now() < give_up;)
            wait_for_signal(1ms);
        const bool stopped = backend_->stop(stop_deadline);
        spdlog::info(stopped ? "stopped" : "stopped; the audio system hangs and was left behind");
        return 0;
    }

    Clock::time_point began_ = Clock::now();
    std::unique_ptr<Backend> backend_;
    control::Desk desk_;
    Engine engine_;
    Noticeboard board_;
    loudness::Service loudness_;
    ControlThread control_;
    std::uint64_t frames_seen_ = 0, bad_samples_ = 0;
};
} // namespace

int run(const config::Config& config)
{
    block_signals(); // before the threads: only this one takes them
    if (const auto warning = lock_memory()) spdlog::warn("{}", *warning);
    try {
        return Daemon(config).run();
    } catch (const SourceError& wrong) {
        spdlog::error("{}", wrong.what());
        return 1;
    } catch (const std::runtime_error& refused) { // AudioError, ServerError
        spdlog::error("{}", refused.what());
        return 3;
    }
}

} // namespace fohd::daemon
