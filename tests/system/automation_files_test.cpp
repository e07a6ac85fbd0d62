// Automations as files: what people put into the folder while fohd runs, and what is left of a recording whatever happens.
#include "tests/system/running_daemon.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

using namespace fohd::test;
using namespace std::chrono_literals;

namespace {

const std::string graph = "inputs: {vox: {sends: {main: {}}}}\n"
                          "buses: {main: {channels: 1, chain: [fader, limiter: {}]}}\n"
                          "outputs: {foh: {from: main}}\n";

std::string text_of(const std::string& path)
{
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The file thread tells nobody, and who asks too often is not answered.
void eventually(const std::function<bool()>& holds)
{
    const auto end = OscClient::Clock::now() + OscClient::patience;
    while (!holds()) {
        if (OscClient::Clock::now() > end) FAIL("it never came to that");
        std::this_thread::sleep_for(2ms);
    }
}

/// fohd on a folder of the test's own, and a tablet.
struct Show {
    explicit Show(const TempFolder& state, const std::string& yaml = graph)
        : folder(state.path() + "/automation/"), daemon(yaml, "fohd", "dummy", {"STATE_DIRECTORY=" + state.path()}),
          tablet(daemon.port())
    {
        eventually(
            [&] { return refused("/automation/load", {"nothing"}).find("still being read") == std::string::npos; });
    }

    void put(const std::string& name, const std::string& text) const
    {
        std::filesystem::create_directories(folder);
        std::ofstream(folder + name) << text;
    }
    std::string refused(const std::string& address, std::vector<OscValue> values)
    {
        tablet.send(address, std::move(values));
        const auto error = tablet.await("/error");
        CHECK(error.text(0) == address);
        return error.text(1);
    }
    std::vector<std::string> list()
    {
        std::vector<std::string> names;
        const auto answer = tablet.ask("/automation/list");
        for (std::size_t n = 0; n < answer.values.size(); ++n) names.push_back(answer.text(n));
        return names;
    }
    void until(const std::string& address, const std::string& text)
    {
        eventually([&] { return tablet.ask(address).text(0) == text; });
    }
    /// Moves one fader while it records, to -1 dB and, later, to -20 dB.
    void begin_take(const std::string& name)
    {
        tablet.send("/automation/record", {name});
        until("/automation/state", "recording");
        tablet.send("/input/vox/fader", {-1.0f});
        const float began = tablet.ask("/automation/position").number();
        eventually([&] { return tablet.ask("/automation/position").number() > began + 0.01f; });
        tablet.send("/input/vox/fader", {-20.0f});
        tablet.until_pong();
    }
    void saved(const std::string& name, const std::string& holds) const
    {
        eventually([&] { return text_of(folder + name).find(holds) != std::string::npos; });
    }

    std::string folder;
    RunningDaemon daemon;
    OscClient tablet;
};

const std::string by_hand = "# by hand\n0 /bus/main/fader -3 dB\n9 /bus/main/fader 0 dB linear\n";
} // namespace

TEST_CASE("an automation that is put into the folder is there at once, and recording over it loses nothing")
{
    const TempFolder state;
    Show show(state);
    show.put("ride.txt", by_hand);
    std::filesystem::create_directory(show.folder + "folder.txt");
    CHECK(show.list() == std::vector<std::string>{"ride"}); // a folder is none
    show.tablet.send("/automation/load", {"ride"});
    CHECK(std::get<std::int32_t>(show.tablet.await("/automation/loaded").values.at(1)) == 2);
    CHECK(show.refused("/automation/delete", {"folder"}).find("there is no automation") != std::string::npos);

    show.put("ride.txt",
             by_hand + "0.001 /bus/main/limiter/lookahead 2.5 ms\n9 /bus/main/mute on\n"); // edited after it was loaded
    show.begin_take("ride");
    CHECK(show.tablet.ask("/bus/main/fader").number() == Approx(-3).margin(1)); // what it has is played
    show.tablet.send("/automation/stop");
    show.saved("ride.txt", "/input/vox/fader -20 dB");
    CHECK(text_of(show.folder + "ride.txt").find("9 /bus/main/mute on") != std::string::npos);
    CHECK(text_of(show.folder + "ride.1.txt") ==
          by_hand + "0.001 /bus/main/limiter/lookahead 2.5 ms\n9 /bus/main/mute on\n");
    const std::string ride = text_of(show.folder + "ride.txt"); // what it plays itself is not recorded anew
    INFO(ride);
    const auto lines_with = [&](const std::string& word) {
        int count = 0;
        for (auto at = ride.find(word); at != ride.npos; at = ride.find(word, at + 1)) ++count;
        return count;
    };
    CHECK(lines_with("lookahead") == 1);
    CHECK(lines_with("/bus/main/fader") == 2);

    show.begin_take("new");
    show.put("new.txt", by_hand); // while it is recorded
    show.tablet.send("/automation/stop");
    show.saved("new.txt", "/input/vox/fader -20 dB");
    CHECK(text_of(show.folder + "new.1.txt") == by_hand);
    eventually([&] { return show.list() == std::vector<std::string>{"new", "new.1", "ride", "ride.1"}; });
    show.tablet.send("/automation/delete", {"ride"});
    eventually([&] { return show.list() == std::vector<std::string>{"new", "new.1", "ride.1"}; });

    show.put("bad.txt", "0 /input/vox/fadr 0 dB\n");
    CHECK(show.refused("/automation/record", {"bad"}).find("bad.txt:1:3: error") != std::string::npos);
    CHECK(show.tablet.ask("/automation/state").text(0) == "stopped");
    CHECK(show.refused("/automation/load", {"../state"}).find("cannot be the name") != std::string::npos);
}

TEST_CASE("a recording in which nothing was moved is said, and changes nothing")
{
    const TempFolder state;
    Show show(state);
    show.put("ride.txt", by_hand);
    show.tablet.send("/automation/load", {"ride"});
    show.tablet.await("/automation/loaded");
    for (const std::string name : {"new", "ride"}) {
        show.tablet.send("/automation/record", {name});
        show.until("/automation/state", "recording");
        CHECK(show.refused("/automation/stop", {}).find("nothing was moved") != std::string::npos);
        CHECK(show.tablet.ask("/automation/name").text(0) == "ride");
    }
    CHECK(show.list() == std::vector<std::string>{"ride"});
    CHECK(text_of(show.folder + "ride.txt") == by_hand);
    for (const std::string press : {"/automation/stop", "/config/reload"})
        CHECK(show.refused(press, {"x"}).find("takes nothing, or a press") == 0);
    CHECK(show.refused("/automation/play", {"ride", 2.0f}).find("takes the name") == 0);
}

TEST_CASE("a recording outlives kill -9")
{
    const TempFolder state;
    {
        Show show(state);
        show.put("ride.txt", by_hand);
        show.begin_take("ride");
        const std::string take = show.folder + "ride.take";
        show.saved("ride.take", "/input/vox/fader -20 dB\n");
        show.daemon.program().signal(SIGKILL);
        CHECK(show.daemon.program().exit_code() == 128 + SIGKILL);
        std::ofstream(take, std::ios::app) << "0.9 /input/vox/fader -1"; // cut off by a loss of power
        CHECK(text_of(show.folder + "ride.txt") == by_hand);
        show.put("other.take", "0.5 /input/gone/fader -3 dB\n"); // of a strip that is not there any more
        show.put("cut.take", "0.5 /input/vox/fad");
        show.put("bytes.take", "\xff\xfe\x01\n");
        show.put("none.take", "");
        show.put("na\xefve.take", "0.5 /input/vox/fader -3 dB\n");
    }
    Show show(state);
    show.saved("ride.txt", "/input/vox/fader -20 dB");
    const std::vector<std::string> kept{"bytes.take", "cut.take", "other.take", "ride", "ride.1"};
    eventually([&] { return show.list() == kept; });
    CHECK(text_of(show.folder + "cut.take.txt") == "0.5 /input/vox/fad");
    CHECK(text_of(show.folder + "bytes.take.txt") == "\xff\xfe\x01\n");
    CHECK(std::filesystem::exists(show.folder + "na\xefve.take"));
    CHECK(text_of(show.folder + "ride.txt").find("9 /bus/main/fader 0 dB linear") != std::string::npos);
    CHECK(text_of(show.folder + "ride.txt").find("-1 dB\n") != std::string::npos); // where the hand began
    CHECK(text_of(show.folder + "ride.txt").find("0.9 ") == std::string::npos);
    CHECK(text_of(show.folder + "ride.1.txt") == by_hand);
    CHECK(text_of(show.folder + "other.take.txt") == "0.5 /input/gone/fader -3 dB\n");
    CHECK_FALSE(std::filesystem::exists(show.folder + "ride.take"));
    show.tablet.send("/info");
    std::string notes;
    for (const auto& message : show.tablet.until_pong())
        if (message.address == "/info/note") notes += message.text(0) + "\n";
    CHECK(notes.find("fohd ended while it recorded `ride`; what was moved until then is kept") != std::string::npos);
    for (const std::string said :
         {"what it had is in `other.take`: ", "what it had is in `cut.take`: it ends within its first move",
          "what it had is in `bytes.take`: `\xef\xbf\xbd\xef\xbf\xbd?`", "recorded `none`; nothing of what was moved",
          "`na\xef\xbf\xbdve` cannot be the name of a recording"})
        CHECK(notes.find(said) != std::string::npos);
}

TEST_CASE("the configuration's automation has its name")
{
    const TempFolder state;
    std::ofstream(state / "show.txt") << by_hand;
    const std::string yaml = "automation: {file: " + (state / "show.txt") + "}\n" + graph;
    Show show(state, yaml);
    show.put("other.txt", "0 /input/vox/fader -3 dB\n");
    CHECK(show.list() == std::vector<std::string>{"other", "show"});
    const auto loaded = [&](const std::string& name) {
        show.tablet.send("/automation/load", {name});
        return std::get<std::int32_t>(show.tablet.await("/automation/loaded").values.at(1));
    };
    CHECK(loaded("other") == 1);
    CHECK(loaded("show") == 2);
    CHECK(show.refused("/automation/delete", {"show"}).find("is the configuration's") != std::string::npos);

    show.begin_take("show"); // over the configuration's, whose file stays
    show.tablet.send("/automation/stop");
    show.saved("show.txt", "/bus/main/fader 0 dB linear");
    CHECK(text_of(state / "show.txt") == by_hand);
    CHECK(loaded("show") > 2);
    show.tablet.send("/automation/delete", {"show"});
    eventually([&] { return !std::filesystem::exists(show.folder + "show.txt"); });
    CHECK(show.list() == std::vector<std::string>{"other", "show"});
    CHECK(loaded("show") == 2);
}

TEST_CASE("an automation plays on while the configuration is read again")
{
    const TempFolder state;
    Show show(state);
    show.put("ride.txt", "0 /input/vox/fader -40 dB\n0.5 /input/vox/fader 0 dB linear\n0.6 /bus/main/mute on\n");
    show.tablet.send("/automation/play", {"ride"});
    show.tablet.await("/automation/loaded");
    show.daemon.rewrite("inputs: {aux: {}, vox: {chain: [eq: {}], sends: {main: {}}}}\n"
                        "buses: {main: {channels: 1}}\noutputs: {foh: {from: main}}\n");
    show.tablet.send("/config/reload");
    show.tablet.await("/config/reload");
    CHECK(show.tablet.ask("/automation/state").text(0) == "playing");
    CHECK(show.tablet.ask("/input/vox/fader").number() < 0);
    CHECK_FALSE(std::get<bool>(show.tablet.ask("/bus/main/mute").values.at(0)));
    show.until("/automation/state", "stopped");
    CHECK(show.tablet.ask("/input/vox/fader").number() == 0);
    CHECK(std::get<bool>(show.tablet.ask("/bus/main/mute").values.at(0)));
    CHECK(show.tablet.ask("/automation/position").number() == Approx(0.7).margin(0.1)); // a tenth behind its end
    CHECK(show.tablet.ask("/automation/released").values.empty());
}
