// An insert through a real JACK server, its gear a plain connection from its send to its return.
#include "tests/support/jack_player.h"
#include "tests/support/jack_server.h"
#include "tests/system/running_daemon.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <thread>

using namespace fohd::test;

namespace {

/// "vox" through the gear and "dry" beside it, inverted: aligned they cancel.
std::string graph(const std::string& to)
{
    return "inputs:\n"
           "  vox: {chain: [insert: {send: \"" +
           to +
           "\", return: \"none:b\"}], sends: {main: {}}}\n"
           "  dry: {polarity: true, sends: {main: {}}}\n"
           "buses: {main: {channels: 1}}\n"
           "outputs: {foh: {from: main}}\n";
}

bool becomes(OscClient& osc, const std::string& address, float value)
{
    for (const auto end = OscClient::Clock::now() + OscClient::patience; OscClient::Clock::now() < end;
         std::this_thread::sleep_for(std::chrono::milliseconds(20)))
        if (osc.ask(address).number() == value) return true;
    return false;
}

float highest(const std::vector<float>& sound, std::size_t from)
{
    float most = 0;
    for (std::size_t i = from; i < sound.size(); ++i) most = std::max(most, std::abs(sound[i]));
    return most;
}
} // namespace

TEST_CASE("insert: measured through JACK it is aligned to the sample, and says where nothing answers",
          "[system][insert]")
{
    JackServer server(48000, 512);
    RunningDaemon daemon(graph("inserted:vox_insert_return"), "inserted");
    OscClient osc(daemon.port());
    JackPlayer player("player", {"inserted:vox", "inserted:dry"}, {"inserted:foh"});
    REQUIRE(becomes(osc, "/input/vox/insert/meter/connected", 1));
    osc.send("/input/vox/insert/measure", {1});
    REQUIRE(becomes(osc, "/input/vox/insert/latency", 512));
    CHECK(osc.ask("/input/vox/insert/block").number() == 512);
    std::this_thread::sleep_for(std::chrono::seconds(1)); // The gear is sent sound again before it is heard.

    std::vector<float> sound(24000);
    for (std::size_t i = 0; i < sound.size(); ++i) sound[i] = 0.5f * std::sin(static_cast<float>(i * i % 6283) * 1e-3f);
    CHECK(highest(player.play({sound, sound}, sound.size()).at(0), 2048) == 0.0f);
    CHECK(highest(player.play({sound, std::vector<float>(sound.size())}, sound.size()).at(0), 2048) > 0.4f);

    jack_disconnect(player.client(), "inserted:vox_insert_send", "inserted:vox_insert_return");
    REQUIRE(becomes(osc, "/input/vox/insert/meter/connected", 0));
    CHECK(highest(player.play({sound, sound}, sound.size()).at(0), 2048) == 0.0f); // It passes the sound by, as late.
    osc.send("/input/vox/insert/measure", {1});
    CHECK(becomes(osc, "/input/vox/insert/meter/measured", -1));
    CHECK(osc.ask("/input/vox/insert/latency").number() == 512);
}
