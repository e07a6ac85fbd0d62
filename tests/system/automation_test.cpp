// Values over time, live: what is heard through JACK with its transport is what `fohd render` writes, and what surfaces do is
// recorded, kept and played.
#include "tests/support/jack_player.h"
#include "tests/support/jack_rig.h"
#include "tests/support/jack_server.h"
#include "tests/system/running_daemon.h"
#include "tests/system/sound_files.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <future>

using namespace fohd::test;
using namespace std::chrono_literals;

namespace {

const std::string graph = R"(
inputs: {vox: {chain: [eq: {}, compressor: {threshold: -30 dB}], sends: {main: {}}}}
buses: {main: {channels: 1, chain: [saturator: {}, fader, limiter: {}]}}
outputs: {foh: {from: main}}
)";

const std::string song = "0 /input/vox/fader -6 dB\n"
                         "0.5 /input/vox/mute on\n"
                         "0.6 /input/vox/mute off\n"
                         "0.7001 /input/vox/eq/2/gain 6 dB\n"
                         "1 /input/vox/fader 0 dB linear\n"
                         "1.5 /bus/main/fader -20 dB smooth\n"
                         "1.2 /bus/main/saturator/drive 6 dB\n"
                         "1.8 /bus/main/mute on\n";

std::string text_of(const std::string& path)
{
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}
} // namespace

TEST_CASE("an automation by JACK's transport is to the bit what render makes of it")
{
    constexpr int block = 64, rate = 48000;
    const TempFolder folder;
    std::ofstream(folder / "song.txt") << song;
    const JackServer server(rate, block);
    const std::string fohd = server.client("fohd");
    RunningDaemon daemon("automation: {file: " + (folder / "song.txt") + ", follow: transport}\n" + graph, fohd);
    OscClient tablet(daemon.port());
    CHECK(tablet.ask("/automation/name").text(0) == "song");
    CHECK(tablet.ask("/automation/state").text(0) == "stopped");

    const Channels steady{std::vector<float>(5 * rate, 0.25f)};
    JackPlayer player(server.client("player"), {fohd + ":vox"}, {fohd + ":foh"});
    const Peer hand(server.client("hand"), "out", JackPortIsOutput);
    auto playing = std::async(std::launch::async, [&] { return player.play(steady, steady[0].size()); });
    std::this_thread::sleep_for(1s); // all that glided after the start rests; this is the sound's own time
    jack_transport_start(hand.client());
    const auto heard = playing.get()[0];
    CHECK(tablet.ask("/automation/state").text(0) == "playing");
    CHECK(tablet.ask("/bus/main/fader").number() == Approx(-20));
    jack_transport_stop(hand.client());
    while (tablet.ask("/automation/state").text(0) != "stopped") {
    }

    const Channels wav{std::vector<float>(3 * rate, 0.25f)};
    write_wav(folder / "in.wav", wav);
    // Rendered the same way: a second of rest before. Its frames are those of the file, so the song begins later there.
    std::ofstream(folder / "plain.yaml") << "fohd: 1\n" << graph;
    std::string later;
    std::istringstream lines(song);
    for (std::string line; std::getline(lines, line);) {
        const auto blank = line.find(' ');
        later += std::to_string(std::stod(line.substr(0, blank)) + 0.96) + line.substr(blank) + "\n"; // 720 blocks
    }
    std::ofstream(folder / "later.txt") << later;
    Program render({FOHD, "render", "--config", folder / "plain.yaml", "--automation", folder / "later.txt", "--in",
                    "vox=" + (folder / "in.wav"), "--out", "foh=" + (folder / "out.wav")});
    INFO(render.err());
    REQUIRE(render.exit_code(std::chrono::minutes(2)) == 0);
    const auto rendered = read_wav(folder / "out.wav")[0];

    const auto silence_in = [](const std::vector<float>& sound) { // the end of the first mute, at 0.6 s
        const auto mute =
            std::ranges::find_if(sound.begin() + 24000, sound.end(), [](float s) { return std::abs(s) < 1e-6f; });
        return std::ranges::find_if(mute, sound.end(), [](float s) { return s != 0; }) - sound.begin();
    };
    const auto live = silence_in(heard), offline = silence_in(rendered);
    REQUIRE(live > 28800);
    REQUIRE(offline > 28800);
    const auto from = 28800 + 10; // of what came before the transport's start nothing is compared
    std::size_t differ = 0;
    for (std::ptrdiff_t n = -from; n < 72000; ++n)
        differ += heard[static_cast<std::size_t>(live + n)] != rendered[static_cast<std::size_t>(offline + n)];
    CHECK(differ == 0);
}

TEST_CASE("an automation is recorded from a surface, kept and played; what is wrong is told and changes nothing")
{
    const TempFolder folder;
    RunningDaemon daemon(graph, "fohd", "dummy", {"STATE_DIRECTORY=" + folder.path()});
    OscClient tablet(daemon.port());
    while (!tablet.ask("/automation/list").values.empty()) {
    }
    const auto refused = [&](const std::string& address, std::vector<OscValue> values) {
        tablet.send(address, std::move(values));
        const auto error = tablet.await("/error");
        CHECK(error.text(0) == address);
        return error.text(1);
    };
    // Until its files were listed, which a disk may delay.
    while (refused("/automation/load", {"nothing"}).find("still being read") != std::string::npos) {
    }
    CHECK(refused("/automation/play", {true}).find("nothing is loaded") != std::string::npos);
    CHECK(refused("/automation/locate", {-1.0f}).find("from 0 to 86400") != std::string::npos);
    CHECK(refused("/automation/record", {"../x"}).find("cannot be the name of an automation") != std::string::npos);

    tablet.send("/subscribe", {"/automation/*"});
    tablet.send("/automation/record", {"ride"});
    tablet.await([](const OscMessage& m) { return m.address == "/automation/state" && m.text(0) == "recording"; });
    for (int n = 0; n <= 40; ++n) {
        tablet.send("/input/vox/fader", {-0.5f * static_cast<float>(n)});
        std::this_thread::sleep_for(10ms); // a hand's own pace
    }
    tablet.send("/input/vox/mute", {true});
    CHECK(refused("/automation/load", {"ride"}).find("a recording is under way") != std::string::npos);
    tablet.send("/automation/stop", {true});
    REQUIRE(tablet.await([](const OscMessage& m) { return m.address == "/automation/list" && m.text(0) == "ride"; }));
    const std::string file = folder.path() + "/automation/ride.txt";
    for (const auto end = OscClient::Clock::now() + OscClient::patience;
         text_of(file).find("mute on") == std::string::npos && OscClient::Clock::now() < end;)
        std::this_thread::sleep_for(5ms); // the file thread tells nobody
    CHECK(text_of(file).find("/input/vox/fader -20 dB linear") != std::string::npos);
    CHECK(std::ranges::count(text_of(file), '\n') < 25); // of 42 moves

    tablet.send("/input/vox/mute", {false});
    tablet.send("/automation/play", {"ride"});
    REQUIRE(
        tablet.await([](const OscMessage& m) { return m.address == "/automation/state" && m.text(0) == "playing"; }));
    REQUIRE(
        tablet.await([](const OscMessage& m) { return m.address == "/automation/state" && m.text(0) == "stopped"; }));
    CHECK(tablet.ask("/input/vox/fader").number() == -20);
    CHECK(std::get<bool>(tablet.ask("/input/vox/mute").values.at(0)));

    std::ofstream(file) << "0 /input/vox/fader 0 dB\n1 /input/vox/fadr 0 dB\nsoon /input/vox/pan 1\n";
    tablet.send("/automation/load", {"ride"});
    CHECK(tablet.await("/error").text(1).find("ride.txt:2:3: error: there is no value `/input/vox/fadr`") !=
          std::string::npos);
    CHECK(tablet.await("/error").text(1).find("ride.txt:3:1: error: `soon` is no time") != std::string::npos);
    CHECK(tablet.ask("/automation/name").text(0) == "ride"); // as it was
    tablet.send("/automation/delete", {"ride"});
    REQUIRE(tablet.await([](const OscMessage& m) { return m.address == "/automation/list" && m.values.empty(); }));
}

TEST_CASE("the automation of a file is checked with it")
{
    const TempFolder folder;
    std::ofstream(folder / "fohd.yaml") << "fohd: 1\nautomation: {file: song.txt}\n" << graph;
    const auto check = [&] {
        Program program({FOHD, "check", folder / "fohd.yaml"});
        const int code = program.exit_code(1min);
        return std::pair(code, program.err());
    };
    CHECK(check().first == 1);
    std::ofstream(folder / "song.txt") << song;
    CHECK(check().first == 0);
    std::ofstream(folder / "song.txt") << song << "3 /input/vox/mute loud\n4 /input/vox/pan 2\n";
    const auto [code, err] = check();
    CHECK(code == 1);
    CHECK(err.find(folder / "song.txt" + ":9:19: error: /input/vox/mute: `loud` is neither on nor off") !=
          std::string::npos);
    CHECK(err.find(folder / "song.txt" + ":10:18: error: /input/vox/pan: `2` is out of range") != std::string::npos);
}
