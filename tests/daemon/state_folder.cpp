#include "daemon/state_folder.h"

#include "config/file_text.h"
#include "control/kept_values.h"
#include "dsp/graph/layout.h"
#include "tests/support/temp_folder.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

using namespace fohd;
using namespace fohd::daemon;
using fohd::test::TempFolder;

namespace {

dsp::Description eight_inputs()
{
    dsp::Description description;
    for (int i = 0; i < 8; ++i) {
        dsp::Strip strip;
        strip.name = "in" + std::to_string(i);
        description.strips.push_back(strip);
    }
    return description;
}

/// A state of eight faders, and 54 ways in which it is no longer that.
std::vector<std::string> broken_states()
{
    config::SavedState state;
    for (int i = 0; i < 8; ++i) state.values.push_back({"/input/in" + std::to_string(i) + "/fader", "-6 dB", "0 dB"});
    const std::string whole = config::state_text(state);
    std::vector<std::string> broken;
    for (std::size_t n = 0; n < 24; ++n) broken.push_back(whole.substr(0, whole.size() * n / 24)); // cut off
    for (std::size_t n = 0; n < 10; ++n) { // a block of the disk that was never written
        std::string text = whole;
        const auto at = whole.size() * n / 10;
        text.replace(at, 40, 40, '\0');
        broken.push_back(text);
    }
    for (std::size_t n = 0; n < 10; ++n) { // another file's block
        std::string text = whole;
        text.replace(whole.size() * n / 10, 16, "\x7f\x45LF{[&*!|>%@`]}");
        broken.push_back(text);
    }
    for (const std::string text :
         {"fohd: 1\n", "fohd-state: 2\n", "fohd-state: 1\nvalues: [1, 2]\n", "{{{{{{{{{{{{{{{{{{", "a: &a [*a]\n",
          "fohd-state: 1\nfohd-state: 1\n", "\xff\xfe\x00\x00", "- - - -\n"})
        broken.push_back(text);
    broken.push_back(whole + whole);
    broken.push_back("# " + std::string(17'000'000, 'x'));
    return broken;
}
} // namespace

TEST_CASE("state folder: 54 broken files: none is taken for what it is not, and none ends the program")
{
    const auto description = eight_inputs();
    const dsp::Layout layout(description);
    const auto files = broken_states();
    REQUIRE(files.size() == 54);
    int aside = 0;
    for (const std::string& text : files) {
        const TempFolder temporary;
        std::ofstream(temporary / "state.yaml", std::ios::binary) << text;
        FileThread thread;
        StateFolder folder(thread, temporary.path());
        const auto restored = control::restore(layout, folder.read_state().values);
        const bool damaged = folder.condition() == "damaged";
        CHECK((damaged || folder.condition() == "ok"));
        aside += damaged;
        INFO(text.substr(0, 400));
        for (std::size_t p = 0; p < restored.values.size(); ++p)
            CHECK((restored.values[p] == layout.parameters[p].initial || (!damaged && restored.values[p] == -6)));
        if (damaged) CHECK(temporary.files() == 3); // and two folders
        if (damaged) CHECK(config::read_text(temporary / "state.yaml", 10).missing);
        folder.write("state.yaml", [] { return config::state_text({}); });
        REQUIRE(thread.finish(std::chrono::seconds(60)));
        CHECK(config::read_state(*config::read_text(temporary / "state.yaml", 1000).text).state);
    }
    CHECK(aside >= 48);
}

TEST_CASE("state folder: it is made where it is missing, for its user alone")
{
    const TempFolder temporary;
    FileThread thread;
    const StateFolder folder(thread, temporary / "a/b/fohd");
    CHECK(folder.condition() == "ok");
    struct stat made {};
    REQUIRE(stat((temporary / "a/b/fohd").c_str(), &made) == 0);
    CHECK((made.st_mode & 0777) == 0700);
    for (const char* below : {"automation", "scenes"}) { // where people put files
        REQUIRE(stat((temporary / "a/b/fohd/" + below).c_str(), &made) == 0);
        CHECK(made.st_mode == (S_IFDIR | 0700));
    }
}

TEST_CASE("state folder: where there is none, the show goes on and it is said")
{
    const TempFolder temporary;
    std::ofstream(temporary / "file") << "not a folder";
    FileThread thread;
    for (const std::string& path : {std::string(), temporary / "file", temporary / "file/below"}) {
        StateFolder folder(thread, path);
        CHECK(folder.condition() == "none");
        CHECK(folder.notes().size() == 1);
        CHECK(folder.read_state() == config::SavedState{});
        folder.write("state.yaml", [] { return ""; });
        CHECK(folder.read_scenes().get().empty());
    }
}

TEST_CASE("state folder: one owner at a time")
{
    const TempFolder temporary;
    FileThread thread;
    auto first = std::make_unique<StateFolder>(thread, temporary.path());
    CHECK(StateFolder(thread, temporary.path()).condition() == "locked");
    first.reset();
    CHECK(StateFolder(thread, temporary.path()).condition() == "ok");
}

TEST_CASE("state folder: scenes are read, damaged ones set aside, and a renamed one replaces the old")
{
    const TempFolder temporary;
    FileThread thread;
    StateFolder folder(thread, temporary.path());
    const auto text = [] { return config::scene_text({{}, {}, {{"/bus/main/fader", "-6 dB"}}}); };
    folder.write("scenes/One.yaml", text);
    folder.write("scenes/Old.yaml", text);
    folder.write("scenes/New.yaml", text, "scenes/Old.yaml");
    folder.write("scenes/Bad.yaml", [] { return "fohd-scene: 1\nvalues: ["; });
    folder.write("scenes/Gone.yaml", text);
    folder.remove("scenes/Gone.yaml");
    const auto scenes = folder.read_scenes().get();
    REQUIRE(scenes.size() == 2);
    CHECK(scenes.at("New")->values.size() == 1);
    CHECK(scenes.contains("One"));
    CHECK(folder.condition() == "damaged");
    CHECK(folder.notes().size() == 1);
}

TEST_CASE("state folder: what a text is saved over stays, under the next number")
{
    const TempFolder temporary;
    FileThread thread;
    StateFolder folder(thread, temporary.path());
    const auto save = [&](const char* text) {
        const auto saved = folder.save("automation/a.txt", [text] { return text; }, {});
        REQUIRE(saved.wait_for(std::chrono::seconds(20)) == std::future_status::ready);
    };
    const auto text = [&](const char* name) { return config::read_text(temporary / "automation/" + name, 100).text; };
    for (const char* each : {"one", "two", "two"}) save(each);
    CHECK(text("a.txt") == "two");
    CHECK(text("a.1.txt") == "one");
    CHECK_FALSE(text("a.2.txt"));
    std::ofstream(temporary / "automation/a.7.txt") << "seven";
    std::ofstream(temporary / "automation/a.b.9.txt") << "another's";
    save("three");
    CHECK(text("a.8.txt") == "two");
    std::filesystem::remove(temporary / "automation/a.txt");
    std::filesystem::create_directory(temporary / "automation/a.txt"); // whatever it is
    save("four");
    CHECK(text("a.txt") == "four");
    CHECK(std::filesystem::is_directory(temporary / "automation/a.9.txt"));
}

TEST_CASE("state folder: what is appended is all there, in order, and goes with what is saved instead")
{
    const TempFolder temporary;
    FileThread thread;
    StateFolder folder(thread, temporary.path());
    std::string all;
    for (int n = 0; n < 1000; ++n) {
        folder.append("automation/a.take", std::to_string(n) + "\n");
        all += std::to_string(n) + "\n";
    }
    CHECK(folder.read("automation/a.take", 10'000).get().text == all);
    folder.append("automation/a.take", "more\n");
    folder
        .save(
            "automation/a.txt", [] { return "whole"; }, "automation/a.take")
        .get();
    CHECK(folder.read("automation/a.take", 10'000).get().missing);
    CHECK(folder.read("automation/a.txt", 10'000).get().text == "whole");
}
