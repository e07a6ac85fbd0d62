// Scenes, undo and state as a tablet sees them.
#include "control/session.h"

#include "tests/control/fake_shelf.h"
#include "tests/control/service_fixture.h"

#include <catch2/catch.hpp>

using namespace fohd;
using namespace fohd::control;
using namespace fohd::control::test;
using namespace std::string_literals;

namespace {

struct Show : Desk {
    explicit Show(SceneOptions options = {}, const config::SavedState& saved = {})
        : session(context, shelf, std::move(options), saved)
    {
        session.rebind(store, space, {});
        session.load({});
        service.add(session);
    }
    FakeShelf shelf;
    Session session;
};

struct Surface : Tablet {
    explicit Surface(Show& show) : Tablet(show), show_(show) {}
    /// Answers the /error, or nothing.
    std::string ask(const std::string& address, std::vector<Argument> arguments = {})
    {
        clear();
        send(address, std::move(arguments));
        REQUIRE(show_.settle(*this));
        return error();
    }

private:
    Show& show_;
};

} // namespace

TEST_CASE("session: a scene is saved, recalled and undone as one step, and everybody is told")
{
    Show show;
    Surface ann(show), bob(show);
    bob.ask("/subscribe", {"//fader"s});
    bob.ask("/subscribe", {"/scene/*"s});
    CHECK(ann.ask("/bus/main/fader", {-6.0f}).empty());
    CHECK(ann.ask("/input/vox/mute", {true}).empty());
    CHECK(ann.ask("/scene/save", {"One"s}).empty());
    CHECK_THAT(show.shelf.files["scenes/One.yaml"], Catch::Contains("/bus/main/fader: -6 dB"));
    ann.ask("/bus/main/fader", {-20.0f});
    ann.ask("/input/vox/mute", {false});
    bob.clear();
    CHECK(ann.ask("/scene/recall", {"One"s}).empty());
    REQUIRE(ann.find("/scene/recalled"));
    CHECK(ann.find("/scene/recalled")->arguments[2] == Argument(0));
    CHECK(show.value("/bus/main/fader") == -6);
    CHECK(show.value("/input/vox/mute") == 1);
    CHECK(show.until([&] { return bob.find("/bus/main/fader") != nullptr; }));
    CHECK(ann.ask("/undo").empty());
    CHECK(show.value("/bus/main/fader") == -20);
    CHECK(show.value("/input/vox/mute") == 0);
    CHECK(ann.ask("/redo", {1}).empty());
    CHECK(show.value("/bus/main/fader") == -6);
    ann.ask("/scene/current");
    CHECK(ann.find("/scene/current")->arguments == std::vector<Argument>{"One"s});
}

TEST_CASE("session: a button let go does nothing, and nothing to undo is an error")
{
    Show show;
    Surface ann(show);
    CHECK(ann.ask("/undo") == "/undo: there is nothing to undo");
    ann.ask("/bus/main/fader", {-6.0f});
    for (const Argument& released : {Argument(0), Argument(0.0f), Argument(false)}) {
        CHECK(ann.ask("/undo", {released}).empty());
        CHECK(ann.ask("/scene/next", {released}).empty());
        CHECK(show.value("/bus/main/fader") == -6);
    }
    Surface bob(show);
    CHECK_FALSE(bob.ask("/undo/mine").empty());
    CHECK_FALSE(ann.ask("/undo", {"/input//"s}).empty());
    CHECK(ann.ask("/undo/mine", {"/bus/main"s}).empty());
    CHECK(show.value("/bus/main/fader") == 0);
    CHECK_FALSE(ann.ask("/redo/mine", {"/["s}).empty());
    CHECK(ann.ask("/redo/mine").empty());
    CHECK(show.value("/bus/main/fader") == -6);
}

TEST_CASE("session: the list: rename, copy, delete, next and previous, in the order of people")
{
    Show show;
    Surface ann(show);
    CHECK_FALSE(ann.ask("/scene/next").empty());
    for (const auto name : {"10 End", "2 Song", "1 Intro"}) CHECK(ann.ask("/scene/save", {std::string(name)}).empty());
    ann.ask("/scene/list");
    CHECK(ann.find("/scene/list")->arguments == std::vector<Argument>{"1 Intro"s, "2 Song"s, "10 End"s});
    CHECK(ann.ask("/scene/next", {true, 0.0f}).empty()); // 1 Intro was saved last
    ann.ask("/scene/current");
    CHECK(ann.find("/scene/current")->arguments == std::vector<Argument>{"2 Song"s});
    CHECK(ann.ask("/scene/next").empty());
    CHECK_FALSE(ann.ask("/scene/next").empty());
    CHECK(ann.ask("/scene/previous").empty());
    CHECK(ann.ask("/scene/rename", {"2 Song"s, "3 Song"s}).empty());
    CHECK(show.shelf.files.contains("scenes/3 Song.yaml"));
    CHECK_FALSE(show.shelf.files.contains("scenes/2 Song.yaml"));
    CHECK_FALSE(ann.ask("/scene/rename", {"3 Song"s, "10 End"s}).empty());
    CHECK(ann.ask("/scene/copy", {"3 Song"s, "4 Song"s}).empty());
    CHECK(ann.ask("/scene/delete", {"3 Song"s}).empty());
    CHECK_THAT(ann.ask("/scene/recall", {"3 Song"s}), Catch::Contains("4 Song"));
    CHECK_FALSE(ann.ask("/scene/delete", {"3 Song"s}).empty());
    for (const auto bad : {"", "../x", ".x", "a/b"}) CHECK_FALSE(ann.ask("/scene/save", {std::string(bad)}).empty());
    CHECK_FALSE(ann.ask("/scene/save").empty());
    CHECK_FALSE(ann.ask("/scene/current", {"4 Song"s}).empty());
}

TEST_CASE("session: a fade of no time that can be is refused, and a button that is let go recalls nothing")
{
    Show show;
    Surface ann(show);
    ann.ask("/bus/main/fader", {-6});
    CHECK(ann.ask("/scene/save", {"A"s}).empty());
    ann.ask("/bus/main/fader", {0});
    const std::string said = "/scene/recall: a fade takes 0 to 600 seconds, not ";
    CHECK(ann.ask("/scene/recall", {"A"s, -1.5f}) == said + "-1.5");
    CHECK(ann.ask("/scene/recall", {"A"s, 601}) == said + "601");
    CHECK(ann.ask("/scene/save", {"B"s}).empty());
    CHECK_THAT(ann.ask("/scene/previous", {true, -1}), Catch::Contains("a fade takes"));
    CHECK(ann.ask("/scene/delete", {"B"s}).empty());
    for (const double seconds : {1e300, -1e300}) CHECK_FALSE(ann.ask("/scene/recall", {"A"s, seconds}).empty());
    CHECK(ann.ask("/scene/recall", {"A"s, false}).empty());
    CHECK(show.value("/bus/main/fader") == 0);
    CHECK(ann.ask("/scene/recall", {"A"s, 0}).empty());
    CHECK(show.value("/bus/main/fader") == -6);
    ann.ask("/bus/main/fader", {0});
    CHECK(ann.ask("/scene/recall", {"A"s, true}).empty()); // as the file says: at once
    CHECK(show.value("/bus/main/fader") == -6);
}

TEST_CASE("session: scope and safes decide what a recall touches")
{
    Show show({{"/input/in2"}, 0, Switches::start});
    Surface ann(show);
    const auto set_all = [&](float fader, bool mute) {
        ann.ask("/{input,bus}/*/fader", {fader});
        ann.ask("/{input,bus}/*/mute", {mute});
    };
    set_all(-6, true);
    CHECK(ann.ask("/scene/save", {"All"s}).empty());
    set_all(0, false);
    CHECK(ann.ask("/scene/recall", {"All"s, 0.0f, "/input/*"s, "fader"s}).empty());
    CHECK(show.value("/input/vox/fader") == -6);
    CHECK(show.value("/input/vox/mute") == 0);
    CHECK(show.value("/input/in2/fader") == 0); // safe by the file
    CHECK(show.value("/bus/main/fader") == 0);
    CHECK(ann.ask("/scene/safe", {"/bus/main/mute"s, true}).empty());
    CHECK(ann.ask("/scene/recall", {"All"s}).empty());
    CHECK(show.value("/bus/main/fader") == -6);
    CHECK(show.value("/bus/main/mute") == 0);
    ann.ask("/scene/safe");
    CHECK(ann.find("/scene/safe")->arguments == std::vector<Argument>{"/input/in2"s, "/bus/main/mute"s});
    CHECK_FALSE(ann.ask("/scene/safe", {"/input/in2"s, false}).empty());
    CHECK(ann.ask("/scene/safe", {"/bus/main/mute"s, false}).empty());
    set_all(0, false);
    CHECK(ann.ask("/scene/scope", {"All"s, ""s, "mute"s}).empty());
    CHECK(ann.ask("/scene/recall", {"All"s}).empty());
    CHECK(show.value("/bus/main/mute") == 1);
    CHECK(show.value("/bus/main/fader") == 0);
    CHECK_THAT(ann.ask("/scene/scope", {"All"s, ""s, "fadr"s}), Catch::Contains("fader"));
    CHECK(ann.ask("/scene/save", {"Tones"s, ""s, "tone"s}).empty());
    CHECK_THAT(show.shelf.files["scenes/Tones.yaml"],
               Catch::Contains("/input/vox/tone/gain: 0 dB") && !Catch::Contains("fader:"));
}

TEST_CASE("session: a scene of strips that are gone applies the rest and says what is missing")
{
    Show show;
    Surface ann(show);
    config::Scene scene;
    scene.program = 5;
    scene.values = {{"/bus/main/fader", "-6 dB"}, {"/input/gone/fader", "-1 dB"}, {"/bus/main/mute", "perhaps"}};
    show.session.load({{"Old", std::make_shared<const config::Scene>(scene)}});
    CHECK_THAT(ann.ask("/scene/recall", {"Old"s}), Catch::Contains("/input/gone/fader"));
    CHECK(ann.find("/scene/recalled")->arguments == std::vector<Argument>{"Old"s, 1, 2});
    CHECK(show.value("/bus/main/fader") == -6);
    show.store.set(show.layout.find("/bus/main/fader"), 0, 0);
    show.session.program_change(0, 4);
    CHECK(show.value("/bus/main/fader") == 0);
    show.session.program_change(9, 5);
    CHECK(show.value("/bus/main/fader") == -6);
    CHECK(ann.ask("/scene/program", {"Old"s, 128}).size() > 0);
    CHECK(ann.ask("/scene/program", {"Old"s, 0}).empty());
    CHECK_THAT(show.shelf.files["scenes/Old.yaml"], Catch::Contains("program: 0"));
}

TEST_CASE("session: a fade of 2,000 values and more is one publish where it has no time, and one step")
{
    Show show;
    config::Scene scene;
    const auto description = small_console(150);
    const dsp::Layout layout(description);
    for (const auto& parameter : layout.parameters)
        if (parameter.spec->unit == dsp::Unit::decibel) scene.values.emplace_back(parameter.address, "-7 dB");
    Store store(layout, show.sound);
    AddressSpace space(description, store, show.readings);
    show.session.rebind(store, space, {});
    show.session.load({{"Big", std::make_shared<const config::Scene>(scene)}});
    show.sound.calls.clear();
    show.session.obey({"/scene/recall", {"Big"s}}, 7, [](const Message&) {});
    store.publish();
    REQUIRE(show.sound.calls.size() == 1);
    CHECK(show.sound.calls[0].changed.size() == scene.values.size());
    CHECK(show.session.obey({"/undo", {}}, 7, [](const Message&) {}).empty());
    store.publish();
    CHECK(show.sound.calls[1].changed.size() == scene.values.size());
    CHECK(store.value(layout.find("/input/in99/fader")) == 0);
}

TEST_CASE("session: what is set is saved soon, in the middle of a fade where it will end, and found again")
{
    Show show;
    Surface ann(show);
    ann.ask("/bus/main/fader", {-6.0f});
    ann.ask("/scene/save", {"One"s});
    ann.ask("/scene/safe", {"/bus/main/pan"s, true});
    ann.ask("/bus/main/loudness/pause", {true});
    ann.ask("/bus/main/fader", {-20.0f});
    ann.ask("/scene/recall", {"One"s, 500.0f});
    REQUIRE(show.until([&] {
        return show.shelf.files["state.yaml"].find("/bus/main/fader: {value: -6 dB, file: 0 dB}") != std::string::npos;
    }));
    CHECK(show.value("/bus/main/fader") < -10);
    const auto saved = config::read_state(show.shelf.files["state.yaml"]);
    REQUIRE(saved.state);
    CHECK(saved.state->scene == "One");
    CHECK(saved.state->safe == std::vector<std::string>{"/bus/main/pan"});

    Show again({}, *saved.state);
    const auto restored = restore(again.layout, saved.state->values);
    CHECK(restored.values[static_cast<std::size_t>(again.layout.find("/bus/main/fader"))] == -6);
    REQUIRE(restored.orphans.size() == 1); // no parameter: the keeper knows it
    Store store(again.layout, again.sound, restored.values);
    AddressSpace space(again.description, store, again.readings);
    again.session.rebind(store, space, restored.orphans);
    CHECK(again.readings.paused == std::map<int, bool>{{2, true}});
    CHECK(again.session.kept().size() == 2);
}

TEST_CASE("session: /status and /info say how saving goes")
{
    Show show;
    Surface ann(show);
    show.shelf.word = "full";
    ann.ask("/status");
    CHECK_THAT(std::get<std::string>(ann.find("/status/text")->arguments[0]), Catch::Contains(" state=full "));
    ann.ask("/info");
    CHECK(ann.count("/info/note") == 2);
}
