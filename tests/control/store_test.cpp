#include "control/store.h"

#include "tests/control/fake_daemon.h"

#include <catch2/catch.hpp>

using namespace fohd;
using namespace fohd::control;
using namespace fohd::control::test;

namespace {

struct Stored {
    dsp::Description description = small_console();
    dsp::Layout layout{description};
    FakeSound sound;
    Store store{layout, sound};
    const int fader = layout.find("/bus/main/fader"), mode = layout.find("/bus/main/tone/mode"),
              mute = layout.find("/bus/main/mute");
};

} // namespace

TEST_CASE("a store begins with the values of the file and has nothing to publish")
{
    Stored s;
    CHECK(s.store.value(s.layout.find("/input/vox/tone/frequency")) == 1000);
    CHECK_FALSE(s.store.dirty());
    s.store.publish();
    CHECK(s.sound.calls.empty());
}

TEST_CASE("a value is clamped into its range, a switch and a choice are rounded")
{
    Stored s;
    CHECK(s.store.set(s.fader, 99, 1) == 10);
    CHECK(s.store.set(s.fader, -1e30f, 1) == -90);
    CHECK(s.store.set(s.mute, 0.7f, 1) == 1);
    CHECK(s.store.set(s.mode, 1.4f, 1) == 1);
    CHECK(s.store.value(s.mode) == 1);
}

TEST_CASE("changes are published at once, each parameter once, in order")
{
    Stored s;
    s.store.set(s.mute, 1, 1);
    s.store.set(s.fader, -3, 1);
    s.store.set(s.fader, -6, 2);
    CHECK(s.sound.calls.empty());
    s.store.publish();
    REQUIRE(s.sound.calls.size() == 1);
    CHECK(s.sound.calls[0].changed == std::vector<int>{s.fader, s.mute});
    CHECK(s.sound.calls[0].values[static_cast<std::size_t>(s.fader)] == -6);
    s.store.publish();
    CHECK(s.sound.calls.size() == 1);
    s.store.set(s.fader, -7, 1);
    s.store.publish();
    CHECK(s.sound.calls.back().changed == std::vector<int>{s.fader});
}

TEST_CASE("the listener hears of changes and their writer, not of writes that change nothing")
{
    Stored s;
    std::vector<std::pair<int, Writer>> heard;
    s.store.on_change([&](int parameter, Writer by) { heard.emplace_back(parameter, by); });
    s.store.set(s.fader, -3, 7);
    s.store.set(s.fader, -3, 8);
    CHECK(heard == std::vector<std::pair<int, Writer>>{{s.fader, 7}});
    CHECK(s.store.writer(s.fader) == 8);
}
