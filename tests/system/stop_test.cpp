// The end, as it is heard; and what the start costs.
#include "tests/support/jack_player.h"
#include "tests/support/jack_server.h"
#include "tests/system/running_daemon.h"
#include "tests/system/sound_files.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <future>
#include <iostream>
#include <thread>

using namespace fohd::test;

TEST_CASE("SIGTERM ends the sound with a short fade and the daemon within a second")
{
    const JackServer server;
    const std::string fohd = server.client("fohd");
    RunningDaemon daemon("inputs: {vox: {}}\noutputs: {foh: {from: vox}}\n", fohd);
    JackPlayer player(server.client("player"), {fohd + ":vox"}, {fohd + ":foh"});
    OscClient surface(daemon.port());
    constexpr std::size_t frames = 6 * 48000;
    constexpr float level = 0.5f;
    auto playing =
        std::async(std::launch::async, [&] { return player.play({std::vector<float>(frames, level)}, frames); });
    surface.send("/subscribe", {"/output/foh/meter/peak", 50.0f});
    REQUIRE(
        surface.await([](const OscMessage& m) { return m.address == "/output/foh/meter/peak" && m.number() > -6.1f; }));

    const auto asked = Program::Clock::now();
    daemon.program().signal(GENERATE(SIGTERM, SIGINT));
    CHECK(daemon.program().exit_code() == 0);
    CHECK(Program::Clock::now() - asked < std::chrono::seconds(1));
    INFO(daemon.program().err());

    const std::vector<float> heard = playing.get()[0];
    CHECK(heard.back() == 0);
    const auto loud = std::find(heard.begin(), heard.end(), level);
    REQUIRE(loud != heard.end());
    const auto fade = std::find_if(loud, heard.end(), [](float sample) { return sample != level; });
    const auto silence = std::find(fade, heard.end(), 0.0f);
    REQUIRE(silence != heard.end());
    CHECK(silence - fade <= 2400); // 50 ms
    CHECK(silence - fade >= 480);
    // A raised cosine of 10 ms is at most so steep; a click of 20 dB below the sound would be ten times that.
    const float steepest = level * 3.1416f / 2 / 480;
    for (auto at = fade; at != heard.end(); ++at)
        if (*at > at[-1] || at[-1] - *at > steepest) FAIL("jumps from " << at[-1] << " to " << *at);
    CHECK(std::all_of(silence, heard.end(), [](float sample) { return sample == 0; }));
}

TEST_CASE("start to the first block, and resident memory after 10 s", "[.benchmark]")
{
    std::ifstream file(std::string(EXAMPLES) + "/console.yaml");
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const std::string graph = text.substr(text.find("\ninputs:"));
    double fastest = 1e9;
    for (int round = 0; round < 5; ++round)
        fastest = std::min(fastest, RunningDaemon(graph, "fohd", "dummy").start_time().count());
    RunningDaemon daemon(graph, "fohd", "dummy");
    std::this_thread::sleep_for(std::chrono::seconds(10)); // The figure is defined so.
    std::ifstream status("/proc/" + std::to_string(daemon.program().pid()) + "/status");
    std::cout << "console.yaml on dummy\nstart to the first block: " << 1000 * fastest << " ms, the fastest of five\n";
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS") || line.starts_with("VmHWM")) std::cout << line << '\n';
}
