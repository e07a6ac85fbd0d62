#include "control/desk.h"

#include "tests/control/fake_daemon.h"
#include "tests/support/graph_rig.h"
#include "tests/support/levels.h"

#include <catch2/catch.hpp>

using namespace fohd;
using control::test::FakeReadings;
using control::test::FakeSound;
using test::db;

namespace {

config::Config config_of(std::string_view text)
{
    const auto loaded = config::load_text(text);
    for (const auto& problem : loaded.problems) UNSCOPED_INFO(to_line(problem, "test"));
    REQUIRE(loaded.config);
    return *loaded.config;
}

/// Hands a desk's values to a graph that runs.
struct Rig final : control::Sound {
    explicit Rig(std::string_view text) : desk(config_of(text)), graph(desk.sound()) { desk.connect(*this, readings); }

    void apply(std::span<const float> values, std::span<const int> changed) override
    {
        ++applied;
        for (const int p : changed) {
            const auto index = static_cast<std::size_t>(p);
            graph.set(desk.sound_layout().parameters[index].address, values[index]);
        }
    }

    void set(std::string_view address, float value)
    {
        const int parameter = desk.layout().find(address);
        INFO(address);
        REQUIRE(parameter >= 0);
        store.set(parameter, value, 1);
        store.publish();
    }

    /// The level at each endpoint out, dBFS, where every endpoint in gets a constant 1. What was set has arrived.
    std::vector<double> levels()
    {
        const std::vector<float> one(4800, 1.0f);
        const auto out =
            graph.run(test::Sound(static_cast<std::size_t>(graph.graph().plan().input_endpoints), one), 64);
        std::vector<double> levels;
        for (const auto& channel : out) levels.push_back(db(static_cast<double>(channel.back())));
        return levels;
    }
    double level(std::size_t endpoint = 0) { return levels()[endpoint]; }

    FakeReadings readings;
    control::Desk desk;
    test::GraphRig graph;
    control::Store store{desk.layout(), desk};
    int applied = 0;
};

constexpr double silent = -200; // dB: below any sound
/// The rounding of a gain in float.
Approx near(double db) { return Approx(db).margin(1e-4); }
} // namespace

TEST_CASE("a desk without groups hands on what changed, and nothing else")
{
    config::Config config;
    config.graph = control::test::small_console();
    FakeSound sound;
    FakeReadings readings;
    control::Desk desk(config);
    desk.connect(sound, readings);
    control::Store store(desk.layout(), desk);
    CHECK(desk.sound() == desk.surface());
    const int fader = desk.layout().find("/bus/main/fader");
    store.set(fader, -3, 1);
    store.publish();
    REQUIRE(sound.calls.size() == 1);
    CHECK(sound.calls[0].changed == std::vector<int>{fader});
    CHECK(sound.calls[0].values == desk.resolve(store.values()));

    store.set(fader, -9, 1);
    store.set(fader, -3, 1);
    store.publish();
    CHECK(sound.calls.size() == 1);

    store.set(fader, -4, 1);
    desk.begin(store.values());
    store.publish();
    CHECK(sound.calls.size() == 1);
}

TEST_CASE("DCAs add to the faders of their strips, which keep their values")
{
    Rig rig("fohd: 1\n"
            "inputs: {a: {fader: -3 dB, sends: {main: {}}}, b: {mute: on, sends: {main: {}}}}\n"
            "buses: {main: {channels: 1}}\n"
            "outputs: {foh: {from: main}}\n"
            "dcas: {one: {strips: [a], fader: -4 dB}, two: {strips: [a, main, b]}}\n");
    CHECK(rig.level() == near(-7));
    rig.set("/dca/two/fader", 2); // on a, and on main
    CHECK(rig.level() == near(-3 - 4 + 2 + 2));
    CHECK(rig.store.value(rig.desk.layout().find("/input/a/fader")) == -3);
    rig.set("/dca/one/mute", 1);
    CHECK(rig.level() < silent);
    rig.set("/dca/one/mute", 0);
    rig.set("/dca/one/fader", -90);
    CHECK(rig.level() < silent);
    rig.set("/dca/one/fader", 10);
    rig.set("/dca/two/fader", 0);
    CHECK(rig.level() == near(7));
    rig.set("/input/a/fader", -90); // silence stays silence, whatever is added
    CHECK(rig.level() < silent);
}

TEST_CASE("a strip is muted by itself or by any of its groups, and its pre sends as it says")
{
    const std::string mute_pre = GENERATE("on", "off");
    Rig rig("fohd: 1\n"
            "inputs: {a: {mute_pre: " +
            mute_pre +
            ", sends: {main: {}, monitor: {tap: pre}}}}\n"
            "buses: {main: {channels: 1}, monitor: {channels: 1}}\n"
            "outputs: {foh: {from: main}, wedge: {from: monitor}}\n"
            "mute_groups: {band: {strips: [a], mute: on}, all: {strips: [a]}}\n"
            "dcas: {d: {strips: [a]}}\n");
    const auto open = [&] { return rig.level(0) == near(0) && rig.level(1) == near(0); };
    const auto shut = [&] {
        const auto levels = rig.levels();
        return levels[0] < silent && (mute_pre == "on" ? levels[1] < silent : levels[1] == near(0));
    };
    CHECK(shut());
    rig.set("/mute_group/all/mute", 1);
    rig.set("/mute_group/band/mute", 0);
    CHECK(shut());
    rig.set("/mute_group/all/mute", 0);
    CHECK(open());
    rig.set("/dca/d/mute", 1);
    CHECK(shut());
    rig.set("/dca/d/mute", 0);
    rig.set("/dca/d/fader", -20); // a fader: no business of a pre send
    CHECK(rig.level(0) == near(-20));
    CHECK(rig.level(1) == near(0));
    CHECK(rig.store.value(rig.desk.layout().find("/input/a/mute")) == 0);
}

TEST_CASE("only what changed in the sound is handed on")
{
    Rig rig("fohd: 1\ninputs: {a: {}, b: {}}\n"
            "mute_groups: {band: {strips: [a, b]}, more: {strips: [a]}}\n");
    rig.set("/mute_group/band/mute", 1);
    CHECK(rig.applied == 1);
    rig.set("/mute_group/more/mute", 1);
    rig.set("/input/a/mute", 1);
    CHECK(rig.applied == 1);
    rig.set("/mute_group/band/mute", 0);
    CHECK(rig.applied == 2); // b sounds again
}

namespace {
constexpr const char* solo_console = "fohd: 1\n"
                                     "inputs: {a: {fader: -6 dB, pan: -1, sends: {main: {}}}, b: {sends: {main: {}}}}\n"
                                     "buses: {solo: {fader: -1 dB}, main: {}}\n"
                                     "outputs: {foh: {from: main}, phones: {from: solo}}\n"
                                     "dcas: {d: {strips: [b, main]}}\n";
constexpr std::size_t left = 2, right = 3; // of the phones
constexpr double centre = -3.0103;         // of a mono strip in a stereo bus
} // namespace

TEST_CASE("PFL hears a strip before its fader and mute, and no press changes the graph or the mix")
{
    Rig rig(solo_console);
    const auto* graph = &rig.graph.graph();
    const auto mix = rig.levels();
    CHECK(mix[left] < silent);
    rig.set("/input/a/solo", 1);
    CHECK(rig.level(left) == near(centre - 1));
    CHECK(rig.level(right) == near(centre - 1));
    rig.set("/input/a/mute", 1);
    CHECK(rig.level(left) == near(centre - 1));
    rig.set("/input/a/mute", 0);
    rig.set("/input/b/solo", 1);
    CHECK(rig.level(left) == near(centre - 1 + db(2)));
    CHECK(rig.levels()[0] == near(mix[0]));
    CHECK(&rig.graph.graph() == graph);
}

TEST_CASE("AFL hears a strip after its fader, pan and mute")
{
    Rig rig(solo_console);
    rig.set("/solo/mode", 1);
    rig.set("/input/a/solo", 1);
    CHECK(rig.level(left) == near(-7)); // panned hard left
    CHECK(rig.level(right) < silent);
    rig.set("/input/a/mute", 1);
    CHECK(rig.level(left) < silent);
    rig.set("/input/a/mute", 0);
    rig.set("/solo/mode", 0);
    CHECK(rig.level(right) == near(centre - 1));
}

TEST_CASE("the solo of a DCA is that of its strips, and one command clears all")
{
    Rig rig(solo_console);
    control::AddressSpace space(rig.desk.surface(), rig.store, rig.desk, rig.desk.additions());
    const auto active = [&] { return std::get<float>(space.message(space.find("/solo/active")).arguments.at(0)); };
    CHECK(active() == 0);
    rig.set("/dca/d/solo", 1);
    CHECK(active() == 1);
    // b, and main with a and b: its left has a (panned there) and half of b's power
    const double main_left = test::amplitude(-6) + test::amplitude(centre);
    CHECK(rig.level(left) == near(db(test::amplitude(centre) + main_left) - 1));
    rig.set("/input/a/solo", 1);
    CHECK(space.set(space.find("/solo/clear"), {false}, 1).error.empty());
    CHECK(active() == 1);
    CHECK(space.set(space.find("/solo/clear"), {}, 1).error.empty());
    rig.store.publish();
    CHECK(active() == 0);
    CHECK(rig.level(left) < silent);
    CHECK(space.find("/bus/solo/solo") == -1); // what hears the solo bus has none
    CHECK(space.find("/output/foh/solo") == -1);
}
