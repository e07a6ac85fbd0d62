#include "daemon/run.h"

#include "control/osc_service.h"
#include "daemon/audio_link.h"
#include "daemon/control_thread.h"
#include "daemon/endpoints.h"
#include "daemon/loudness/service.h"
#include "daemon/realtime.h"
#include "daemon/service.h"
#include "daemon/signals.h"
#include "daemon/sources/source.h"
#include "daemon/status_line.h"

#include <algorithm>
#include <cstdio>
#include <spdlog/spdlog.h>

namespace fohd::daemon {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto tick = 100ms, start_fade = 50ms, stop_fade = 40ms, stop_deadline = 2000ms;

int frames_in(std::chrono::milliseconds time, int rate) { return static_cast<int>(rate * time.count() / 1000); }

/// Without blanks, as the values of `/status/text` are.
std::string listed(const std::vector<std::string>& names)
{
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "" : ",") + name;
    std::ranges::replace(list, ' ', '_');
    return list;
}

/// Everything that runs, in the order in which it starts; it ends in the other.
class Daemon {
public:
    Daemon(const config::Config& config, ConfigSource source)
        : link_(*backend_kind(config.audio.backend), options_of(config), endpoints_of(config)), desk_(config),
          memory_(desk_.layout()),
          engine_(sound_with(desk_, memory_.restored.values), link_.rate(), &loudness_, memory_.learned),
          control_(config, desk_, engine_, board_, memory_, programs_)
    {
        engine_.performer().fade_in(frames_in(start_fade, link_.rate()));
        link_.set_latency(engine_.latency());
        link_.start(engine_, [this](int rate) { return control_.run([this, rate] { prepare(rate); }); });
        reloader_.emplace(std::move(source), config,
                          Reloader::House{link_, control_, engine_, memory_.shelf(),
                                          [this](const config::Config& next) { return options_of(next); },
                                          [this] { post_status(); }});
        control_.add(*reloader_);
        post_status();
        spdlog::info("sound runs: {} at {} Hz in blocks of {}; OSC on {} port {}", link_.status().backend, link_.rate(),
                     link_.block(), config.control.bind, control_.port());
    }
    ~Daemon() // What asks the others ends before them.
    {
        reloader_->stop();
        link_.stop(stop_deadline);
    }

    /// The exit code.
    int run()
    {
        notify_ready();
        const auto feed_every = watchdog_interval();
        auto fed = Clock::now(), told = fed;
        bool progressed = false;
        StatusLine line(board_);
        while (true) {
            if (const auto signal = wait_for_signal(tick); signal == Signal::stop)
                break;
            else if (signal == Signal::reload)
                reloader_->request();
            tend();
            const AudioStatus audio = post_status();
            if (!audio.hopeless.empty()) {
                spdlog::critical("{}; fohd ends, and its service starts it anew", audio.hopeless);
                return end_sound(3);
            }
            line.show();
            const auto now = Clock::now();
            progressed = link_.progresses() || progressed;
            if (feed_every && now - fed >= *feed_every && std::exchange(progressed, false)) {
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
    BackendOptions options_of(const config::Config& config) const
    {
        return {.client = config.audio.client,
                .source = config.audio.source,
                .programs = config.control.midi ? programs_ : nullptr};
    }

    /// Control thread, while no audio thread runs: the sound begins again.
    void prepare(int rate)
    {
        engine_.interrupt();
        if (rate != engine_.rate()) {
            engine_.set_rate(rate);
            board_.post_latency(engine_.latency());
        }
        engine_.performer().fade_in(frames_in(start_fade, rate));
    }

    void tend()
    {
        if (auto latency = board_.take_latency()) link_.set_latency(std::move(*latency));
        if (const auto bad = engine_.bad_samples(); bad != bad_samples_) {
            spdlog::warn("{} samples that are no numbers arrived and were silenced", bad - bad_samples_);
            bad_samples_ = bad;
        }
    }

    /// Any thread.
    AudioStatus post_status()
    {
        const AudioStatus audio = link_.status();
        const BackendStatus& now = audio.backend_status;
        control::Status status;
        status.uptime_seconds =
            static_cast<std::int32_t>(std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - began_).count());
        status.backend = audio.backend;
        status.rate = now.rate;
        status.block = now.block;
        status.load_percent = now.load_percent;
        status.xruns = static_cast<std::int32_t>(now.xruns);
        status.more = {{"audio", std::string(name_of(audio.state))},
                       {"restarts", std::to_string(audio.restarts)},
                       {"event", audio.event.empty() ? "none" : audio.event},
                       {"set_aside", audio.set_aside.empty() ? "none" : listed(audio.set_aside)},
                       {"bad_samples", std::to_string(engine_.bad_samples())},
                       {"loudness_gaps", std::to_string(engine_.loudness_gaps())}};
        board_.post(status);
        return audio;
    }

    std::string status_text()
    {
        const AudioStatus audio = link_.status();
        const BackendStatus& now = audio.backend_status;
        char text[200];
        if (audio.state == AudioStatus::State::running)
            std::snprintf(text, sizeof text, "%s, %d Hz, blocks of %d, load %.1f %%, %d xruns, %d restarts%s%.60s",
                          audio.backend.c_str(), now.rate, now.block, static_cast<double>(now.load_percent),
                          static_cast<int>(now.xruns), audio.restarts,
                          audio.set_aside.empty() ? "" : "; not heard: ", listed(audio.set_aside).c_str());
        else
            std::snprintf(text, sizeof text, "no sound: %s is %s (%s); %d restarts so far", audio.backend.c_str(),
                          name_of(audio.state).data(), audio.event.c_str(), audio.restarts);
        return text;
    }

    int stop()
    {
        notify_stopping();
        engine_.performer().fade_out(frames_in(stop_fade, link_.rate()));
        for (const auto give_up = Clock::now() + 200ms; !engine_.performer().silent() && Clock::now() < give_up;)
            wait_for_signal(1ms);
        return end_sound(0);
    }

    /// Answers `code`; where the audio system has not let go, it ends the process with it at once: what a callback may still
    /// touch must stay.
    int end_sound(int code)
    {
        if (link_.stop(stop_deadline)) {
            spdlog::info("stopped");
            return code;
        }
        spdlog::warn("stopped; the audio system hangs and was left behind");
        spdlog::shutdown();
        std::_Exit(code);
    }

    Clock::time_point began_ = Clock::now();
    std::shared_ptr<ProgramChanges> programs_ = std::make_shared<ProgramChanges>(256);
    AudioLink link_;
    loudness::Service loudness_;
    control::Desk desk_;
    Memory memory_;
    Engine engine_;
    Noticeboard board_;
    std::optional<Reloader> reloader_; ///< Outlives the service that obeys it.
    ControlThread control_;
    std::uint64_t bad_samples_ = 0;
};
} // namespace

int run(const config::Config& config, ConfigSource source)
{
    block_signals(); // before the threads: only this one takes them
    if (const auto warning = lock_memory()) spdlog::warn("{}", *warning);
    try {
        return Daemon(config, std::move(source)).run();
    } catch (const SourceError& wrong) {
        spdlog::error("{}", wrong.what());
        return 1;
    } catch (const std::runtime_error& refused) { // AudioError, ServerError
        spdlog::error("{}", refused.what());
        return 3;
    }
}

} // namespace fohd::daemon
