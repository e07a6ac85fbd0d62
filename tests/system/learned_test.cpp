// What a processor has learned is there after a kill, until it is cleared; a damaged file costs no sound.
#include "tests/system/folder_watch.h"
#include "tests/system/running_daemon.h"
#include "tests/system/sound_files.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <filesystem>

using namespace fohd::test;

namespace {

const std::string address = "/input/vox/feedback_suppressor";

std::string graph(const std::string& chain)
{
    return "inputs: {vox: {chain: [" + chain +
           "], sends: {main: {}}}}\nbuses: {main: {}}\noutputs: {foh: {from: main}}\n";
}

/// A tone at 1 kHz that ends as if a notch had opened its loop, and silence.
void write_howl(const std::string& path)
{
    std::vector<float> sound(30 * 48000);
    for (std::size_t i = 0; i < 18000; ++i)
        sound[i] = 0.1f * static_cast<float>(std::sin(2 * 3.14159265358979 / 48 * static_cast<double>(i)));
    write_wav(path, {sound});
}

std::string text_of(const std::string& path)
{
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

void kill(RunningDaemon& daemon)
{
    daemon.program().signal(SIGKILL);
    CHECK(daemon.program().exit_code() == 128 + SIGKILL);
}
} // namespace

TEST_CASE("what a feedback suppressor has learned is there after a kill, wherever it stands then, until it is cleared")
{
    const TempFolder folder;
    std::filesystem::create_directory(folder / "learned");
    const std::string howl = folder / "howl.wav", file = folder / "learned/input.vox.feedback_suppressor.yaml";
    write_howl(howl);
    const std::vector<std::string> state{"STATE_DIRECTORY=" + folder.path()};
    const std::string silence = "fohd, source: silence";
    const FolderWatch written(folder / "learned");
    {
        RunningDaemon daemon(graph("feedback_suppressor: {}"), "fohd, source: " + howl, "dummy", state);
        REQUIRE(written.await()); // by itself
        kill(daemon);
    }
    const std::string learned = text_of(file);
    CHECK_THAT(learned, Catch::Contains("  - {frequency: ") && Catch::EndsWith("end: true\n"));
    {
        RunningDaemon daemon(graph("eq: {}, feedback_suppressor: {}"), silence, "dummy", state);
        OscClient surface(daemon.port());
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (surface.ask(address + "/meter/used").number() ==
               0) // Readings are told some blocks after the sound begins.
            REQUIRE(std::chrono::steady_clock::now() < end);
        CHECK(surface.ask(address + "/meter/frequency").number() == Approx(1000).margin(1));
        CHECK(surface.ask(address + "/meter/depth").number() >= 6);
        CHECK(surface.ask(address + "/meter/fixed").number() == 1);
        CHECK(text_of(file) == learned);
        surface.send(address + "/clear");
        while (std::filesystem::exists(file)) REQUIRE(written.await());
        kill(daemon);
    }
    std::ofstream(file) << "fohd-learned: 1\nprocessor: feedback_suppressor\nfilters:\n  - {freq";
    RunningDaemon daemon(graph("feedback_suppressor: {}"), silence, "dummy", state);
    OscClient surface(daemon.port());
    CHECK(surface.ask(address + "/meter/used").number() == 0);
    surface.send("/info");
    CHECK(surface.await([](const OscMessage& m) {
        return m.text(0).find("input.vox.feedback_suppressor.yaml is damaged") != std::string::npos;
    }));
    CHECK_FALSE(std::filesystem::exists(file));
    CHECK(std::distance(std::filesystem::directory_iterator(folder / "learned"), {}) == 1); // set aside
}
