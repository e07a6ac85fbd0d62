// The daemon on the network: own surfaces, liblo's tools and fohctl, over a running graph.
#include "tests/support/jack_player.h"
#include "tests/support/jack_server.h"
#include "tests/system/running_daemon.h"
#include "tests/system/sound_files.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <future>
#include <set>

using namespace fohd::test;
using Catch::Contains;

namespace {

constexpr const char* graph = R"(
inputs:
  a: {sends: {main: {}}}
  b: {sends: {main: {}}}
  tone: {channels: 2, chain: [compressor: {threshold: -40 dB, ratio: 4, knee: 0 dB}], loudness: true, sends: {main: {}}}
buses:
  main: {chain: [eq: {}, fader, limiter: {}]}
outputs:
  out_a: {from: a}
  out_b: {from: b}
)";

RunningDaemon without_sound() { return RunningDaemon(graph, "fohd", "dummy"); }

Program fohctl(const RunningDaemon& daemon, std::vector<std::string> words)
{
    words.insert(words.begin(), {FOHCTL, "--port", std::to_string(daemon.port())});
    return Program(words);
}

Program oscsend(const RunningDaemon& daemon, std::vector<std::string> words)
{
    words.insert(words.begin(), {"oscsend", "127.0.0.1", std::to_string(daemon.port())});
    return Program(words);
}

OscMessage await_value(OscClient& client, const std::string& address, float value)
{
    const auto message =
        client.await([&](const OscMessage& m) { return m.address == address && std::abs(m.number() - value) < 1e-4f; });
    if (!message) throw std::runtime_error(address + " never was " + std::to_string(value));
    return *message;
}

} // namespace

TEST_CASE("a value is set and asked for: plain, with a unit, on its taper, by a pattern")
{
    RunningDaemon daemon = without_sound();
    OscClient surface(daemon.port());
    surface.send("/bus/main/fader", {-6.0f});
    CHECK(surface.ask("/bus/main/fader").number() == -6.0f);
    surface.send("/bus/main/fader", {"-12 dB"});
    CHECK(surface.ask("/bus/main/fader").number() == -12.0f);
    surface.send("/bus/main/eq/2/frequency", {"2.5 kHz"});
    CHECK(surface.ask("/bus/main/eq/2/frequency").number() == 2500.0f);
    surface.send("/norm/bus/main/fader", {0.75f}); // The console fader law: three quarters are 0 dB.
    CHECK(surface.ask("/bus/main/fader").number() == Approx(0).margin(1e-4));
    CHECK(surface.ask("/norm/bus/main/fader").number() == Approx(0.75));
    surface.send("/input/a/mute", {true});
    CHECK(std::get<bool>(surface.ask("/input/a/mute").values.at(0)));

    surface.send("/input/{a,b}/fader", {-20.0f});
    CHECK(surface.ask("/input/a/fader").number() == -20.0f);
    CHECK(surface.ask("/input/b/fader").number() == -20.0f);
    CHECK(surface.ask("/input/tone/fader").number() == 0.0f);
    surface.send("/input/*/fader");
    std::set<std::string> answered;
    while (answered.size() < 3)
        answered.insert(surface.await([](const auto& m) { return m.address != "/pong"; })->address);
    CHECK(answered == std::set<std::string>{"/input/a/fader", "/input/b/fader", "/input/tone/fader"});
}

TEST_CASE("nonsense is answered by /error and changes nothing")
{
    RunningDaemon daemon = without_sound();
    OscClient surface(daemon.port());
    const auto error_of = [&](const std::string& address, std::vector<OscValue> values) {
        surface.send(address, std::move(values));
        const OscMessage error = surface.await("/error");
        CHECK(error.text(0) == address);
        return error.text(1);
    };
    CHECK_THAT(error_of("/bus/main/fadr", {-6.0f}), Contains("fader"));
    CHECK_FALSE(error_of("/bus/main/fader", {std::nanf("")}).empty());
    CHECK_FALSE(error_of("/bus/main/fader", {std::numeric_limits<float>::infinity()}).empty());
    CHECK_FALSE(error_of("/bus/main/fader", {"loud"}).empty());
    CHECK_FALSE(error_of("/bus/main/fader", {"3 kHz"}).empty());
    CHECK_FALSE(error_of("/bus/main/eq/2/type", {"triangle"}).empty());
    CHECK_FALSE(error_of("/input/*/fdr", {1.0f}).empty());
    CHECK_FALSE(error_of("/subscribe", {"/no/such/thing"}).empty());
    CHECK(surface.ask("/bus/main/fader").number() == 0.0f);
}

TEST_CASE("both faders of a bundle move at the same sample")
{
    const JackServer server;
    const std::string fohd = server.client("fohd");
    RunningDaemon daemon(graph, fohd);
    JackPlayer player(server.client("player"), {fohd + ":a", fohd + ":b"}, {fohd + ":out_a", fohd + ":out_b"});
    OscClient surface(daemon.port());
    surface.send("/subscribe", {"/input/a/meter/rms", 50.0f});

    constexpr std::size_t frames = 8 * 48000;
    const Channels steady(2, std::vector<float>(frames - 4800, 0.25f)); // −12 dB
    auto heard = std::async(std::launch::async, [&] { return player.play(steady, frames); });
    const auto await_level = [&](float low, float high) {
        return surface.await([&](const OscMessage& m) {
            return m.address == "/input/a/meter/rms" && m.number() > low && m.number() < high;
        });
    };
    for (int turn = 0; turn < 4; ++turn) { // Each once the one before has been heard for longer than it glides.
        const bool up = turn % 2 == 0;
        REQUIRE(await_level(up ? -13 : -100, up ? 0 : -27));
        const float target = up ? -20 : 0;
        surface.send_bundle({{"/input/a/fader", {target}}, {"/input/b/fader", {target}}});
    }
    const Channels recorded = heard.get();
    const auto moves = [](const std::vector<float>& sound) { // Frames at which it begins to move.
        std::vector<std::size_t> at;
        for (std::size_t n = 4801; n < frames - 4800; ++n)
            if (sound[n] != sound[n - 1] && sound[n - 1] == sound[n - 2]) at.push_back(n);
        return at;
    };
    CHECK(moves(recorded[0]).size() >= 4);
    CHECK(moves(recorded[0]) == moves(recorded[1]));
    CHECK(recorded[0] == recorded[1]); // And on all the way.
}

TEST_CASE("who subscribes hears levels, loudness and reduction")
{
    const JackServer server;
    const std::string fohd = server.client("fohd");
    RunningDaemon daemon(graph, fohd);
    JackPlayer player(server.client("player"), {fohd + ":tone_1", fohd + ":tone_2"}, {});
    OscClient surface(daemon.port());
    surface.send("/input/tone/compressor/bypass", {true});
    surface.send("/subscribe", {"/input/tone/meter/*", 20.0f});
    surface.send("/subscribe", {"/input/tone/loudness/momentary", 20.0f});
    surface.send("/subscribe", {"/input/tone/compressor/meter/reduction", 20.0f});

    // EBU Tech 3341, test 1: −23 dBFS of 1 kHz on both sides is −23 LUFS.
    Channels tone(2, std::vector<float>(7 * 48000));
    for (std::size_t n = 0; n < tone[0].size(); ++n)
        tone[0][n] = tone[1][n] =
            static_cast<float>(std::pow(10, -23 / 20.0) * std::sin(2 * 3.14159265358979 * static_cast<double>(n) / 48));
    auto playing = std::async(std::launch::async, [&] { return player.play(tone, tone[0].size() + 4800); });
    const auto becomes = [&](const std::string& address, float value, std::size_t channels) {
        INFO(address << " becomes " << value);
        CHECK(surface.await([&](const OscMessage& m) {
            return m.address == address && m.values.size() == channels && std::abs(m.number() - value) < 0.1f &&
                   std::abs(m.number(channels - 1) - value) < 0.1f;
        }));
    };
    becomes("/input/tone/meter/peak", -23, 2);
    becomes("/input/tone/meter/rms", -26.01f, 2); // 3.01 dB below the peak of a sine.
    becomes("/input/tone/loudness/momentary", -23, 1);
    surface.send("/input/tone/compressor/bypass", {false});
    // 17 dB above the threshold at 4:1 is 12.75 dB less, with the sine's own ripple and the detector's lag below it.
    CHECK(surface.await([](const OscMessage& m) {
        return m.address == "/input/tone/compressor/meter/reduction" && m.values.size() == 2 && m.number() > 9 &&
               m.number() < 13;
    }));
    CHECK(playing.get().empty());
}

TEST_CASE("a dump is complete and says how many values it has")
{
    RunningDaemon daemon = without_sound();
    OscClient surface(daemon.port());
    surface.send("/dump");
    std::set<std::string> addresses;
    std::int32_t values = 0;
    std::optional<OscMessage> message;
    while ((message = surface.receive()) && message->address != "/dump/done") {
        CHECK(message->values.size() == 1);
        addresses.insert(message->address);
        ++values;
    }
    REQUIRE(message);
    CHECK(std::get<std::int32_t>(message->values.at(0)) == values);
    CHECK(addresses.size() == static_cast<std::size_t>(values)); // Each once.
    CHECK(values > 60);
    for (const char* expected : {"/bus/main/fader", "/input/a/send/main/level", "/bus/main/eq/4/frequency",
                                 "/bus/main/limiter/ceiling", "/output/out_a/mute", "/input/tone/compressor/bypass"})
        CHECK(addresses.count(expected) == 1);

    Program dump = fohctl(daemon, {"dump"});
    REQUIRE(dump.exit_code() == 0);
    const std::string lines = dump.out();
    CHECK(std::count(lines.begin(), lines.end(), '\n') == values);
    Program by_tcp = fohctl(daemon, {"--tcp", "dump"});
    REQUIRE(by_tcp.exit_code() == 0);
    CHECK(by_tcp.out() == lines);
}

TEST_CASE("others hear of a change, and who made it does not unless it was clamped")
{
    RunningDaemon daemon = without_sound();
    OscClient mover(daemon.port()), watcher(daemon.port()), desk(daemon.port());
    mover.send("/subscribe", {"/bus/main/fader"});
    mover.await("/bus/main/fader"); // As it stands.
    watcher.send("/subscribe", {"/bus/main/fader"});
    watcher.await("/bus/main/fader");
    desk.send("/xremote");
    desk.until_pong();

    mover.send("/bus/main/fader", {-7.0f});
    await_value(watcher, "/bus/main/fader", -7);
    await_value(desk, "/bus/main/fader", -7);
    CHECK(mover.until_pong().empty());

    watcher.send("/bus/main/fader", {-8.0f});
    await_value(mover, "/bus/main/fader", -8);
    CHECK(watcher.until_pong().empty());

    mover.send("/bus/main/fader", {99.0f});
    await_value(mover, "/bus/main/fader", 10);
    await_value(watcher, "/bus/main/fader", 10);

    watcher.send("/unsubscribe");
    watcher.until_pong();
    mover.send("/bus/main/fader", {-9.0f});
    await_value(desk, "/bus/main/fader", -9);
    CHECK(watcher.until_pong().empty());
}

TEST_CASE("liblo's own tools are a surface")
{
    RunningDaemon daemon = without_sound();
    OscClient surface(daemon.port());
    REQUIRE(oscsend(daemon, {"/bus/main/fader", "f", "-11.5"}).exit_code() == 0);
    surface.send("/subscribe", {"/bus/main/fader"});
    await_value(surface, "/bus/main/fader", -11.5);

    const std::uint16_t port = free_port();
    const Program listener({"stdbuf", "-oL", "oscdump", "-L", std::to_string(port)});
    // It binds its port at some moment after its start: lease after lease, until one is heard.
    bool heard = false;
    for (int attempt = 0; attempt < 40 && !heard; ++attempt) {
        REQUIRE(oscsend(daemon, {"/subscribe", "sfi", "/bus/main/fader", "10", std::to_string(port)}).exit_code() == 0);
        heard = listener.says("/bus/main/fader f -11.5", std::chrono::milliseconds(500));
    }
    CHECK(heard);
    surface.send("/bus/main/fader", {-3.25f});
    CHECK(listener.says("/bus/main/fader f -3.25"));
}

TEST_CASE("fohctl sets, gets, watches and tells the status")
{
    RunningDaemon daemon = without_sound();
    OscClient surface(daemon.port());
    const auto done = [&](std::vector<std::string> words) {
        Program ctl = fohctl(daemon, std::move(words));
        const int code = ctl.exit_code();
        INFO(ctl.err());
        CHECK(code == 0);
        return ctl.out();
    };
    CHECK(done({"set", "/bus/main/fader", "-6 dB"}).empty());
    CHECK(done({"get", "/bus/main/fader"}) == "/bus/main/fader -6\n");
    CHECK(done({"--tcp", "get", "/bus/main/fader"}) == "/bus/main/fader -6\n");
    CHECK_THAT(done({"get", "/input/*/fader"}),
               Contains("/input/a/fader 0\n") && Contains("/input/b/fader 0\n") && Contains("/input/tone/fader 0\n"));
    CHECK_THAT(done({"status"}), Contains("backend=dummy") && Contains("rate=48000") && Contains("version="));

    const Program watch = fohctl(daemon, {"watch", "/bus/main/fader"});
    CHECK(watch.says("/bus/main/fader -6\n"));
    surface.send("/bus/main/fader", {-2.0f});
    CHECK(watch.says("/bus/main/fader -2\n"));

    Program wrong = fohctl(daemon, {"get", "/bus/mian/fader"});
    CHECK(wrong.exit_code() == 1);
    CHECK_THAT(wrong.err(), Contains("main"));
    const OscMessage status = surface.ask("/status");
    REQUIRE(status.values.size() == 9);
    CHECK(status.text(0) == "fohd");
    CHECK(status.text(3) == "dummy");
    CHECK(std::get<std::int32_t>(status.values[4]) == 48000);
    CHECK(std::get<std::int32_t>(status.values[5]) == 64);
}
