// EBU Tech 3341 and 3342 through the running daemon: JACK in, OSC readings out.
#include "tests/conformance/ebu_signals.h"
#include "tests/support/jack_player.h"
#include "tests/support/jack_server.h"
#include "tests/system/running_daemon.h"
#include "tests/system/sound_files.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <future>
#include <map>

using namespace fohd::test;
using fohd::conformance::Check;
using fohd::conformance::Signal;

namespace {

/// One of each kind, on a strip each, all at once: 40 s instead of two minutes.
const std::vector<std::string> names{"3341-1",  "3341-9",  "3341-10-3", "3341-12", "3341-13-7",
                                     "3341-15", "3341-16", "3341-17",   "3341-18", "3341-19",
                                     "3341-20", "3341-21", "3341-22",   "3341-23", "3342-1"};

std::string strip(std::size_t n) { return "strip" + std::to_string(n + 1); }
std::string loudness(std::size_t n, std::string_view reading)
{
    return "/input/" + strip(n) + "/loudness/" + std::string(reading);
}

bool within(const Check& check, float value)
{
    return value >= check.expected - check.below && value <= check.expected + check.above;
}

/// What is to hold for a while, at whatever moment it is looked at: from the first reading within the tolerance to the last,
/// none is out of it, and there are enough of them. No clock of the test is compared with that of the sound.
void check_course(const Check& check, const std::vector<float>& readings)
{
    const auto good = [&](float value) { return within(check, value); };
    const auto first = std::find_if(readings.begin(), readings.end(), good);
    const auto last = std::find_if(readings.rbegin(), readings.rend(), good).base();
    REQUIRE(first < last);
    CHECK(std::all_of(first, last, good));
    // What stands still is sent once a second; half of that, were the machine busy with other things.
    CHECK(2 * static_cast<double>(last - first) >= check.to - check.from);
}

} // namespace

TEST_CASE("EBU Tech 3341 and 3342, live")
{
    std::vector<Signal> signals;
    std::string graph = "inputs:\n";
    Channels sound;
    std::vector<std::string> ports;
    const JackServer server(48000, 512);
    const std::string fohd = server.client("fohd");
    std::size_t frames = 0;
    for (const std::string& name : names) {
        const std::size_t n = signals.size();
        signals.push_back(fohd::conformance::make_signal(name, 48000));
        graph += "  " + strip(n) + ": {channels: 2, loudness: true}\n";
        for (std::size_t side = 0; side < 2; ++side) {
            std::vector<float> channel(4800); // The fade-in of the start is over.
            for (std::size_t at = side; at < signals[n].samples.size(); at += 2)
                channel.push_back(signals[n].samples[at]);
            frames = std::max(frames, channel.size() + 48000);
            sound.push_back(std::move(channel));
            ports.push_back(fohd + ":" + strip(n) + "_" + std::to_string(side + 1));
        }
    }
    RunningDaemon daemon(graph, fohd);
    JackPlayer player(server.client("player"), ports, {});
    OscClient surface(daemon.port());
    auto playing = std::async(std::launch::async, [&] { return player.play(sound, frames); });

    std::map<std::string, std::vector<float>> courses;
    auto renewed = OscClient::Clock::time_point{};
    while (playing.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
        if (OscClient::Clock::now() - renewed > std::chrono::seconds(4)) {
            surface.send("/subscribe", {"/input/*/loudness/{momentary,shortterm}", 20.0f});
            renewed = OscClient::Clock::now();
        }
        if (const auto message = surface.receive(OscClient::Clock::now() + std::chrono::milliseconds(100)))
            courses[message->address].push_back(message->number());
    }
    playing.get();

    for (std::size_t n = 0; n < signals.size(); ++n) {
        for (const Check& check : signals[n].checks) {
            INFO(signals[n].name << ", " << check.reading);
            const bool is_kept = check.reading != "momentary" && check.reading != "shortterm";
            if (is_kept) {
                const float value = surface.ask(loudness(n, check.reading)).number();
                INFO("is " << value << ", not " << check.expected);
                CHECK(within(check, value));
            } else {
                check_course(check, courses[loudness(n, check.reading)]);
            }
        }
    }
    surface.send("/subscribe", {loudness(0, "max/momentary")});
    surface.send(loudness(0, "reset"));
    CHECK(surface.await(
        [&](const OscMessage& m) { return m.address == loudness(0, "max/momentary") && m.number() == -120; }));
}
