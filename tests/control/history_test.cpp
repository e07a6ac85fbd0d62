#include "control/history.h"

#include "tests/control/fake_daemon.h"

#include <catch2/catch.hpp>

using namespace fohd;
using namespace fohd::control;
using namespace fohd::control::test;
using namespace std::chrono_literals;

namespace {

constexpr Writer ann = 7, bob = 8;

struct Desk {
    dsp::Description description = small_console(4);
    dsp::Layout layout{description};
    FakeSound sound;
    Store store{layout, sound};
    History::Clock::time_point now{};
    History history{[this](int parameter, float value) { store.set(parameter, value, 0); }, [this] { return now; }};

    Desk() { history.rebind(store); }
    int at(std::string_view address) const { return layout.find(address); }
    void set(std::string_view address, float value, Writer by = ann) { store.set(at(address), value, by); }
    float value(std::string_view address) const { return store.value(at(address)); }
    void wait() { now += 2s; }
    static StepFilter below(std::string_view pattern) { return {{}, std::get<Pattern>(Pattern::compile(pattern))}; }
};

constexpr auto vox = "/input/vox/fader", in2 = "/input/in2/fader", in3 = "/input/in3/fader", mute = "/input/vox/mute";

} // namespace

TEST_CASE("undo goes back a step, redo goes forth, and a new change forgets what was undone")
{
    Desk desk;
    CHECK_FALSE(desk.history.undo());
    desk.set(vox, -3);
    desk.wait();
    desk.set(vox, -6);
    desk.wait();
    desk.set(in2, -9);
    CHECK(desk.history.undo_steps() == 3);
    CHECK(desk.history.undo());
    CHECK(desk.value(in2) == 0);
    CHECK(desk.history.undo());
    CHECK(desk.value(vox) == -3);
    CHECK(desk.history.redo());
    CHECK(desk.value(vox) == -6);
    CHECK(desk.value(in2) == 0);
    CHECK(desk.history.undo());
    desk.set(in3, -1);
    CHECK_FALSE(desk.history.redo());
    CHECK(desk.history.undo());
    CHECK(desk.history.undo());
    CHECK(desk.value(vox) == 0);
    CHECK_FALSE(desk.history.undo());
}

TEST_CASE("the move of a fader is one step, of two fingers two, and a pause begins another")
{
    Desk desk;
    for (int i = 1; i <= 100; ++i) {
        desk.now += 20ms;
        desk.set(vox, -0.1f * static_cast<float>(i));
        desk.set(in2, -0.2f * static_cast<float>(i));
    }
    CHECK(desk.history.undo_steps() == 2);
    desk.now += 999ms;
    desk.set(vox, -20);
    CHECK(desk.history.undo_steps() == 2);
    desk.now += 1000ms;
    desk.set(vox, -30);
    CHECK(desk.history.undo_steps() == 3);
    CHECK(desk.history.undo());
    CHECK(desk.value(vox) == -20);
    CHECK(desk.history.undo(Desk::below("/input/vox")));
    CHECK(desk.value(vox) == 0);
    CHECK(desk.value(in2) == -20);
}

TEST_CASE("two hands at one fader are two authors' steps, in their order")
{
    Desk desk;
    desk.set(vox, -3, ann);
    desk.set(vox, -6, bob);
    desk.set(vox, -9, ann);
    CHECK(desk.history.undo_steps() == 3);
    CHECK(desk.history.undo());
    CHECK(desk.value(vox) == -6);
    CHECK(desk.history.undo());
    CHECK(desk.value(vox) == -3);
}

TEST_CASE("switches are a step each time they are pressed")
{
    Desk desk;
    for (const float on : {1.0f, 0.0f, 1.0f}) desk.set(mute, on);
    CHECK(desk.history.undo_steps() == 3);
}

TEST_CASE("what is done as one is one step, and its repetition the same one")
{
    Desk desk;
    for (int i = 1; i <= 10; ++i) {
        desk.now += 50ms;
        const Store::Batch batch(desk.store);
        for (const auto address : {vox, in2, in3}) desk.set(address, -static_cast<float>(i));
    }
    CHECK(desk.history.undo_steps() == 1);
    CHECK(desk.history.undo());
    for (const auto address : {vox, in2, in3}) CHECK(desk.value(address) == 0);
    CHECK(desk.history.redo());
    for (const auto address : {vox, in2, in3}) CHECK(desk.value(address) == -10);
}

TEST_CASE("what nobody did is no step, and what came back to where it was neither")
{
    Desk desk;
    desk.set(vox, -3, 0);
    CHECK(desk.history.undo_steps() == 0);
    {
        const Store::Batch batch(desk.store);
        desk.set(in2, -3);
        desk.set(in2, 0);
    }
    CHECK(desk.history.undo_steps() == 0);
}

TEST_CASE("one's own steps: what others moved since stays, until their step is undone")
{
    Desk desk;
    desk.set(vox, -3, ann);
    desk.wait();
    desk.set(in2, -4, ann);
    desk.wait();
    desk.set(in2, -8, bob);
    CHECK(desk.history.undo({ann, {}}));
    CHECK(desk.value(in2) == -8); // bob's hand stands; ann's step before it is taken back
    CHECK(desk.value(vox) == 0);
    CHECK_FALSE(desk.history.undo({ann, {}}));
    CHECK(desk.history.undo({bob, {}}));
    CHECK(desk.value(in2) == -4);
    CHECK(desk.history.undo({ann, {}}));
    CHECK(desk.value(in2) == 0);
    CHECK_FALSE(desk.history.redo({99, {}}));
    CHECK(desk.history.redo({bob, {}}));
    CHECK(desk.value(in2) == -8);
}

TEST_CASE("a pattern takes back what it covers of a step, and the rest stays to be undone")
{
    Desk desk;
    desk.history.add(ann, {{desk.at(vox), 0, -3, ann, 0}, {desk.at(in2), 0, -4, ann, 0}});
    desk.store.set(desk.at(vox), -3, 0);
    desk.store.set(desk.at(in2), -4, 0);
    CHECK(desk.history.undo(Desk::below("/input/v*")));
    CHECK(desk.value(vox) == 0);
    CHECK(desk.value(in2) == -4);
    CHECK_FALSE(desk.history.undo(Desk::below("/bus")));
    CHECK(desk.history.undo());
    CHECK(desk.value(in2) == 0);
    CHECK(desk.history.redo(Desk::below("//vox/fader")));
    CHECK(desk.value(vox) == -3);
}

TEST_CASE("1,000 steps deep, and the oldest is forgotten")
{
    Desk desk;
    for (int i = 1; i <= 1001; ++i) {
        desk.wait();
        desk.set(vox, -0.05f * static_cast<float>(i));
    }
    CHECK(desk.history.undo_steps() == 1000);
    int undone = 0;
    while (desk.history.undo()) ++undone;
    CHECK(undone == 1000);
    CHECK(desk.value(vox) == -0.05f);
    while (desk.history.redo()) --undone;
    CHECK(undone == 0);
    CHECK(desk.value(vox) == -0.05f * 1001);
}

TEST_CASE("steps are kept over a reload by address, those of a strip that is gone for when it returns")
{
    Desk desk;
    desk.set(in2, -2);
    desk.wait();
    desk.set(in3, -3);
    const auto smaller = small_console(2), larger = small_console(3);
    const dsp::Layout without(smaller), with(larger);
    FakeSound sound;
    Store first(without, sound), second(with, sound);
    first.set(without.find(in2), -2, 0);
    second.set(with.find(in3), -3, 0);
    Store* store = &first;
    History history([&](int parameter, float value) { store->set(parameter, value, 0); });
    history.rebind(desk.store);
    desk.wait();
    desk.set(in2, -4);
    desk.set(in3, -5);
    history.rebind(first);
    CHECK(history.undo());
    CHECK(first.value(without.find(in2)) == -2);
    CHECK_FALSE(history.undo());
    store = &second;
    history.rebind(second);
    CHECK(history.undo());
    CHECK(second.value(with.find(in3)) == -3);
}
