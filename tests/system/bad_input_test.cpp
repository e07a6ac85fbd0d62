// What is wrong gets one clear sentence and the right exit code, and a running daemon goes on.
#include "tests/support/jack_player.h"
#include "tests/support/jack_server.h"
#include "tests/system/running_daemon.h"
#include "tests/system/sound_files.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>

using namespace fohd::test;
using Catch::Contains;

namespace {

long lines_in(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

/// The file of a daemon at `port`.
std::string written(const TempFolder& folder, std::uint16_t port)
{
    const std::string path = folder / "fohd.yaml";
    std::ofstream(path) << "fohd: 1\ncontrol: {osc: {port: " << port
                        << "}}\ninputs: {vox: {}}\noutputs: {foh: {from: vox}}\n";
    return path;
}

} // namespace

TEST_CASE("an occupied port is one sentence and exit code 3")
{
    const TempFolder folder;
    const int taken = bound_socket();
    const std::uint16_t port = port_of(taken);
    Program run({FOHD, "run", "--config", written(folder, port), "--backend", "dummy", "--log", "error"});
    CHECK(run.exit_code() == 3);
    INFO(run.err());
    CHECK_THAT(run.err(), Contains(std::to_string(port)));
    CHECK(lines_in(run.err()) == 1);
    close(taken);
}

TEST_CASE("no JACK server is one sentence and exit code 3")
{
    const TempFolder folder;
    Program run({FOHD, "run", "--config", written(folder, free_port()), "--backend", "jack", "--log", "error"},
                {"JACK_DEFAULT_SERVER=fohd-no-such-server"});
    CHECK(run.exit_code() == 3);
    INFO(run.err());
    CHECK_THAT(run.err(), Contains("JACK server"));
    CHECK(lines_in(run.err()) == 1);
}

TEST_CASE("a broken file is every error with its place and exit code 1, whoever reads it")
{
    const TempFolder folder;
    const std::string path = folder / "broken.yaml";
    std::ofstream(path) << "fohd: 1\n"
                           "inputs:\n"
                           "  vox:\n"
                           "    fader: 30 dB\n"
                           "    chain: [compresor: {}]\n"
                           "    sends: {main: {}}\n";
    const std::vector<std::vector<std::string>> commands{
        {FOHD, "check", path},
        {FOHD, "run", "--config", path, "--backend", "dummy"},
        {FOHD, "render", "--config", path, "--in", "vox=" + path, "--out", "vox=" + (folder / "out.wav")}};
    for (const auto& words : commands) {
        Program program(words);
        INFO(words[1]);
        CHECK(program.exit_code() == 1);
        const std::string said = program.err();
        INFO(said);
        CHECK(lines_in(said) == 3);
        CHECK_THAT(said, Contains(path + ":4:12: error: ") && Contains("10 dB"));
        CHECK_THAT(said, Contains(path + ":5:13: error: ") && Contains("compressor"));
        CHECK_THAT(said, Contains(path + ":6:13: error: ") && Contains("main"));
    }
    Program missing({FOHD, "check", folder / "none.yaml"});
    CHECK(missing.exit_code() == 1);
    CHECK_THAT(missing.err(), Contains("none.yaml:1:1: error: "));
}

TEST_CASE("sound that cannot be read or does not fit is one sentence and exit code 1")
{
    const TempFolder folder;
    const std::string config = written(folder, 9000);
    write_wav(folder / "fast.wav", {std::vector<float>(100)}, 96000);
    write_wav(folder / "stereo.wav", Channels(2, std::vector<float>(100)));
    std::ofstream(folder / "text.wav") << "no sound";
    for (const char* file : {"none.wav", "text.wav", "stereo.wav"}) {
        Program render({FOHD, "render", "--config", config, "--in", "vox=" + (folder / file), "--out",
                        "foh=" + (folder / "out.wav")});
        INFO(file);
        CHECK(render.exit_code() == 1);
        INFO(render.err());
        CHECK_THAT(render.err(), Contains(file));
        CHECK(lines_in(render.err()) == 1);
    }
    write_wav(folder / "nan.wav", {[] {
                  std::vector<float> sound(24000, 0.25f);
                  sound[12000] = std::numeric_limits<float>::quiet_NaN();
                  for (const std::size_t n : {13000, 13001}) sound[n] = -std::numeric_limits<float>::infinity();
                  return sound;
              }()});
    Program render({FOHD, "render", "--config", config, "--in", "vox=" + (folder / "nan.wav"), "--out",
                    "foh=" + (folder / "out.wav")});
    CHECK(render.exit_code() == 0); // What is wrong with it is said, and it is rendered.
    CHECK(render.err() == (folder / "nan.wav") +
                              ": warning: samples that are no numbers were silenced: 3, the first in "
                              "channel 1 at 0.250 s (frame 12000)\n");
    for (const auto& channel : read_wav(folder / "out.wav"))
        CHECK(std::ranges::all_of(channel, [](float sample) { return std::isfinite(sample); }));
    Program nobody({FOHD, "render", "--config", config, "--in", "voz=" + (folder / "fast.wav"), "--out",
                    "foh=" + (folder / "out.wav")});
    CHECK(nobody.exit_code() == 1);
    CHECK_THAT(nobody.err(), Contains("vox"));
}

TEST_CASE("wrong usage is one sentence and exit code 2")
{
    const std::vector<std::vector<std::string>> commands{{FOHD},
                                                         {FOHD, "rum"},
                                                         {FOHD, "run", "--backend", "oss"},
                                                         {FOHD, "run", "--config"},
                                                         {FOHD, "check"},
                                                         {FOHD, "render"},
                                                         {FOHD, "describe", "--format", "pdf"},
                                                         {FOHCTL},
                                                         {FOHCTL, "gat", "/x"},
                                                         {FOHCTL, "get", "x"},
                                                         {FOHCTL, "--port", "0", "status"}};
    for (const auto& words : commands) {
        Program program(words);
        INFO(words.back());
        CHECK(program.exit_code() == 2);
        INFO(program.err());
        CHECK(lines_in(program.err()) == 1);
        CHECK(program.out().empty());
    }
    Program nobody({FOHCTL, "--port", std::to_string(free_port()), "status"});
    CHECK(nobody.exit_code() == 3);
    CHECK(lines_in(nobody.err()) == 1);
}

TEST_CASE("every command tells how it is used")
{
    for (const std::string command : {"run", "check", "render", "describe"}) {
        Program program({FOHD, command, "--help"});
        CHECK(program.exit_code() == 0);
        CHECK(program.out().find("fohd " + command) != std::string::npos);
        CHECK(program.err().empty());
    }
    Program ctl({FOHCTL, "automation", "play", "--help"});
    CHECK(ctl.exit_code() == 0);
    CHECK(ctl.out().find("automation play [NAME]") != std::string::npos);
}

TEST_CASE("what is no number becomes silence and is counted")
{
    constexpr const char* chain =
        "[high_pass: {}, gate: {}, eq: {bands: [{gain: 6 dB}]}, compressor: {}, delay: {feedback: 50 %}, "
        "limiter: {}]";
    const JackServer server;
    const std::string fohd = server.client("fohd");
    RunningDaemon daemon("inputs:\n  sick: {chain: " + std::string(chain) + "}\n  well: {chain: " + chain +
                             "}\noutputs: {out_sick: {from: sick}, out_well: {from: well}}\n",
                         fohd);
    JackPlayer player(server.client("player"), {fohd + ":sick", fohd + ":well"},
                      {fohd + ":out_sick", fohd + ":out_well"});
    OscClient surface(daemon.port());

    std::mt19937 generator(1);
    std::uniform_real_distribution<float> any(-0.5f, 0.5f);
    Channels sound(2, std::vector<float>(48000));
    for (auto& sample : sound[0]) sample = any(generator);
    sound[1] = sound[0];
    using Limits = std::numeric_limits<float>;
    const std::vector<std::pair<std::size_t, float>> bad{{9600, Limits::quiet_NaN()},
                                                         {9601, Limits::infinity()},
                                                         {9700, -Limits::infinity()},
                                                         {20000, Limits::signaling_NaN()},
                                                         {30000, -Limits::quiet_NaN()}};
    for (const auto& [frame, value] : bad) {
        sound[0][frame] = value;
        sound[1][frame] = 0;
    }
    const Channels heard = player.play(sound, 96000);
    CHECK(std::all_of(heard[0].begin(), heard[0].end(), [](float sample) { return std::isfinite(sample); }));
    CHECK(heard[0] == heard[1]);
    CHECK(*std::max_element(heard[0].begin() + 40000, heard[0].begin() + 48000) > 0.1f);

    // Main counts ten times a second.
    const std::string counted = "bad_samples=" + std::to_string(bad.size());
    bool told = false;
    for (const auto end = OscClient::Clock::now() + OscClient::patience; !told && OscClient::Clock::now() < end;) {
        surface.send("/status");
        told = surface.await("/status/text").text(0).find(counted) != std::string::npos;
    }
    CHECK(told);
    CHECK(surface.ask("/output/out_sick/fader").number() == 0.0f); // It goes on.
}
