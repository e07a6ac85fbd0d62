#include "tests/support/jack_player.h"
#include "tests/support/jack_rig.h"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <jack/midiport.h>

using namespace fohd::daemon;
using namespace fohd::test;
using namespace std::chrono_literals;

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

TEST_CASE("latency is handed on in both directions")
{
    const JackServer server(48000, 64);
    const std::string fohd = server.client("fohd"), far_name = server.client("far"), near_name = server.client("near");
    Gain gain;
    const auto backend =
        open_backend(BackendKind::jack, {.client = fohd}, stereo({far_name + ":out"}, {near_name + ":in"}));
    backend->set_latency({.outputs = {100, 250}, .inputs = {}});
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

    backend->set_latency({.outputs = {7, 8}, .inputs = {}}); // A graph was changed.
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
        backend->set_latency({.outputs = {1, 2}, .inputs = {}});
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
