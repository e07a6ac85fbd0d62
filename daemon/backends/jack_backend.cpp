#include "daemon/backends/jack_backend.h"

#include <spdlog/spdlog.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <set>
#include <thread>

#include "daemon/backends/jack_aside.h"
#include "daemon/backends/jack_callback.h"
#include "daemon/backends/jack_client.h"
#include "daemon/backends/jack_connections.h"
#include "daemon/backends/jack_latency.h"
#include "daemon/backends/jack_returns.h"
#include "daemon/backends/jack_side.h"
#include "daemon/finish_within.h"

namespace fohd::daemon {

namespace {

using Weight = BackendEvents::Weight;

/// One client and all that JACK's threads may touch: owned by the backend, and by the thread that closes the client as
/// long as that has not come back.
struct Client {
    std::shared_ptr<JackClient> opened = std::make_shared<JackClient>();
    jack_client_t* handle = nullptr; ///< Of that, until it is being closed.
    std::optional<JackCallback> callback;
    std::optional<JackConnections> connections;
    JackLatency latency;
    JackReturns returns;
    std::atomic<std::uint64_t> xruns = 0;
    std::atomic<int> rate = 0, block = 0;
    std::array<char, 128> reason{};               ///< Written before `lost`.
    std::atomic<bool> lost = false, over = false; ///< `over`: lost or stopped.

    static Client& of(void* self) { return *static_cast<Client*>(self); }
    void listen();
};

/// Registers every callback; the client is not active yet.
void Client::listen()
{
    jack_set_thread_init_callback(handle, JackCallback::prepare_thread, &*callback);
    jack_set_process_callback(handle, JackCallback::run, &*callback);
    jack_set_port_registration_callback(handle, JackConnections::port_registered, &*connections);
    jack_set_port_rename_callback(handle, JackConnections::port_renamed, &*connections);
    jack_set_port_connect_callback(
        handle,
        [](jack_port_id_t a, jack_port_id_t b, int connected, void* self) {
            JackConnections::ports_connected(a, b, connected, &*of(self).connections);
            of(self).returns.look();
        },
        this);
    jack_set_latency_callback(handle, JackLatency::recompute, &latency);
    jack_set_xrun_callback(
        handle, [](void* self) { return of(self).xruns.fetch_add(1), 0; }, this);
    jack_set_buffer_size_callback(
        handle, [](jack_nframes_t frames, void* self) { return of(self).block = static_cast<int>(frames), 0; }, this);
    jack_set_sample_rate_callback(
        handle, [](jack_nframes_t frames, void* self) { return of(self).rate = static_cast<int>(frames), 0; }, this);
    jack_on_info_shutdown(
        handle,
        [](jack_status_t, const char* why, void* self) {
            if (of(self).lost) return;
            std::strncpy(of(self).reason.data(), why ? why : "", of(self).reason.size() - 1);
            of(self).lost = of(self).over = true;
        },
        this);
}

/// libjack's own words are many and for developers: they are in the log where somebody asks for its debug level.
void quieten_libjack()
{
    const auto whisper = [](const char* text) { spdlog::debug("libjack: {}", text); };
    jack_set_error_function(whisper);
    jack_set_info_function(whisper);
}

jack_client_t* open_client(JackClient& opened, const std::string& name, const std::atomic<bool>& over)
{
    const char* const chosen = std::getenv("JACK_DEFAULT_SERVER");
    if (name == (chosen ? chosen : "default")) // libjack would put its files over the server's, which nobody finds then
        throw AudioError("the client cannot be named '" + name + "', as the JACK server is: give audio another client");
    jack_status_t status{};
    if (jack_client_t* client = opened.open(name.c_str(), over, status)) return client;
    if ((status & JackVersionError) != 0)
        throw AudioError("the JACK server is of another version than the JACK library: install both from one source");
    if ((status & JackShmFailure) != 0)
        throw AudioError("JACK's shared memory cannot be used: is the server another user's, or /dev/shm full?");
    if ((status & JackServerFailed) != 0)
        throw NoJackServer("no JACK server is running for this user: start one, or choose the backend dummy");
    throw AudioError("the JACK server refuses a client named '" + name + "' (status " + std::to_string(status) +
                     "): its own log tells why");
}

/// Null for an endpoint without a name.
jack_port_t* register_port(jack_client_t* client, const std::string& name, JackPortFlags flags,
                           const char* type = JACK_DEFAULT_AUDIO_TYPE)
{
    if (name.empty()) return nullptr;
    if (jack_port_t* port = jack_port_register(client, name.c_str(), type, flags, 0)) return port;
    if (jack_port_by_name(client, (jack_get_client_name(client) + (':' + name)).c_str()))
        throw AudioError("the port '" + name +
                         "' still sounds in the other direction: leave it out in one reload, and have it in the next");
    throw AudioError("JACK refuses the port '" + name +
                     "': the name is taken or too long, or the server has no more ports (jackd --port-max)");
}

class JackBackend final : public Backend {
public:
    JackBackend(const BackendOptions& options, const Endpoints& endpoints);
    ~JackBackend() override { stop(std::chrono::seconds(1)); }

    std::string_view name() const override { return "jack"; }
    int rate() const override { return client_->rate; }
    int block() const override { return client_->block; }
    BackendStatus status() const override;

    void start(Process& process) override;
    bool stop(std::chrono::milliseconds deadline) override;
    BackendEvents tend() override;
    SlotMap add(const Endpoints& endpoints) override;
    void retain(const Endpoints& endpoints) override;
    void set_aside() override { aside_.begin(*client_->connections, events_.notices); }
    std::vector<std::string> aside() const override { return aside_.clients(); }
    std::vector<Connection> connections() const override { return client_->connections->remembered(); }
    void set_latency(const Latency& latency) override;

private:
    bool alive() const { return client_->handle && !client_->lost; }
    bool publish_ports();
    void reconnect(const std::set<jack_port_t*>& changing, int spare, const std::function<void()>& change);
    int round_trip(std::size_t slot) const;

    std::shared_ptr<Client> client_ = std::make_shared<Client>();
    JackSide inputs_, outputs_;
    JackAside aside_{std::shared_ptr<const std::atomic<bool>>(client_, &client_->over)};
    BackendEvents events_; ///< What happened while opening and starting.
    bool active_ = false;
    bool loss_told_ = false;
    Latency latency_; ///< As told last.
    int told_rate_ = 0, told_block_ = 0;
};

JackBackend::JackBackend(const BackendOptions& options, const Endpoints& endpoints)
    : inputs_(JackPortIsInput, endpoints.inputs), outputs_(JackPortIsOutput, endpoints.outputs)
{
    quieten_libjack();
    Client& client = *client_;
    client.handle = open_client(*client.opened, options.client, client.over);
    client.connections.emplace(client.handle, options.connections);
    jack_port_t* midi = nullptr;
    try {
        const auto open = [&](JackSide& side, const std::vector<Endpoint>& all) {
            for (const Endpoint& endpoint : all) {
                side.ports.push_back(register_port(client.handle, endpoint.port_name, side.flags));
                if (side.ports.back()) client.connections->want(side.ports.back(), endpoint);
                side.aside.push_back(endpoint.aside);
            }
        };
        open(inputs_, endpoints.inputs);
        open(outputs_, endpoints.outputs);
        if (options.programs) {
            midi = register_port(client.handle, midi_port_name, JackPortIsInput, JACK_DEFAULT_MIDI_TYPE);
            client.connections->want(midi, {midi_port_name, {}});
        }
    } catch (...) {
        stop(std::chrono::seconds(1)); // The destructor of what was not constructed does not run.
        throw;
    }
    client.callback.emplace(client.handle, inputs_.ports, outputs_.ports, client.returns.set_ports(inputs_.beside()),
                            midi, options.programs);
    client.latency.set_ports(inputs_.on_the_way(), outputs_.on_the_way());
    client.rate = told_rate_ = static_cast<int>(jack_get_sample_rate(client.handle));
    client.block = told_block_ = static_cast<int>(jack_get_buffer_size(client.handle));
    client.listen();

    const std::string given = jack_get_client_name(client.handle);
    if (given != options.client)
        events_.notices.push_back(
            {Weight::warning, "JACK has a client named " + options.client + " already: this one is " + given});
    if (jack_is_realtime(client.handle) == 0)
        events_.notices.push_back(
            {Weight::warning,
             "the JACK server runs without real-time priority: expect drop-outs when the computer is busy"});
}

BackendStatus JackBackend::status() const
{
    return {.rate = rate(),
            .block = block(),
            .cycles = client_->callback->cycles,
            .xruns = client_->xruns,
            .load_percent = alive() && active_ ? jack_cpu_load(client_->handle) : 0,
            .clock = alive() && active_ ? jack_last_frame_time(client_->handle) : 0,
            .running = alive() && active_};
}

void JackBackend::start(Process& process)
{
    client_->callback->process = &process;
    if (client_->lost || jack_activate(client_->handle) != 0) {
        client_->callback->process = nullptr;
        throw AudioError("the JACK server went away while fohd was starting: start it again, then fohd");
    }
    active_ = true;
    client_->connections->look(events_.notices);
    client_->connections->connect(events_.notices);
    client_->returns.look();
}

bool JackBackend::stop(std::chrono::milliseconds deadline)
{
    if (!client_->handle) return true;
    client_->over = true;
    const auto end = std::chrono::steady_clock::now() + deadline;
    const bool silent = !client_->callback || client_->callback->stop(deadline);
    // Closing deactivates first. It may hang for ever once the server is gone.
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    const bool closed =
        finish_within(rest, [client = client_, opened = std::move(client_->opened)]() mutable { opened.reset(); });
    client_->handle = nullptr;
    active_ = false;
    return silent && closed;
}

BackendEvents JackBackend::tend()
{
    BackendEvents events = std::exchange(events_, {});
    if (client_->lost && !std::exchange(loss_told_, true)) {
        events.lost = true;
        const std::string reason = client_->reason.data();
        events.notices.push_back(
            {Weight::warning, "the JACK server went away" + (reason.empty() ? "" : " (" + reason + ")")});
    }
    if (!alive() || !active_) return events;
    if (const int now = block(); now != std::exchange(told_block_, now)) events.block = now;
    if (const int now = rate(); now != std::exchange(told_rate_, now)) events.rate = now;
    aside_.tend(*client_->connections, events.notices);
    JackConnections& connections = *client_->connections;
    connections.look(events.notices);
    std::set<jack_port_t*> silent = connections.to_connect(); // One that sounds stays as it is.
    std::erase_if(silent, [](const jack_port_t* port) { return jack_port_connected(port) != 0; });
    reconnect(silent, rate() / 8, [&] { connections.connect(events.notices); }); // Gear may be seen in two looks.
    client_->returns.look();
    return events;
}

/// Waits until the callback goes by the ports as they are now; false where it does not come.
bool JackBackend::publish_ports()
{
    client_->latency.set_ports(inputs_.on_the_way(), outputs_.on_the_way());
    auto table =
        std::make_unique<JackTable>(inputs_.ports, outputs_.ports, client_->returns.set_ports(inputs_.beside()));
    std::ranges::copy(inputs_.fades, table->input_fades.begin());
    std::ranges::copy(outputs_.fades, table->output_fades.begin());
    return client_->callback->table.replace(std::move(table), std::chrono::milliseconds(alive() && active_ ? 500 : 0));
}

/// Frames after which a return surely sounds of what a send that opens now carries: the way to the send is counted too.
int JackBackend::round_trip(std::size_t slot) const
{
    const int late = slot < latency_.inputs.size() ? latency_.inputs[slot] : 0;
    return inputs_.fades[slot]->length() + late + 2 * block();
}

/// Carries out a change of connections. Ports that are `changing` fall silent before, and come back when the server has all of it in
/// force; a return when what is sent from then on has come round, and `spare` frames later. Where the callback does not come, or the
/// server takes too long, the change is carried out all the same.
void JackBackend::reconnect(const std::set<jack_port_t*>& changing, int spare, const std::function<void()>& change)
{
    constexpr auto patience = std::chrono::seconds(1);
    constexpr std::uint64_t in_force = 2; // Callbacks: one may be under way, and the server may be one behind.
    std::vector<JackFade*> faded;
    bool made = false, sends = false;
    for (JackSide* side : {&inputs_, &outputs_})
        for (std::size_t n = 0; active_ && n < side->ports.size(); ++n) {
            if (!changing.contains(side->ports[n])) continue;
            faded.push_back(&side->fade(n, rate(), made));
            faded.back()->close();
            sends = sends || (!side->is_input() && side->aside[n]);
        }
    if (faded.empty()) return change();

    const bool runs = !made || publish_ports();
    const auto end = std::chrono::steady_clock::now() + patience;
    const auto await = [&](const auto& condition) {
        while (runs && !client_->lost && !condition() && std::chrono::steady_clock::now() < end)
            std::this_thread::sleep_for(std::chrono::microseconds(500)); // The audio thread may not wake anybody.
    };
    const auto await_cycles = [&] {
        await([&, from = client_->callback->cycles.load()] { return client_->callback->cycles >= from + in_force; });
    };
    await([&] { return std::ranges::all_of(faded, [](const JackFade* fade) { return fade->is_closed(); }); });
    await_cycles(); // Whoever hears it may be behind by one.
    change();
    await_cycles();
    client_->returns.look();
    if (std::ranges::any_of(faded, [](const JackFade* fade) { return fade->gave_up(); }))
        events_.notices.push_back({Weight::warning, "the JACK server took more than a second to change connections: "
                                                    "the ports sounded again before"});
    for (std::size_t n = 0; n < inputs_.fades.size(); ++n) {
        JackFade* const fade = inputs_.fades[n].get();
        if (!fade || !inputs_.aside[n]) continue;
        const bool changes = std::erase(faded, fade) > 0;
        if (!changes && !(sends && fade->is_closed()))
            continue; // Not one that waits still, for a send that was seen later.
        fade->open(sends || spare > 0 ? round_trip(n) + spare : 0);
    }
    for (JackFade* fade : faded) fade->open(0);
}

SlotMap JackBackend::add(const Endpoints& endpoints)
{
    const std::array<const JackSide, 2> before{inputs_, outputs_};
    SlotMap slots{inputs_.names.add(endpoints.inputs), outputs_.names.add(endpoints.outputs)};
    inputs_.note(endpoints.inputs, slots.inputs);
    outputs_.note(endpoints.outputs, slots.outputs);
    std::vector<jack_port_t*> fresh;
    try {
        for (JackSide* side : {&inputs_, &outputs_}) {
            side->ports.resize(side->names.size());
            for (std::size_t n = 0; n < side->ports.size(); ++n)
                if (!side->ports[n] && !side->names.name(n).empty() && alive())
                    fresh.push_back(side->ports[n] = register_port(client_->handle, side->names.name(n), side->flags));
        }
    } catch (...) {
        for (jack_port_t* port : fresh) jack_port_unregister(client_->handle, port);
        inputs_ = before[0];
        outputs_ = before[1];
        throw;
    }
    if (!alive()) return slots; // Whoever opens the next backend opens it with all of these.
    if (!fresh.empty()) publish_ports();
    for (std::size_t n = 0; n < slots.inputs.size(); ++n)
        client_->connections->want(inputs_.ports[static_cast<std::size_t>(slots.inputs[n])], endpoints.inputs[n]);
    for (std::size_t n = 0; n < slots.outputs.size(); ++n)
        client_->connections->want(outputs_.ports[static_cast<std::size_t>(slots.outputs[n])], endpoints.outputs[n]);
    if (!active_) return slots;
    JackConnections& connections = *client_->connections;
    connections.look(events_.notices);
    std::set<jack_port_t*> changing = connections.to_connect();
    changing.merge(connections.to_take_apart());
    for (jack_port_t* port : fresh) changing.erase(port); // No graph uses it yet.
    reconnect(changing, 0, [&] {
        connections.drop_unasked(events_.notices);
        connections.connect(events_.notices);
    });
    return slots;
}

void JackBackend::retain(const Endpoints& endpoints)
{
    std::vector<jack_port_t*> old = inputs_.retain(endpoints.inputs);
    for (jack_port_t* port : outputs_.retain(endpoints.outputs)) old.push_back(port);
    if (!alive()) return;
    if (!old.empty()) publish_ports();
    for (jack_port_t* port : old) {
        client_->connections->forget(port);
        jack_port_unregister(client_->handle, port);
    }
}

void JackBackend::set_latency(const Latency& latency)
{
    latency_ = latency;
    client_->latency.set(latency);
    if (alive() && active_) jack_recompute_total_latencies(client_->handle);
}

} // namespace

std::unique_ptr<Backend> open_jack(const BackendOptions& options, const Endpoints& endpoints)
{
    return std::make_unique<JackBackend>(options, endpoints);
}

} // namespace fohd::daemon
