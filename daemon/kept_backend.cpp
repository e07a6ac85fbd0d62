#include "daemon/kept_backend.h"

#include <spdlog/spdlog.h>
#include <thread>

namespace fohd::daemon {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using State = AudioStatus::State;

constexpr std::chrono::milliseconds look_every = 250ms, close_deadline = 1s, connect_deadline = 500ms,
                                    prepare_deadline = 10s;

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

KeptBackend::KeptBackend(BackendKind kind, BackendOptions options, const Endpoints& endpoints, Open open,
                         std::function<void()> meanwhile)
    : open_(std::move(open)), meanwhile_(std::move(meanwhile)), kind_(kind), options_(std::move(options)),
      table_(endpoints), inputs_(endpoints.inputs), outputs_(endpoints.outputs)
{
    backend_ = open_(kind_, options_, table_);
    settle_kind();
}

void KeptBackend::settle_kind()
{
    name_ = backend_->name();
    if (kind_ == BackendKind::automatic) kind_ = *backend_kind(name_);
}

void KeptBackend::start(Process& process, Prepare prepare)
{
    process_ = &process;
    prepare_ = std::move(prepare);
    begin_calls();
    started_ = true;
}

/// The process fades in from its first call: that is when its connections are there, so that nothing jumps in later.
void KeptBackend::begin_calls()
{
    constexpr std::uint64_t connected_after = 2; // Callbacks: the server has a new connection from its next round on.
    backend_->set_latency(latency_);
    watch_.begin_anew();
    gate_.hold();
    const std::uint64_t before = gate_.cycles();
    backend_->start(gate_);
    for (const auto end = Clock::now() + connect_deadline;
         gate_.cycles() < before + connected_after && Clock::now() < end;)
        std::this_thread::sleep_for(1ms); // The audio thread may not wake anybody.
    gate_.open(*process_);
}

void KeptBackend::tend()
{
    ++looks_;
    if (!started_ || !hopeless_.empty()) return;
    if (!backend_) return look_for_server();
    const BackendEvents events = backend_->tend();
    for (const auto& notice : events.notices)
        spdlog::log(notice.weight == BackendEvents::Weight::warning ? spdlog::level::warn : spdlog::level::info, "{}",
                    notice.text);
    if (events.block) {
        spdlog::info("the audio system's block is now {} frames", *events.block);
        event_ = "block_changed";
    }
    if (events.lost) {
        lose("server_lost");
    } else if (events.rate) {
        spdlog::warn("the audio system's rate is now {} Hz: its client is opened anew", *events.rate);
        lose("rate_changed");
        look_for_server();
    } else {
        watch();
    }
}

void KeptBackend::watch()
{
    const State before = watch_.state();
    const auto need = watch_.look({gate_.cycles(), backend_->status().clock, gate_.inside()});
    if (watch_.state() != before) {
        switch (watch_.state()) {
        case State::held:
            event_ = "held_by_another_client";
            spdlog::warn("the JACK server runs without calling fohd: another client that fohd hears hangs");
            break;
        case State::stalled:
            event_ = "server_stalled";
            spdlog::warn("the JACK server stands still: its device or one of its clients hangs; fohd waits for it");
            break;
        default: event_ = "callbacks_back"; spdlog::info("the audio system calls again");
        }
    }
    switch (need) {
    case CallbackWatch::Need::nothing: break;
    case CallbackWatch::Need::set_aside: backend_->set_aside(); break;
    case CallbackWatch::Need::reopen:
        lose("reopened");
        look_for_server();
        break;
    case CallbackWatch::Need::callback_is_lost: hopeless_ = "the audio callback does not come back"; break;
    case CallbackWatch::Need::server_is_lost:
        hopeless_ = "the JACK server runs and does not call fohd, nor a new client of it";
    }
}

void KeptBackend::lose(const char* why)
{
    event_ = why;
    lost_ = true;
    lost_at_ = Clock::now();
    next_look_ = {};
    said_.clear();
    options_.connections = backend_->connections();
    close();
}

void KeptBackend::close()
{
    last_ = backend_->status();
    last_.running = false;
    last_.xruns = xruns_before_ += last_.xruns;
    if (!backend_->stop(close_deadline)) spdlog::warn("the audio system hangs: its client was left to itself");
    backend_.reset();
    if (gate_.inside())
        hopeless_ = "the audio callback does not come back";
    else
        gate_.follow({});
}

void KeptBackend::look_for_server()
{
    if (Clock::now() < next_look_ || !hopeless_.empty()) return;
    next_look_ = Clock::now() + look_every;
    try {
        bring_up();
    } catch (const std::runtime_error& refused) { // AudioError, SourceError
        backend_.reset();
        if (std::exchange(said_, refused.what()) != refused.what())
            spdlog::info("sound is interrupted, fohd goes on looking: {}", refused.what());
        return;
    }
    ++restarts_;
    event_ = "restored";
    spdlog::info("sound runs again after {:.1f} s: {} at {} Hz in blocks of {}",
                 std::chrono::duration<double>(Clock::now() - lost_at_).count(), name_, backend_->rate(),
                 backend_->block());
}

void KeptBackend::bring_up()
{
    while (is_still_closing()) {
        meanwhile_();
        std::this_thread::sleep_for(1ms); // Nobody tells. Should it last, then as if the audio system did not answer.
    }
    backend_ = open_(kind_, options_, table_);
    settle_kind();
    auto ready = prepare_(backend_->rate());
    const auto end = Clock::now() + prepare_deadline;
    do {
        meanwhile_(); // Whoever prepares may need one first.
        if (!backend_) throw AudioError("the audio was closed");
        if (Clock::now() < end) continue;
        hopeless_ = "the graph cannot be prepared for the new rate";
        throw AudioError(hopeless_);
    } while (ready.wait_for(5ms) != std::future_status::ready);
    ready.get();
    begin_calls();
    lost_ = false;
}

AudioStatus KeptBackend::status() const
{
    AudioStatus now;
    now.backend = name_;
    now.backend_status = backend_ ? backend_->status() : last_;
    if (backend_) {
        now.backend_status.xruns += xruns_before_;
        now.set_aside = backend_->aside();
    }
    now.state = lost_ ? State::lost : watch_.state();
    now.looks = looks_;
    now.restarts = restarts_;
    now.event = !hopeless_.empty() && started_ ? "hopeless" : event_;
    now.hopeless = hopeless_;
    return now;
}

SlotMap KeptBackend::take_slots(const Endpoints& endpoints)
{
    const SlotMap slots{inputs_.add(endpoints.inputs), outputs_.add(endpoints.outputs)};
    table_.inputs.resize(inputs_.size());
    table_.outputs.resize(outputs_.size());
    for (std::size_t n = 0; n < slots.inputs.size(); ++n)
        table_.inputs[static_cast<std::size_t>(slots.inputs[n])] = endpoints.inputs[n];
    for (std::size_t n = 0; n < slots.outputs.size(); ++n)
        table_.outputs[static_cast<std::size_t>(slots.outputs[n])] = endpoints.outputs[n];
    return slots;
}

SlotMap KeptBackend::add(const Endpoints& endpoints)
{
    if (backend_) backend_->add(endpoints); // Gives the same slots: it was opened with this table.
    return take_slots(endpoints);
}

void KeptBackend::retain(const Endpoints& endpoints)
{
    if (backend_) backend_->retain(endpoints);
    for (const std::size_t slot : inputs_.retain(endpoints.inputs)) table_.inputs[slot] = {};
    for (const std::size_t slot : outputs_.retain(endpoints.outputs)) table_.outputs[slot] = {};
}

SlotMap KeptBackend::restart(BackendKind new_kind, BackendOptions new_options, const Endpoints& endpoints)
{
    const Endpoints table_before = in_use(table_);
    const SlotMap slots = take_slots(endpoints);
    if (backend_) lose("restarting");
    if (!hopeless_.empty()) throw AudioError(hopeless_);
    new_options.connections = options_.connections;
    const auto old_kind = std::exchange(kind_, new_kind);
    auto old_options = std::exchange(options_, std::move(new_options));
    try {
        bring_up();
    } catch (...) {
        backend_.reset();
        kind_ = old_kind;
        options_ = std::move(old_options);
        retain(table_before);
        next_look_ = {};
        throw;
    }
    ++restarts_;
    event_ = "restarted";
    return slots;
}

void KeptBackend::set_latency(Latency latency)
{
    latency_ = std::move(latency);
    if (backend_) backend_->set_latency(latency_);
}

bool KeptBackend::stop(std::chrono::milliseconds deadline)
{
    const bool gone = !backend_ || backend_->stop(deadline);
    backend_.reset();
    started_ = false;
    return gone;
}

} // namespace fohd::daemon
