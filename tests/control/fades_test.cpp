#include "control/fades.h"

#include "tests/control/fake_daemon.h"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

using namespace fohd;
using namespace fohd::control;
using namespace fohd::control::test;
using namespace std::chrono_literals;

namespace {

struct Desk {
    dsp::Description description = small_console();
    dsp::Layout layout{description};
    FakeSound sound;
    Store store{layout, sound};
    boost::asio::io_context context;
    Fades fades{context};
    const int fader = layout.find("/input/vox/fader"), frequency = layout.find("/input/vox/tone/frequency"),
              mute = layout.find("/input/vox/mute"), mode = layout.find("/input/vox/tone/mode");
    const Fades::Clock::time_point begin{};

    Desk() { fades.rebind(store); }
    float norm(int parameter) const
    {
        return dsp::to_norm(*layout.parameters[static_cast<std::size_t>(parameter)].spec, store.value(parameter));
    }
};

} // namespace

TEST_CASE("a fade is even in each value's own taper and ends where it was told")
{
    Desk desk;
    const float from = desk.norm(desk.fader), from_frequency = desk.norm(desk.frequency);
    desk.fades.start({{desk.fader, -90}, {desk.frequency, 20}}, 2s, Switches::start, desk.begin);
    CHECK(desk.store.value(desk.fader) == 0);
    desk.fades.move(desk.begin + 1s);
    CHECK(desk.norm(desk.fader) == Approx(from / 2).margin(1e-3));
    desk.fades.move(desk.begin + 1500ms);
    const float to_frequency = dsp::to_norm(*desk.layout.parameters[static_cast<std::size_t>(desk.frequency)].spec, 20);
    CHECK(desk.norm(desk.frequency) == Approx(from_frequency + 0.75f * (to_frequency - from_frequency)).margin(1e-3));
    CHECK(desk.fades.goal(desk.fader) == -90);
    desk.fades.move(desk.begin + 2s);
    CHECK(desk.store.value(desk.fader) == -90);
    CHECK(desk.store.value(desk.frequency) == 20);
    CHECK_FALSE(desk.fades.running());
}

TEST_CASE("switches change at the start or at the end, as told")
{
    Desk desk;
    const auto switches = GENERATE(Switches::start, Switches::end);
    desk.fades.start({{desk.mute, 1}, {desk.mode, 2}}, 1s, switches, desk.begin);
    const bool at_once = switches == Switches::start;
    CHECK(desk.store.value(desk.mute) == (at_once ? 1 : 0));
    CHECK(desk.store.value(desk.mode) == (at_once ? 2 : 0));
    desk.fades.move(desk.begin + 999ms);
    CHECK(desk.store.value(desk.mute) == (at_once ? 1 : 0));
    desk.fades.move(desk.begin + 1s);
    CHECK(desk.store.value(desk.mute) == 1);
    CHECK(desk.store.value(desk.mode) == 2);
}

TEST_CASE("with no time all is there at once, in one publish")
{
    Desk desk;
    desk.fades.start({{desk.fader, -6}, {desk.mute, 1}, {desk.mode, 1}}, 0s, Switches::end, desk.begin);
    CHECK_FALSE(desk.fades.running());
    desk.store.publish();
    REQUIRE(desk.sound.calls.size() == 1);
    CHECK(desk.sound.calls[0].changed.size() == 3);
}

TEST_CASE("a hand takes a value out of the fade, the others go on")
{
    Desk desk;
    desk.fades.start({{desk.fader, -20}, {desk.frequency, 20}}, 1s, Switches::start, desk.begin);
    desk.fades.move(desk.begin + 500ms);
    desk.store.set(desk.fader, -1, 7);
    desk.fades.move(desk.begin + 1s);
    CHECK(desk.store.value(desk.fader) == -1);
    CHECK(desk.store.value(desk.frequency) == 20);
}

TEST_CASE("a second fade takes over from where values are")
{
    Desk desk;
    desk.fades.start({{desk.fader, -20}}, 1s, Switches::start, desk.begin);
    desk.fades.move(desk.begin + 500ms);
    const float there = desk.norm(desk.fader);
    desk.fades.start({{desk.fader, 0}}, 1s, Switches::start, desk.begin + 500ms);
    CHECK(desk.norm(desk.fader) == Approx(there));
    desk.fades.move(desk.begin + 1s);
    CHECK(desk.norm(desk.fader) == Approx((there + 0.75f) / 2).margin(1e-3));
    desk.fades.move(desk.begin + 1500ms);
    CHECK(desk.store.value(desk.fader) == 0);
}

TEST_CASE("a fade goes on over a reload, by address")
{
    Desk desk;
    desk.fades.start({{desk.fader, -20}, {desk.layout.find("/input/in2/fader"), -20}}, 1s, Switches::start, desk.begin);
    const auto description = small_console(1);
    const dsp::Layout layout(description);
    Store store(layout, desk.sound);
    desk.fades.rebind(store);
    desk.fades.move(desk.begin + 1s);
    CHECK(store.value(layout.find("/input/vox/fader")) == -20);
    CHECK_FALSE(desk.fades.running());
}

TEST_CASE("where another file has another value, that counts, and the fade of it ends")
{
    Desk desk;
    desk.fades.start({{desk.fader, -20}, {desk.frequency, 20}}, 1s, Switches::start, desk.begin);
    auto description = desk.description;
    description.strips[0].chain[0].values[0] = 2000;
    const dsp::Layout layout(description);
    Store store(layout, desk.sound);
    desk.fades.rebind(store);
    desk.fades.move(desk.begin + 1s);
    CHECK(store.value(desk.fader) == -20);
    CHECK(store.value(desk.frequency) == 2000);
}

TEST_CASE("by its own timer a fade arrives")
{
    Desk desk;
    desk.fades.start({{desk.fader, -20}}, 50ms, Switches::start);
    desk.context.run();
    CHECK(desk.store.value(desk.fader) == -20);
}
