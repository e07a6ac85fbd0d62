#include "control/desk.h"

#include "tests/control/fake_daemon.h"

#include <catch2/catch.hpp>

using namespace fohd;
using control::test::FakeReadings;
using control::test::FakeSound;

namespace {

/// A desk that plays into nothing.
struct Rig {
    explicit Rig(dsp::Description graph) : desk(config_of(std::move(graph))) { desk.connect(sound, readings); }

    static config::Config config_of(dsp::Description graph)
    {
        config::Config config;
        config.graph = std::move(graph);
        return config;
    }

    FakeSound sound;
    FakeReadings readings;
    control::Desk desk;
    control::Store store{desk.layout(), desk};
};

} // namespace

TEST_CASE("a desk without groups hands on what changed, and nothing else")
{
    Rig rig(control::test::small_console());
    CHECK(rig.desk.sound() == rig.desk.surface());
    const int fader = rig.desk.layout().find("/bus/main/fader");
    rig.store.set(fader, -3, 1);
    rig.store.publish();
    REQUIRE(rig.sound.calls.size() == 1);
    CHECK(rig.sound.calls[0].changed == std::vector<int>{fader});
    CHECK(rig.sound.calls[0].values == rig.desk.resolve(rig.store.values()));

    rig.store.set(fader, -9, 1);
    rig.store.set(fader, -3, 1);
    rig.store.publish();
    CHECK(rig.sound.calls.size() == 1);

    rig.store.set(fader, -4, 1);
    rig.desk.begin(rig.store.values());
    rig.store.publish();
    CHECK(rig.sound.calls.size() == 1);
}
