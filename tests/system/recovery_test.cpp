// The server under the daemon dies, comes back, is another one: sound, values, meters and connections go on.
#include "tests/support/clicks.h"
#include "tests/support/jack_player.h"
#include "tests/support/jack_server.h"
#include "tests/system/running_daemon.h"
#include "tests/system/sound_files.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cmath>
#include <iostream>
#include <memory>
#include <optional>
#include <thread>

using namespace fohd::test;
using Catch::Contains;
using namespace std::chrono_literals;

namespace {

/// Somebody who sends a sine and keeps what comes, or only looks.
class Guest {
public:
    Guest(const std::string& name, float level, float frequency = 997)
        : level_(level), frequency_(frequency), heard_(10 * 48000)
    {
        // While others are opening their clients, a server may refuse to activate one: as fohd does, it comes again.
        for (int attempt = 0; attempt < 20 && !open(name); ++attempt) std::this_thread::sleep_for(100ms);
        if (!client_) throw std::runtime_error("JACK does not take the test's guest");
    }
    ~Guest() { jack_client_close(client_); }
    Guest(const Guest&) = delete;
    Guest& operator=(const Guest&) = delete;

    jack_client_t* client() const { return client_; }
    /// What came in so far.
    std::vector<float> heard() const { return {heard_.begin(), heard_.begin() + static_cast<std::ptrdiff_t>(count_)}; }
    bool connected(const std::string& from, const std::string& to) const
    {
        const jack_port_t* port = jack_port_by_name(client_, from.c_str());
        return port && jack_port_connected_to(port, to.c_str()) != 0;
    }

private:
    bool open(const std::string& name)
    {
        client_ = jack_client_open(name.c_str(), JackNoStartServer, nullptr);
        if (!client_) return false;
        jack_set_process_callback(
            client_, [](jack_nframes_t frames, void* self) { return static_cast<Guest*>(self)->play(frames); }, this);
        rate_ = static_cast<float>(jack_get_sample_rate(client_));
        out_ = jack_port_register(client_, "out", JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput, 0);
        in_ = jack_port_register(client_, "in", JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput, 0);
        if (jack_activate(client_) == 0) return true;
        jack_client_close(std::exchange(client_, nullptr));
        return false;
    }

    int play(jack_nframes_t frames)
    {
        auto* out = static_cast<float*>(jack_port_get_buffer(out_, frames));
        const auto* in = static_cast<const float*>(jack_port_get_buffer(in_, frames));
        const std::size_t at = count_, room = std::min<std::size_t>(frames, heard_.size() - at);
        std::copy_n(in, room, heard_.begin() + static_cast<std::ptrdiff_t>(at));
        count_ = at + room;
        for (jack_nframes_t n = 0; n < frames; ++n, phase_ += 6.2831853f * frequency_ / rate_) {
            if (phase_ > 6.2831853f) phase_ -= 6.2831853f;
            out[n] = level_ * std::sin(phase_);
        }
        return 0;
    }

    jack_client_t* client_ = nullptr;
    jack_port_t *out_ = nullptr, *in_ = nullptr;
    float level_, frequency_, rate_ = 48000, phase_ = 0;
    std::vector<float> heard_;
    std::atomic<std::size_t> count_ = 0;
};

/// Asks again and again, for 30 s: nobody tells of these things.
bool comes_true(const std::function<bool()>& condition, std::chrono::milliseconds pause = 5ms)
{
    for (const auto end = Program::Clock::now() + 30s; !condition(); std::this_thread::sleep_for(pause))
        if (Program::Clock::now() > end) return false;
    return true;
}

std::string status(OscClient& surface)
{
    surface.send("/status");
    return surface.await("/status/text").text(0);
}

bool status_comes(OscClient& surface, const std::string& text)
{
    return comes_true([&] { return status(surface).find(text) != std::string::npos; }, 50ms);
}

} // namespace

TEST_CASE("twenty deaths of the server, by crash and by order, at two rates: connections, values and meters stay")
{
    JackServer server(48000, 512, 2, JackServer::Cycle::goes_on);
    const std::string fohd = server.client("fohd"), guest = server.client("guest");
    RunningDaemon daemon("inputs: {vox: {connect: 'system:capture_1', sends: {main: {}}}, guest: {sends: {main: {}}}}\n"
                         "buses: {main: {chain: [limiter: {lookahead: 3 ms}], loudness: true}}\n"
                         "outputs: {foh: {from: main, connect: ['system:playback_1', 'system:playback_2']}}\n",
                         fohd);
    OscClient surface(daemon.port());
    surface.send("/bus/main/fader", {-6.5f});
    surface.send("/input/vox/mute", {true});
    surface.send("/bus/main/limiter/lookahead", {4.0f}); // Changes the shape of the graph.
    const std::string integrated = "/bus/main/loudness/integrated";
    const auto connected = [&](const Guest& someone) {
        return someone.connected("system:capture_1", fohd + ":vox") &&
               someone.connected(fohd + ":foh_1", "system:playback_1") &&
               someone.connected(fohd + ":foh_2", "system:playback_2") &&
               someone.connected(fohd + ":foh_2", "system:playback_1") && // By hand, as is the next.
               someone.connected(guest + ":out", fohd + ":guest");
    };
    float loudness = 0;
    {
        const Guest someone(guest, 0.25f);
        REQUIRE(jack_connect(someone.client(), (fohd + ":foh_2").c_str(), "system:playback_1") == 0);
        REQUIRE(jack_connect(someone.client(), (guest + ":out").c_str(), (fohd + ":guest").c_str()) == 0);
        surface.send("/subscribe", {integrated, 50.0f});
        REQUIRE(comes_true([&] { return connected(someone); }));
        // A sine of 1 kHz in both channels has as many LUFS as its peak has dB: -12.04, less the fader and the pan law's 3 dB.
        REQUIRE(surface.await([&](const OscMessage& m) { return m.address == integrated && m.number() > -30; }));
        std::this_thread::sleep_for(2s); // Sound to measure.
    }
    const std::string momentary = "/bus/main/loudness/momentary";
    surface.send("/subscribe", {momentary, 50.0f});
    REQUIRE(surface.await([&](const OscMessage& m) { return m.address == momentary && m.number() < -70; }));
    surface.send("/unsubscribe");
    surface.until_pong();
    loudness = surface.ask(integrated).number();
    CHECK(loudness <
          -12.04 - 6.5 - 3.01 + 0.1); // Windows at both ends are but half full, and JACK may leave out cycles.
    CHECK(loudness > -30);

    std::vector<double> seconds;
    int rate = 48000;
    for (int n = 0; n < 20; ++n) {
        server.stop(n % 2 == 0 ? SIGKILL : SIGTERM);
        if (n % 2 == 0) rate = rate == 48000 ? 44100 : 48000;
        if (n == 0) { // The daemon lives on without it.
            CHECK(status_comes(surface, "audio=lost"));
            CHECK_THAT(status(surface), Contains("event=server_lost"));
            CHECK(surface.ask("/bus/main/fader").number() == -6.5f);
        }
        server.start(rate, 256 << n % 3);
        const auto back = Program::Clock::now();
        const Guest someone(guest, 0);
        INFO("death " << n << " at " << rate << " Hz: " << daemon.program().err());
        REQUIRE(comes_true([&] { return connected(someone); }));
        seconds.push_back(std::chrono::duration<double>(Program::Clock::now() - back).count());
        const bool counted = status_comes(surface, "audio=running restarts=" + std::to_string(n + 1) + " ");
        INFO(status(surface));
        REQUIRE(counted);
        CHECK_THAT(status(surface), Contains("rate=" + std::to_string(rate)));
        CHECK(surface.ask("/bus/main/fader").number() == -6.5f);
        CHECK(surface.ask("/input/vox/mute").values == std::vector<OscValue>{true});
        CHECK(surface.ask("/bus/main/limiter/lookahead").number() == 4.0f);
        CHECK(surface.ask(integrated).number() == Approx(loudness).margin(0.01)); // Silence is not counted.
    }
    std::ranges::sort(seconds);
    std::cout << "connections are back after " << seconds[10] << " s in the middle, " << seconds.back()
              << " s at most\n";
    CHECK(seconds[10] < 2);
    CHECK(daemon.program().exit_code(0ms) == -1);

    // And it is still the sound of this house, and its loudness.
    const Guest someone(guest, 0.25f);
    surface.send("/subscribe", {momentary, 50.0f});
    float last = 0;
    const auto there = surface.await([&](const OscMessage& m) {
        if (m.address == momentary) last = m.number();
        return m.address == momentary && std::abs(m.number() + 21.55f) < 0.1f;
    });
    INFO("it is " << last << ", " << status(surface) << "\n" << daemon.program().err());
    CHECK(there);
    surface.send("/unsubscribe");
    surface.until_pong();
    CHECK(surface.ask(integrated).number() > -30);
    daemon.program().signal(SIGTERM);
    CHECK(daemon.program().exit_code() == 0);
}

TEST_CASE("ten changes of the server's block under a sound that goes on")
{
    const JackServer server;
    const std::string fohd = server.client("fohd"), guest = server.client("guest");
    RunningDaemon daemon("inputs: {vox: {connect: '" + guest + ":out'}}\noutputs: {foh: {from: vox}}\n", fohd);
    OscClient surface(daemon.port());
    const Guest someone(guest, 0.25f);
    for (int n = 0; n < 10; ++n) {
        const int block = 128 << (n + 1) % 4;
        REQUIRE(jack_set_buffer_size(someone.client(), static_cast<jack_nframes_t>(block)) == 0);
        CHECK(status_comes(surface, "block=" + std::to_string(block)));
    }
    CHECK_THAT(status(surface), Contains("audio=running restarts=0 event=block_changed set_aside=none bad_samples=0"));
    surface.send("/subscribe", {"/output/foh/meter/peak", 50.0f});
    CHECK(surface.await([&](const OscMessage& m) { // 0.25 is -12.04 dB.
        return m.address == "/output/foh/meter/peak" && std::abs(m.number() + 12.04f) < 0.1f;
    }));
}

namespace {

/// The level of a strip that hears a sine of 0.25 is -12.04 dB.
bool sounds(OscClient& surface, const std::string& strip)
{
    surface.send("/subscribe", {strip + "/meter/peak", 50.0f});
    const bool heard = surface
                           .await([&](const OscMessage& m) {
                               return m.address == strip + "/meter/peak" && std::abs(m.number() + 12.04f) < 0.1f;
                           })
                           .has_value();
    surface.send("/unsubscribe");
    surface.until_pong();
    return heard;
}
} // namespace

// Not in the suite: for each change of connections the server waits for the frozen client's answer, up to ten times five seconds on
// a busy machine, and sometimes it calls fohd all the same.
TEST_CASE("another client that freezes is left out, the rest sounds on, and it is heard again when it lives",
          "[.frozen]")
{
    const JackServer server(48000, 256, 2, JackServer::Cycle::goes_on);
    const std::string fohd = server.client("fohd"), guest = server.client("guest"), effect = server.client("effect");
    RunningDaemon other("inputs: {x: {}}\noutputs: {out: {from: x}}\n", effect);
    RunningDaemon daemon("inputs: {live: {connect: '" + guest + ":out'}, fx: {connect: '" + effect +
                             ":out'}, more: {}}\noutputs: {foh: {from: live}}\n",
                         fohd);
    OscClient surface(daemon.port());
    surface.send("/input/fx/fader", {-6.5f});
    const Guest someone(guest, 0.25f);
    REQUIRE(jack_connect(someone.client(), (effect + ":out").c_str(), (fohd + ":more").c_str()) == 0); // By hand.
    const auto heard = [&] {
        return someone.connected(effect + ":out", fohd + ":fx") && someone.connected(effect + ":out", fohd + ":more") &&
               someone.connected(guest + ":out", fohd + ":live");
    };
    REQUIRE(comes_true(heard));
    REQUIRE(sounds(surface, "/output/foh"));
    for (int n = 0; n < 2; ++n) {
        other.program().signal(SIGSTOP);
        INFO(daemon.program().err());
        CHECK(status_comes(surface, " set_aside=" + effect + " ")); // The guest may have been, too.
        CHECK(status_comes(surface, "audio=running restarts=0"));
        CHECK(comes_true([&] { return someone.connected(guest + ":out", fohd + ":live"); }));
        CHECK(sounds(surface, "/output/foh"));
        CHECK_FALSE(someone.connected(effect + ":out", fohd + ":fx"));
        other.program().signal(SIGCONT);
        CHECK(status_comes(surface, " set_aside=none "));
        CHECK(comes_true(heard));
    }
    CHECK(status_comes(surface, "audio=running restarts=0"));
    CHECK(surface.ask("/input/fx/fader").number() == -6.5f);
    daemon.program().signal(SIGTERM);
    CHECK(daemon.program().exit_code() == 0);
}

TEST_CASE("a server that stands still, for its own sake or another client's, is waited for")
{
    const JackServer server;
    const std::string fohd = server.client("fohd"), guest = server.client("guest"), effect = server.client("effect");
    RunningDaemon other("inputs: {x: {}}\noutputs: {out: {from: x}}\n", effect);
    RunningDaemon daemon("inputs: {vox: {connect: '" + guest + ":out'}, fx: {connect: '" + effect +
                             ":out'}}\noutputs: {foh: {from: vox}}\n",
                         fohd);
    OscClient surface(daemon.port());
    surface.send("/input/vox/pan", {0.0f});
    const Guest someone(guest, 0.25f);
    REQUIRE(sounds(surface, "/output/foh"));
    const pid_t still[] = {server.pid(), other.program().pid()};
    for (const pid_t pid : still) {
        kill(pid, SIGSTOP);
        CHECK(status_comes(surface, "audio=stalled restarts=0 event=server_stalled"));
        surface.send("/subscribe", {"/output/foh/meter/*", 50.0f});
        for (const char* reading : {"/output/foh/meter/peak", "/output/foh/meter/rms"}) // No sound, no level.
            CHECK(surface.await([&](const OscMessage& m) { return m.address == reading && m.number() == -120; }));
        surface.send("/unsubscribe");
        surface.until_pong();
        kill(pid, SIGCONT);
        CHECK(status_comes(surface, "audio=running restarts=0 event=callbacks_back"));
        CHECK(sounds(surface, "/output/foh"));
    }
    CHECK(someone.connected(effect + ":out", fohd + ":fx"));
    daemon.program().signal(SIGTERM);
    CHECK(daemon.program().exit_code() == 0);
}

TEST_CASE("fohd itself stops for longer than the server waits, and goes on")
{
    const JackServer server(48000, 256, 2, JackServer::Cycle::goes_on);
    const std::string fohd = server.client("fohd"), guest = server.client("guest");
    RunningDaemon daemon("inputs: {vox: {connect: '" + guest + ":out'}}\noutputs: {foh: {from: vox, connect: '" +
                             guest + ":in'}}\n",
                         fohd);
    OscClient surface(daemon.port());
    surface.send("/output/foh/mute", {false});
    const Guest someone(guest, 0.25f);
    REQUIRE(sounds(surface, "/output/foh"));
    daemon.program().signal(SIGSTOP);
    std::this_thread::sleep_for(2s); // Four of the server's timeouts: nothing tells that it has given up.
    daemon.program().signal(SIGCONT);
    CHECK(sounds(surface, "/output/foh"));
    CHECK(status_comes(surface, "audio=running"));
    CHECK(comes_true([&] {
        return someone.connected(guest + ":out", fohd + ":vox") && someone.connected(fohd + ":foh", guest + ":in");
    }));
    CHECK(surface.ask("/output/foh/mute").values == std::vector<OscValue>{false});
    daemon.program().signal(SIGTERM);
    CHECK(daemon.program().exit_code() == 0);
}

// A jump of -60 dBFS leaves half of itself above 3 kHz; of a sine of 110 Hz nothing is left there.
TEST_CASE("sound that is back after a loss of the server has faded in without a click")
{
    JackServer server;
    const std::string fohd = server.client("fohd"), guest = server.client("guest");
    RunningDaemon daemon("inputs: {vox: {connect: '" + guest + ":out'}}\noutputs: {foh: {from: vox, connect: '" +
                             guest + ":in'}}\n",
                         fohd);
    OscClient surface(daemon.port());
    daemon.program().signal(SIGSTOP); // Until somebody is there to hear its first sound.
    server.stop(SIGKILL);
    server.start(48000, 512);
    const Guest someone(guest, 0.25f, 110);
    daemon.program().signal(SIGCONT);
    const auto loudest = [](const std::vector<float>& sound) {
        float most = 0;
        for (const float sample : sound) most = std::max(most, std::abs(sample));
        return most;
    };
    REQUIRE(comes_true([&] { return loudest(someone.heard()) > 0.24f; }, 50ms));
    const auto heard = someone.heard();
    CHECK(heard[0] == 0);
    CHECK(loudest(above_3k(heard)) < 0.0005f);
}
