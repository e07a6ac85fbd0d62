#include <catch2/catch.hpp>
#include <jack/midiport.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <functional>
#include <future>
#include <semaphore>
#include <string>
#include <thread>

#include "daemon/backends/backend.h"
#include "daemon/backends/port_pattern.h"
#include "tests/support/jack_player.h"
#include "tests/support/jack_server.h"

using namespace fohd::daemon;
using namespace fohd::test;
using namespace std::chrono_literals;

namespace {

/// out[n] = in[n] · (n + 1), and the first 100 blocks are counted aloud.
class Gain : public Process {
public:
    void process(std::span<const float* const> inputs, std::span<float* const> outputs, int frames) noexcept override
    {
        for (std::size_t n = 0; n < 2; ++n)
            for (int frame = 0; frame < frames; ++frame)
                outputs[n][frame] = inputs[n][frame] * static_cast<float>(n + 1);
        volatile float tiny = 1e-38f;
        if (tiny * 0.01f != 0) denormals = true;
        widest = std::max(widest.load(), frames);
        if (++calls == 100) hundred.release();
    }
    std::atomic<bool> denormals = false;
    std::atomic<int> calls = 0, widest = 0;
    std::binary_semaphore hundred{0};
};

Endpoints stereo(std::vector<std::string> from = {}, std::vector<std::string> to = {})
{
    return {{{"vox_1", std::move(from)}, {"vox_2", {}}}, {{"foh_1", std::move(to)}, {"foh_2", {}}}};
}

/// Another's client with one port; gone at the end of the scope.
class Peer {
public:
    Peer(const std::string& name, const std::string& port, unsigned long flags)
        : client_(jack_client_open(name.c_str(), JackNoStartServer, nullptr))
    {
        jack_set_process_callback(
            client_, [](jack_nframes_t, void*) { return 0; }, nullptr);
        jack_activate(client_);
        port_ = jack_port_register(client_, port.c_str(), JACK_DEFAULT_AUDIO_TYPE, flags, 0);
    }
    ~Peer() { jack_client_close(client_); }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    bool connected(const std::string& to) const { return jack_port_connected_to(port_, to.c_str()) != 0; }
    jack_client_t* client() const { return client_; }
    jack_port_t* port() const { return port_; }

private:
    jack_client_t* client_;
    jack_port_t* port_;
};

/// Tends as main does, until `condition` or for at most ten seconds. Says all that was noticed.
bool tend_until(Backend& backend, const std::function<bool(const BackendEvents&)>& condition,
                std::string* said = nullptr)
{
    for (int n = 0; n < 400; ++n) {
        const BackendEvents events = backend.tend();
        for (const auto& notice : events.notices)
            if (said) *said += notice.text + '\n';
        if (condition(events)) return true;
        std::this_thread::sleep_for(25ms); // tend() is there to be polled.
    }
    return false;
}

} // namespace

TEST_CASE("without a server jack is refused, and auto is dummy")
{
    setenv("JACK_DEFAULT_SERVER", "fohd-no-such-server", 1);
    CHECK_THROWS_WITH(open_backend(BackendKind::jack, {}, stereo()), Catch::Contains("no JACK server is running"));
    const auto backend = open_backend(BackendKind::automatic, {}, stereo());
    CHECK(backend->name() == "dummy");
    const auto events = backend->tend();
    REQUIRE(events.notices.size() == 1);
    CHECK_THAT(events.notices[0].text, Catch::Contains("dummy"));
}

TEST_CASE("what goes in comes out processed, at once, through ports named after the endpoints")
{
    const JackServer server(48000, 64);
    const std::string house = server.client("house");
    Gain gain;
    const auto backend = open_backend(BackendKind::automatic, {.client = house}, stereo());
    CHECK(backend->name() == "jack");
    CHECK(backend->rate() == 48000);
    CHECK(backend->block() == 64);
    backend->start(gain);

    JackPlayer player(server.client("test"), {house + ":vox_1", house + ":vox_2"},
                      {house + ":foh_1", house + ":foh_2"});
    JackPlayer::Channels sound(2, std::vector<float>(5000));
    for (std::size_t n = 0; n < 5000; ++n) {
        sound[0][n] = std::sin(static_cast<float>(n) * 0.1f);
        sound[1][n] = static_cast<float>(n);
    }
    for (int round = 0; round < 2; ++round) {
        const auto recorded = player.play(sound, 5100);
        REQUIRE(recorded.size() == 2);
        for (std::size_t channel = 0; channel < 2; ++channel) {
            auto wanted = sound[channel];
            for (float& sample : wanted) sample *= static_cast<float>(channel + 1);
            wanted.resize(5100);
            CHECK(recorded[channel] == wanted);
        }
    }
    CHECK_FALSE(gain.denormals);
    const auto status = backend->status();
    CHECK(status.running);
    CHECK(status.cycles >= 5100 / 64);
    CHECK(status.load_percent >= 0);

    CHECK(backend->stop(5s));
    const int calls = gain.calls;
    CHECK(jack_port_by_name(player.client(), (house + ":vox_1").c_str()) == nullptr);
    player.play(sound, 1000);
    CHECK(gain.calls == calls);
    CHECK_FALSE(backend->status().running);
}

TEST_CASE("endpoints come and go under the running callback; the others keep port, slot, connections and sound")
{
    const JackServer server(48000, 64, 3);
    const std::string house = server.client("house");
    /// Output slot n is input slot n, and what has no input is silent.
    struct Wires : Process {
        void process(std::span<const float* const> inputs, std::span<float* const> outputs,
                     int frames) noexcept override
        {
            for (std::size_t n = 0; n < outputs.size(); ++n)
                for (int frame = 0; frame < frames; ++frame)
                    outputs[n][frame] = n < inputs.size() ? inputs[n][frame] : 0.0f;
            slots_in = inputs.size();
            slots_out = outputs.size();
        }
        std::atomic<std::size_t> slots_in = 0, slots_out = 0;
    } wires;
    const auto backend = open_backend(BackendKind::jack, {.client = house}, stereo({}, {"system:playback_1"}));
    backend->start(wires);
    JackPlayer player(server.client("test"), {house + ":vox_1"}, {house + ":foh_1"});
    const auto connected = [&](const std::string& port, const std::string& peer) {
        return jack_port_connected_to(jack_port_by_name(player.client(), (house + port).c_str()), peer.c_str()) != 0;
    };
    const auto exists = [&](const std::string& port) {
        return jack_port_by_name(player.client(), (house + port).c_str()) != nullptr;
    };
    CHECK(tend_until(*backend, [&](const BackendEvents&) { return connected(":foh_1", "system:playback_1"); }));

    JackPlayer::Channels sound(1, std::vector<float>(96000));
    for (std::size_t n = 0; n < sound[0].size(); ++n) sound[0][n] = static_cast<float>(n + 1);
    auto playing = std::async(std::launch::async, [&] { return player.play(sound, sound[0].size()); });

    Endpoints more = stereo({}, {"system:playback_1"});
    more.inputs.insert(more.inputs.begin(), {"drums", {"system:capture_1"}});
    more.outputs = {{"sub", {"system:playback_3"}}, more.outputs[0], {"foh_2", {"system:playback_2"}}};
    CHECK(backend->add(more) == SlotMap{{2, 0, 1}, {2, 0, 1}});
    CHECK(tend_until(*backend, [&](const BackendEvents&) { return wires.slots_in == 3 && wires.slots_out == 3; }));
    CHECK(tend_until(*backend, [&](const BackendEvents&) { // The server shows a connection from the next block on.
        return connected(":drums", "system:capture_1") && connected(":sub", "system:playback_3") &&
               connected(":foh_2", "system:playback_2"); // An old port with a new wish.
    }));

    // The first of a side goes, the second no longer asks for anything; a slot that is free is taken again.
    Endpoints fewer;
    fewer.inputs = {{"vox_1", {}}, {"drums", {}}};
    fewer.outputs = {{"foh_1", {"system:playback_1"}}, {"foh_2", {}}};
    CHECK(backend->add(fewer) == SlotMap{{0, 2}, {0, 1}});
    CHECK(exists(":vox_2"));
    backend->retain(fewer);
    CHECK_FALSE(exists(":vox_2"));
    CHECK_FALSE(exists(":sub"));
    CHECK(tend_until(*backend, [&](const BackendEvents&) {
        return !connected(":foh_2", "system:playback_2") && !connected(":drums", "system:capture_1");
    }));
    CHECK(wires.slots_in == 3);
    fewer.inputs.push_back({"late", {}});
    CHECK(backend->add(fewer) == SlotMap{{0, 2, 1}, {0, 1}});

    // What is refused changes nothing.
    Endpoints twice = fewer;
    twice.outputs.push_back({"late", {}});
    twice.outputs.push_back({"fine", {}});
    CHECK_THROWS_WITH(backend->add(twice), Catch::Contains("the port 'late'"));
    CHECK_FALSE(exists(":fine"));
    CHECK(exists(":late"));

    const auto heard = playing.get()[0];
    const auto first = std::find(sound[0].begin(), sound[0].end(), heard[0]); // A period of JACK's may be between.
    REQUIRE(first == sound[0].begin());
    CHECK(heard == sound[0]);
    CHECK(connected(":foh_1", "system:playback_1"));
    CHECK(backend->stop(5s));
}

TEST_CASE("where no callback runs, endpoints come and go all the same")
{
    const JackServer server;
    const std::string fohd = server.client("fohd");
    Gain gain;
    const auto backend = open_backend(BackendKind::jack, {.client = fohd}, {{{"a", {}}}, {}});
    Endpoints wanted = stereo();
    CHECK(backend->add(wanted) == SlotMap{{1, 2}, {0, 1}});
    backend->retain(wanted);
    wanted.inputs.insert(wanted.inputs.begin(), {"b", {}});
    CHECK(backend->add(wanted) == SlotMap{{0, 1, 2}, {0, 1}});
    backend->start(gain);
    CHECK(gain.hundred.try_acquire_for(20s));
}

TEST_CASE("what others connect is remembered, and made again by the next client")
{
    const JackServer server;
    const std::string fohd = server.client("fohd");
    Gain gain;
    const Peer other(server.client("other"), "out", JackPortIsOutput);
    std::vector<Connection> remembered;
    {
        const auto backend = open_backend(BackendKind::jack, {.client = fohd}, stereo({}, {"system:playback_1"}));
        backend->start(gain);
        REQUIRE(jack_connect(other.client(), jack_port_name(other.port()), (fohd + ":vox_1").c_str()) == 0);
        REQUIRE(jack_connect(other.client(), (fohd + ":foh_2").c_str(), "system:playback_2") == 0);
        const std::string vanishing = server.client("vanishing") + ":in";
        {
            const Peer guest(server.client("vanishing"), "in", JackPortIsInput);
            REQUIRE(jack_connect(other.client(), (fohd + ":foh_2").c_str(), vanishing.c_str()) == 0);
            CHECK(tend_until(*backend, [&](const BackendEvents&) { return backend->connections().size() == 4; }));
        }
        for (int n = 0; n < 5; ++n) backend->tend();
        CHECK(backend->connections().size() == 4);
        {
            const Peer guest(server.client("vanishing"), "in", JackPortIsInput); // It comes back.
            CHECK(tend_until(*backend, [&](const BackendEvents&) { return guest.connected(fohd + ":foh_2"); }));
        }
        REQUIRE(jack_disconnect(other.client(), (fohd + ":foh_2").c_str(), "system:playback_2") == 0);
        CHECK(tend_until(*backend, [&](const BackendEvents&) { return backend->connections().size() == 3; }));
        remembered = backend->connections();
        CHECK(remembered == std::vector<Connection>{{"foh_1", "system:playback_1"},
                                                    {"foh_2", vanishing},
                                                    {"vox_1", jack_port_name(other.port())}});
        CHECK(backend->stop(5s));
    }
    const auto backend =
        open_backend(BackendKind::jack, {.client = fohd, .connections = remembered}, stereo({}, {"system:playback_1"}));
    backend->start(gain);
    CHECK(tend_until(*backend, [&](const BackendEvents&) { return other.connected(fohd + ":vox_1"); }));
    CHECK(backend->connections() == remembered);
    CHECK(backend->stop(5s));
}

TEST_CASE("program changes come through the MIDI port, all else in MIDI does not")
{
    const JackServer server(48000, 64);
    const std::string fohd = server.client("fohd");
    const auto programs = std::make_shared<ProgramChanges>(16);
    Gain gain;
    const auto backend = open_backend(BackendKind::jack, {.client = fohd, .programs = programs}, stereo());
    backend->start(gain);

    /// Sends a list of messages once, one a block.
    struct Pedal {
        static int send(jack_nframes_t frames, void* self)
        {
            auto& pedal = *static_cast<Pedal*>(self);
            void* buffer = jack_port_get_buffer(pedal.port, frames);
            jack_midi_clear_buffer(buffer);
            if (pedal.pressed && pedal.next < pedal.messages.size()) {
                const auto& message = pedal.messages[pedal.next++];
                jack_midi_event_write(buffer, frames / 2, message.data(), message.size());
            }
            return 0;
        }
        jack_port_t* port = nullptr;
        std::atomic<bool> pressed = false;
        std::size_t next = 0;
        std::vector<std::vector<jack_midi_data_t>> messages{{0xc0, 5},       {0x90, 60, 100}, {0xb3, 0, 1}, {0xcf, 127},
                                                            {0xf0, 1, 0xf7}, {0xf8},          {0xc9, 0}};
    } pedal;
    jack_client_t* client = jack_client_open(server.client("pedal").c_str(), JackNoStartServer, nullptr);
    pedal.port = jack_port_register(client, "out", JACK_DEFAULT_MIDI_TYPE, JackPortIsOutput, 0);
    jack_set_process_callback(client, Pedal::send, &pedal);
    REQUIRE(jack_activate(client) == 0);
    REQUIRE(jack_connect(client, jack_port_name(pedal.port), (fohd + ":midi_in").c_str()) == 0);
    CHECK(tend_until(*backend, [&](const BackendEvents&) { return backend->connections().size() == 1; }));
    pedal.pressed = true;
    CHECK(tend_until(*backend, [&](const BackendEvents&) { return programs->readable() == 3; }));
    std::array<ProgramChange, 4> got{};
    REQUIRE(programs->read(got) == 3);
    CHECK((got[0].channel == 1 && got[0].program == 5));
    CHECK((got[1].channel == 16 && got[1].program == 127));
    CHECK((got[2].channel == 10 && got[2].program == 0));
    jack_client_close(client);
    CHECK(backend->stop(5s));
}

TEST_CASE("a port that is taken twice and a name that is taken are said")
{
    const JackServer server;
    const std::string fohd = server.client("fohd");
    const auto first = open_backend(BackendKind::jack, {.client = fohd}, stereo());
    const auto second = open_backend(BackendKind::jack, {.client = fohd}, stereo());
    const auto events = second->tend();
    REQUIRE(!events.notices.empty());
    CHECK_THAT(events.notices[0].text, Catch::Contains(fohd + " already: this one is " + fohd + "-01"));
    Endpoints twice = stereo();
    twice.outputs[0].port_name = "vox_1";
    CHECK_THROWS_WITH(open_backend(BackendKind::jack, {.client = fohd}, twice), Catch::Contains("the port 'vox_1'"));
}

TEST_CASE("connections are made at the start and whenever a port comes back")
{
    const JackServer server(48000, 64, 3);
    const std::string fohd = server.client("fohd"), mixer_name = server.client("mixer");
    Gain gain;
    const auto backend =
        open_backend(BackendKind::jack, {.client = fohd}, stereo({mixer_name + ":direct"}, {"system:playback_[12]"}));
    backend->start(gain);
    std::string said;
    tend_until(
        *backend, [](const BackendEvents&) { return true; }, &said);
    CHECK_THAT(said, Catch::Contains(fohd + ":foh_1 is connected to system:playback_1") &&
                         Catch::Contains(fohd + ":foh_1 is connected to system:playback_2") &&
                         Catch::Contains(fohd + ":vox_1 is not connected: there is no output port " + mixer_name +
                                         ":direct yet"));
    CHECK_THAT(said, !Catch::Contains("playback_3"));

    for (int round = 0; round < 3; ++round) {
        const Peer mixer(mixer_name, "direct", JackPortIsOutput);
        CHECK(tend_until(
            *backend, [&](const BackendEvents&) { return mixer.connected(fohd + ":vox_1"); }, &said));
    }
    CHECK_THAT(said, Catch::Contains(mixer_name + ":direct is connected to " + fohd + ":vox_1"));

    // An input that has the right name is none to take sound from.
    const Peer wrong(mixer_name, "direct", JackPortIsInput);
    Peer other(server.client("other"), "out",
               JackPortIsOutput); // Its coming is noticed together with the wrong one's or after.
    jack_port_rename(other.client(), other.port(), "renamed");
    for (int n = 0; n < 10; ++n) backend->tend();
    CHECK_FALSE(wrong.connected(fohd + ":vox_1"));

    // What somebody takes apart stays so, whatever else appears.
    REQUIRE(jack_disconnect(other.client(), (fohd + ":foh_1").c_str(), "system:playback_1") == 0);
    const Peer third(server.client("third"), "out", JackPortIsOutput);
    for (int n = 0; n < 10; ++n) backend->tend();
    CHECK(jack_port_connected_to(jack_port_by_name(other.client(), (fohd + ":foh_1").c_str()), "system:playback_1") ==
          0);
    CHECK(backend->stop(5s));
}

TEST_CASE("a port that gets the wanted name is a port that appears")
{
    const JackServer server;
    const std::string fohd = server.client("fohd"), desk_name = server.client("desk");
    Gain gain;
    const auto backend = open_backend(BackendKind::jack, {.client = fohd}, stereo({desk_name + ":aux.*"}));
    backend->start(gain);
    const Peer desk(desk_name, "spare", JackPortIsOutput);
    for (int n = 0; n < 10; ++n) backend->tend();
    CHECK_FALSE(desk.connected(fohd + ":vox_1"));
    REQUIRE(jack_port_rename(desk.client(), desk.port(), "aux_3") == 0);
    CHECK(tend_until(*backend, [&](const BackendEvents&) { return desk.connected(fohd + ":vox_1"); }));
}

TEST_CASE("latency is handed on in both directions")
{
    const JackServer server(48000, 64);
    const std::string fohd = server.client("fohd"), far_name = server.client("far"), near_name = server.client("near");
    Gain gain;
    const auto backend =
        open_backend(BackendKind::jack, {.client = fohd}, stereo({far_name + ":out"}, {near_name + ":in"}));
    backend->set_output_latency(std::vector<int>{100, 250});
    backend->start(gain);

    // The others at both ends, who take 1000 … 1500 frames to bring the sound and 30 to play it.
    const auto latency_of = [](jack_latency_callback_mode_t mode, void* self) {
        const auto* peer = static_cast<Peer*>(self);
        jack_latency_range_t far{1000, 1500}, near{30, 30};
        const bool out = (jack_port_flags(peer->port()) & JackPortIsOutput) != 0;
        if (out && mode == JackCaptureLatency) jack_port_set_latency_range(peer->port(), mode, &far);
        if (!out && mode == JackPlaybackLatency) jack_port_set_latency_range(peer->port(), mode, &near);
    };
    class LateClient {
    public:
        LateClient(const std::string& name, const std::string& port, unsigned long flags, JackLatencyCallback callback)
            : peer_(name, port, flags)
        {
            jack_deactivate(peer_.client());
            jack_set_latency_callback(peer_.client(), callback, &peer_);
            jack_activate(peer_.client());
        }
        const Peer& peer() const { return peer_; }

    private:
        Peer peer_;
    };
    const LateClient far(far_name, "out", JackPortIsOutput, latency_of),
        near(near_name, "in", JackPortIsInput, latency_of);
    REQUIRE(tend_until(*backend, [&](const BackendEvents&) {
        return far.peer().connected(fohd + ":vox_1") && near.peer().connected(fohd + ":foh_1");
    }));

    using Range = std::pair<jack_nframes_t, jack_nframes_t>;
    const auto range = [&](const std::string& port, jack_latency_callback_mode_t mode) {
        jack_latency_range_t value{};
        jack_port_get_latency_range(jack_port_by_name(far.peer().client(), port.c_str()), mode, &value);
        return Range(jack_nframes_t(value.min), jack_nframes_t(value.max));
    };
    const auto becomes = [&](const std::string& port, jack_latency_callback_mode_t mode, Range wanted) {
        const bool became = tend_until(*backend, [&](const BackendEvents&) { return range(port, mode) == wanted; });
        if (!became) WARN(port << " has " << range(port, mode).first << " … " << range(port, mode).second);
        return became;
    };
    CHECK(becomes(fohd + ":foh_1", JackCaptureLatency, {1100, 1600}));
    CHECK(becomes(fohd + ":foh_2", JackCaptureLatency, {1250, 1750}));
    CHECK(becomes(near_name + ":in", JackCaptureLatency, {1100, 1600}));
    CHECK(becomes(fohd + ":vox_1", JackPlaybackLatency, {130, 130}));
    CHECK(becomes(far_name + ":out", JackPlaybackLatency, {130, 130}));

    backend->set_output_latency(std::vector<int>{7, 8}); // A graph was changed.
    CHECK(becomes(fohd + ":foh_1", JackCaptureLatency, {1007, 1507}));
    CHECK(becomes(fohd + ":vox_1", JackPlaybackLatency, {37, 37}));
    CHECK(backend->stop(5s));
}

TEST_CASE("a new block size is taken and told")
{
    const JackServer server(48000, 64);
    Gain gain;
    const auto backend = open_backend(BackendKind::jack, {.client = server.client("fohd")}, stereo());
    backend->start(gain);
    const Peer somebody(server.client("somebody"), "out", JackPortIsOutput);
    REQUIRE(jack_set_buffer_size(somebody.client(), 256) == 0);
    CHECK(tend_until(*backend, [&](const BackendEvents& events) { return events.block == 256; }));
    CHECK(backend->status().block == 256);
    CHECK(tend_until(*backend, [&](const BackendEvents&) { return gain.widest == 256; }));
    CHECK(backend->stop(5s));
}

TEST_CASE("the death of the server is told, and the next one is used")
{
    Gain gain;
    {
        JackServer server;
        const auto backend = open_backend(BackendKind::jack, {.client = server.client("fohd")}, stereo());
        backend->start(gain);
        REQUIRE(gain.hundred.try_acquire_for(20s));
        server.stop(GENERATE(SIGTERM, SIGKILL));
        std::string said;
        CHECK(tend_until(
            *backend, [](const BackendEvents& events) { return events.lost; }, &said));
        CHECK_THAT(said, Catch::Contains("the JACK server went away"));
        CHECK_FALSE(backend->status().running);
        CHECK_FALSE(backend->tend().lost); // Once.
        backend->set_output_latency(std::vector<int>{1, 2});
        const auto begin = std::chrono::steady_clock::now();
        backend->stop(500ms);
        CHECK(std::chrono::steady_clock::now() - begin < 5s);
        const int calls = gain.calls;
        CHECK(gain.calls == calls);
    }
    const JackServer server;
    Gain again;
    const auto backend = open_backend(BackendKind::jack, {.client = server.client("fohd")}, stereo());
    backend->start(again);
    CHECK(again.hundred.try_acquire_for(20s));
}

TEST_CASE("patterns are names first, then expressions for the whole name")
{
    const PortPattern plain("system:playback_1"), expression("system:playback_(1|2)"), broken("Scarlett (left");
    CHECK(plain.names("system:playback_1"));
    CHECK_FALSE(plain.matches("system:playback_10"));
    CHECK_FALSE(plain.matches("my system:playback_1"));
    CHECK(expression.matches("system:playback_2"));
    CHECK_FALSE(expression.matches("system:playback_3"));
    CHECK(broken.names("Scarlett (left"));
    CHECK_FALSE(broken.matches("Scarlett (left"));
}
