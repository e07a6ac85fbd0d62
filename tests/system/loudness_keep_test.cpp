// `loudness: keep`: what was integrated is there after a stop and after a kill.
#include "tests/system/folder_watch.h"
#include "tests/system/running_daemon.h"

#include <catch2/catch.hpp>
#include <filesystem>

using namespace fohd::test;

namespace {

const std::string noise = "fohd, source: noise", silence = "fohd, source: silence"; // the client, and what dummy hears

std::string graph(const std::string& loudness, int channels = 2)
{
    return "inputs: {in: {channels: 2, sends: {main: {}}}}\n"
           "buses: {main: {channels: " +
           std::to_string(channels) + ", fader: -20 dB, loudness: " + loudness + "}}\noutputs: {foh: {from: main}}\n";
}

float integrated(OscClient& surface) { return surface.ask("/bus/main/loudness/integrated").number(); }

/// A folder for state, and when something comes into that of the loudness.
class Kept {
public:
    std::vector<std::string> setting() const { return {"STATE_DIRECTORY=" + folder_.path()}; }
    std::string file() const { return folder_ / "loudness/bus-main.yaml"; }
    bool await_write() const { return watch_.await(); }

private:
    /// There before anything is watched or written.
    static std::string made(const std::string& path)
    {
        std::filesystem::create_directory(path);
        return path;
    }
    TempFolder folder_;
    FolderWatch watch_{made(folder_ / "loudness")};
};

/// Waits until there is integrated loudness.
bool await_reading(OscClient& surface)
{
    surface.send("/subscribe", {"/bus/main/loudness/integrated", 20.0f});
    const auto is_it = [](const OscMessage& m) {
        return m.address == "/bus/main/loudness/integrated" && m.number() > -70;
    };
    return surface.await(is_it).has_value();
}

bool has_blocks(const Kept& state)
{
    std::ifstream file(state.file());
    return std::string(std::istreambuf_iterator<char>(file), {}).find("blocks:") != std::string::npos;
}

void stop(RunningDaemon& daemon)
{
    daemon.program().signal(SIGTERM);
    REQUIRE(daemon.program().exit_code() == 0);
}
} // namespace

TEST_CASE("loudness that is kept goes on after a stop, until its reset; what is not kept does not")
{
    const Kept state;
    float before = 0;
    {
        RunningDaemon daemon(graph("keep"), noise, "dummy", state.setting());
        OscClient surface(daemon.port());
        REQUIRE(await_reading(surface));
        stop(daemon);
    }
    {
        RunningDaemon daemon(graph("keep"), silence, "dummy", state.setting());
        OscClient surface(daemon.port());
        before = integrated(surface);
        CHECK(before > -70);
        CHECK(surface.ask("/bus/main/loudness/max/momentary").number() > -70);
        CHECK(surface.ask("/bus/main/loudness/momentary").number() < -70);
        CHECK_THAT(daemon.program().err() + daemon.program().out(),
                   Catch::Contains("the loudness of /bus/main goes on"));
        stop(daemon);
    }
    {
        RunningDaemon daemon(graph("keep"), silence, "dummy", state.setting());
        OscClient surface(daemon.port());
        CHECK(integrated(surface) == before); // silence counts nothing, and nothing is lost by a restart
        REQUIRE(has_blocks(state));
        surface.send("/bus/main/loudness/reset");
        while (has_blocks(state)) REQUIRE(state.await_write());
        daemon.program().signal(SIGKILL);
        CHECK(daemon.program().exit_code() == 128 + SIGKILL);
    }
    {
        RunningDaemon daemon(graph("keep"), silence, "dummy", state.setting());
        OscClient surface(daemon.port());
        CHECK(integrated(surface) == -120);
    }
    RunningDaemon daemon(graph("true"), silence, "dummy", state.setting());
    stop(daemon);
    CHECK_FALSE(std::filesystem::exists(state.file()));
}

TEST_CASE("of loudness that is kept, a kill takes no more than what came after the last file")
{
    const Kept state;
    float before = 0;
    {
        RunningDaemon daemon(graph("keep"), noise, "dummy", state.setting());
        OscClient surface(daemon.port());
        REQUIRE(state.await_write()); // by itself, after 9 s
        before = integrated(surface);
        daemon.program().signal(SIGKILL);
        CHECK(daemon.program().exit_code() == 128 + SIGKILL);
    }
    RunningDaemon daemon(graph("keep"), silence, "dummy", state.setting());
    OscClient surface(daemon.port());
    CHECK(integrated(surface) == Approx(before).margin(0.1)); // noise is steady
}

TEST_CASE("loudness of another number of channels begins anew and says so; a damaged file is set aside")
{
    const Kept state;
    {
        RunningDaemon daemon(graph("keep"), noise, "dummy", state.setting());
        OscClient surface(daemon.port());
        REQUIRE(await_reading(surface));
        stop(daemon);
    }
    {
        RunningDaemon daemon(graph("keep", 1), silence, "dummy", state.setting());
        OscClient surface(daemon.port());
        CHECK(integrated(surface) == -120);
        CHECK_THAT(daemon.program().err() + daemon.program().out(), Catch::Contains("/bus/main begins anew"));
        stop(daemon);
    }
    std::ofstream(state.file()) << "fohd-loudness: 1\nchannels: 2\nblocks:\n  -23.4";
    RunningDaemon daemon(graph("keep"), silence, "dummy", state.setting());
    OscClient surface(daemon.port());
    CHECK(integrated(surface) == -120);
    surface.send("/info");
    CHECK(surface.await(
        [](const OscMessage& m) { return m.text(0).find("bus-main.yaml is damaged") != std::string::npos; }));
}

TEST_CASE("loudness: keep in a file that is read again resets no meter")
{
    const Kept state;
    RunningDaemon daemon(graph("true"), noise, "dummy", state.setting());
    OscClient surface(daemon.port());
    REQUIRE(await_reading(surface));
    daemon.rewrite(graph("keep"));
    surface.send("/config/reload");
    REQUIRE(surface.await("/config/reload").text(0) == "bus main differs");
    CHECK(integrated(surface) > -70);
    stop(daemon);
    CHECK(std::filesystem::exists(state.file()));
}
