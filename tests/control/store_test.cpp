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

TEST_CASE("listeners hear of changes and their writer, not of writes that change nothing")
{
    Stored s;
    std::vector<Change> heard;
    const auto listening = s.store.on_change([&](const Change& change) { heard.push_back(change); });
    int also_heard = 0;
    auto other = s.store.on_change([&](const Change&) { ++also_heard; });
    s.store.set(s.fader, -3, 7);
    s.store.set(s.fader, -3, 8);
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].parameter == s.fader);
    CHECK(heard[0].before == 0);
    CHECK(heard[0].after == -3);
    CHECK(heard[0].by == 7);
    CHECK(heard[0].batch == 0);
    CHECK(s.store.writer(s.fader) == 8);
    CHECK(also_heard == 1);
    other.reset();
    s.store.set(s.fader, -6, 7);
    CHECK(also_heard == 1);
    CHECK(heard.size() == 2);
}

TEST_CASE("what is changed as one deed has one number, and the next deed has another")
{
    Stored s;
    std::vector<int> batches;
    const auto listening = s.store.on_change([&](const Change& change) { batches.push_back(change.batch); });
    {
        const Store::Batch outer(s.store);
        s.store.set(s.fader, -3, 7);
        const Store::Batch inner(s.store);
        s.store.set(s.mute, 1, 7);
    }
    s.store.set(s.fader, -4, 7);
    {
        const Store::Batch next(s.store);
        s.store.set(s.fader, -5, 7);
    }
    REQUIRE(batches.size() == 4);
    CHECK(batches[0] == batches[1]);
    CHECK(batches[0] != 0);
    CHECK(batches[2] == 0);
    CHECK(batches[3] != 0);
    CHECK(batches[3] != batches[0]);
}

TEST_CASE("a store may begin with other values than the file's, which count as applied")
{
    Stored s;
    auto values = s.layout.initial_values();
    values[static_cast<std::size_t>(s.fader)] = -12;
    Store store(s.layout, s.sound, values);
    CHECK(store.value(s.fader) == -12);
    CHECK(store.file_value(s.fader) == 0);
    CHECK_FALSE(store.dirty());
}
