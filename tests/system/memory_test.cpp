// What is there again after the worst, and what the show goes on with where nothing can be kept.
#include "tests/system/folder_watch.h"
#include "tests/system/running_daemon.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <random>
#include <sys/resource.h>

using namespace fohd::test;

namespace {

const std::string desk = "inputs: {a: {sends: {main: {}}}, b: {sends: {main: {}}}, c: {sends: {main: {}}}}\n"
                         "buses: {main: {chain: [eq: {}, compressor: {}]}}\n"
                         "outputs: {foh: {from: main}}\n";

std::string content(const std::string& path)
{
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// A folder for state, and what happens in it.
class StateFolder {
public:
    std::vector<std::string> setting() const { return {"STATE_DIRECTORY=" + folder_.path()}; }
    std::string file() const { return folder_ / "state.yaml"; }
    std::string text() const { return content(file()); }
    /// Waits until a state is there that is so.
    bool await(const std::function<bool(const std::string&)>& is_it) const
    {
        const auto end = Program::Clock::now() + OscClient::patience;
        while (!is_it(text())) {
            if (Program::Clock::now() > end) return false;
            watch_.await(std::chrono::seconds(1));
        }
        return true;
    }
    int damaged() const
    {
        int count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
            count += entry.path().string().find("damaged") != std::string::npos;
        return count;
    }

private:
    TempFolder folder_;
    FolderWatch watch_{folder_.path()};
};

/// The value of the n-th move: 0.01 dB a move, so that each is another and is told from its neighbours.
float value_of(int n) { return -0.01f * static_cast<float>(n % 8000); }
int move_of(float value) { return static_cast<int>(std::lround(-100 * value)); }

/// Which move a saved state has of an input's fader; −1: none.
int saved_move(const std::string& text, const std::string& input)
{
    const std::string key = "/input/" + input + "/fader: {value: ";
    const auto at = text.find(key);
    return at == std::string::npos ? -1 : move_of(std::strtof(text.c_str() + at + key.size(), nullptr));
}

std::string status_of(OscClient& surface)
{
    surface.send("/status");
    return surface.await("/status/text").text(0);
}

/// Asks until it is so: it becomes so by itself, by the file thread. Ten times a second, since who asks more is not always answered.
bool status_becomes(OscClient& surface, const std::string& what)
{
    const auto end = Program::Clock::now() + OscClient::patience;
    const auto is_it = [&](const OscMessage& m) {
        return m.address == "/status/text" && m.text(0).find(what) != std::string::npos;
    };
    do surface.send("/status");
    while (!surface.await(is_it, Program::Clock::now() + std::chrono::milliseconds(100)) &&
           Program::Clock::now() < end);
    return Program::Clock::now() < end;
}
} // namespace

// Values are moved all the time, of three inputs at once, and the daemon is killed at any moment. What the file had before the
// kill, or something later, is there after it, and the three are alike.
TEST_CASE("100 kills in the middle of saving: every state is whole, and no saved value is lost")
{
    const StateFolder state;
    std::minstd_rand any(1);
    int move = 0, saved = 0, sent = 0;
    for (int kill = 0; kill <= 100; ++kill) {
        RunningDaemon daemon(desk, "fohd", "dummy", state.setting());
        OscClient surface(daemon.port());
        const int found = move_of(surface.ask("/input/a/fader").number());
        INFO("kill " << kill << ": saved " << saved << ", found " << found << ", sent " << sent);
        REQUIRE(found >= saved);
        REQUIRE(found <= sent);
        for (const char* other : {"/input/b/fader", "/input/c/fader"})
            REQUIRE(move_of(surface.ask(other).number()) == found);
        const int goal = ++move;
        surface.send("/input/*/fader", {value_of(goal)});
        surface.until_pong();
        sent = goal;
        REQUIRE(state.await([&](const std::string& text) { return saved_move(text, "c") >= goal; }));
        for (auto more = any() % 60; more > 0; --more) {
            surface.send("/input/*/fader", {value_of(++move)});
            surface.until_pong();
        }
        sent = move;
        saved = saved_move(state.text(), "a");
        daemon.program().signal(SIGKILL);
        CHECK(daemon.program().exit_code() == 128 + SIGKILL);
    }
    CHECK(state.damaged() == 0);
}

TEST_CASE("an orderly stop saves the last move")
{
    const StateFolder state;
    RunningDaemon daemon(desk, "fohd", "dummy", state.setting());
    OscClient surface(daemon.port());
    surface.send("/input/a/fader", {-7.0f});
    surface.until_pong();
    daemon.program().signal(SIGTERM);
    CHECK(daemon.program().exit_code() == 0);
    CHECK(saved_move(state.text(), "a") == 700);
}

TEST_CASE("a damaged state is set aside and said, and the configuration serves")
{
    const StateFolder state;
    const auto text = GENERATE(values<std::string>({"", "fohd-state: 1\nvalues:\n  /input/a/fader: {value: -6 dB, fi",
                                                    std::string(2000, '\0'), "[[[[[[[[[[[[[[[["}));
    std::ofstream(state.file()) << text;
    RunningDaemon daemon(desk, "fohd", "dummy", state.setting());
    OscClient surface(daemon.port());
    CHECK(surface.ask("/input/a/fader").number() == 0);
    CHECK(state.damaged() == 1);
    CHECK_THAT(status_of(surface), Catch::Contains("state=damaged"));
    surface.send("/info");
    CHECK(surface.await([](const OscMessage& m) { return m.text(0).find("is damaged") != std::string::npos; }));
    surface.send("/input/a/fader", {-6.0f});
    CHECK(state.await([](const std::string& now) { return saved_move(now, "a") == 600; }));
}

TEST_CASE("a full disk keeps the old state, is said, and saving goes on once there is room")
{
    const StateFolder state;
    RunningDaemon daemon(desk, "fohd", "dummy", state.setting());
    OscClient surface(daemon.port());
    surface.send("/input/a/fader", {-1.0f});
    REQUIRE(state.await([](const std::string& text) { return saved_move(text, "a") == 100; }));
    const std::string before = state.text();
    const rlimit none{16, RLIM_INFINITY};
    REQUIRE(prlimit(daemon.program().pid(), RLIMIT_FSIZE, &none, nullptr) == 0);
    surface.send("/input/a/fader", {-2.0f});
    surface.send("/scene/save", {"One"});
    CHECK(status_becomes(surface, "state=full"));
    CHECK(state.text() == before);
    CHECK(surface.ask("/input/a/fader").number() == -2);
    const rlimit room{RLIM_INFINITY, RLIM_INFINITY};
    REQUIRE(prlimit(daemon.program().pid(), RLIMIT_FSIZE, &room, nullptr) == 0);
    CHECK(state.await([](const std::string& text) { return saved_move(text, "a") == 200; }));
    CHECK(status_becomes(surface, "state=ok"));
}

TEST_CASE("a second daemon on the same folder neither reads nor writes it")
{
    const StateFolder state;
    RunningDaemon first(desk, "fohd", "dummy", state.setting()), second(desk, "fohd", "dummy", state.setting());
    OscClient surface(first.port()), other(second.port());
    CHECK_THAT(status_of(other), Catch::Contains("state=locked"));
    other.send("/input/a/fader", {-9.0f});
    other.until_pong();
    surface.send("/input/a/fader", {-1.0f});
    CHECK(state.await([](const std::string& text) { return saved_move(text, "a") == 100; }));
    second.program().signal(SIGTERM);
    second.program().exit_code();
    CHECK(saved_move(state.text(), "a") == 100);
}

TEST_CASE("scenes are there after a restart, and fade in")
{
    const StateFolder state;
    {
        RunningDaemon daemon(desk, "fohd", "dummy", state.setting());
        OscClient surface(daemon.port());
        // Scenes are read by a thread of their own; until then they are refused.
        const auto end = Program::Clock::now() + OscClient::patience;
        surface.send("/input/a/fader", {-6.0f});
        do {
            surface.send("/scene/save", {"Opening"});
            surface.until_pong();
        } while (surface.ask("/scene/list").values.empty() && Program::Clock::now() < end);
        surface.send("/input/a/fader", {-20.0f});
        surface.until_pong();
        daemon.program().signal(SIGTERM);
        REQUIRE(daemon.program().exit_code() == 0);
    }
    RunningDaemon daemon(desk, "fohd", "dummy", state.setting());
    OscClient surface(daemon.port());
    CHECK(surface.ask("/input/a/fader").number() == -20);
    surface.send("/subscribe", {"/scene/*"});
    REQUIRE(surface.await([](const OscMessage& m) { return m.address == "/scene/list" && m.text(0) == "Opening"; }));
    surface.send("/subscribe", {"/input/a/fader"});
    surface.send("/scene/recall", {"Opening", 0.3f});
    bool between = false;
    REQUIRE(surface.await([&](const OscMessage& m) {
        between = between || (m.address == "/input/a/fader" && m.number() > -19 && m.number() < -7);
        return m.address == "/input/a/fader" && m.number() == -6;
    }));
    CHECK(between);
}

TEST_CASE("1,000 changes are undone one by one")
{
    RunningDaemon daemon(desk, "fohd", "dummy");
    OscClient surface(daemon.port());
    for (int n = 0; n < 1000; ++n) {
        surface.send("/input/a/mute", {n % 2 == 0});
        if (n % 50 == 49) surface.until_pong();
    }
    CHECK_THAT(status_of(surface), Catch::Contains("undo=1000"));
    for (int n = 0; n < 1000; ++n) {
        surface.send("/undo");
        if (n % 50 == 49) surface.until_pong();
    }
    CHECK_THAT(status_of(surface), Catch::Contains("undo=0 redo=1000"));
    surface.send("/undo");
    CHECK(surface.await("/error").text(0) == "/undo");
}
