#include "control/kept_values.h"

#include "tests/control/fake_daemon.h"

#include <catch2/catch.hpp>

using namespace fohd;
using namespace fohd::control;
using namespace fohd::control::test;

namespace {

float value_in(const dsp::Layout& layout, const Restored& restored, const std::string& address)
{
    return restored.values.at(static_cast<std::size_t>(layout.find(address)));
}

std::vector<config::KeptValue> kept_of(const Store& store)
{
    std::vector<config::KeptValue> kept;
    for (const auto& each : overrides(store.layout(), store.values())) kept.push_back(to_text(each));
    return kept;
}

struct Before {
    dsp::Description description = small_console();
    dsp::Layout layout{description};
    FakeSound sound;
    Store store{layout, sound};
    void set(const std::string& address, float value) { store.set(layout.find(address), value, 1); }
};

} // namespace

TEST_CASE("kept: only what differs from the file, and it comes back as it was")
{
    Before before;
    before.set("/bus/main/fader", -6.1f);
    before.set("/input/vox/tone/mode", 2);
    before.set("/input/vox/mute", 1);
    before.set("/input/vox/fader", -90);
    before.set("/input/in2/fader", -3);
    before.set("/input/in2/fader", 0);
    const auto kept = kept_of(before.store);
    CHECK(kept == std::vector<config::KeptValue>{{"/input/vox/fader", "-inf", "0 dB"},
                                                 {"/input/vox/mute", "on", "off"},
                                                 {"/input/vox/tone/mode", "fold", "soft"},
                                                 {"/bus/main/fader", "-6.1 dB", "0 dB"}});
    const auto restored = restore(before.layout, kept);
    CHECK(std::equal(restored.values.begin(), restored.values.end(), before.store.values().begin()));
    CHECK(restored.orphans.empty());
    CHECK(restored.warnings.empty());
}

TEST_CASE("kept: the file wins where, and only where, its own value has changed since")
{
    Before before;
    before.set("/bus/main/fader", -6);
    before.set("/input/vox/fader", -7);
    auto edited = small_console();
    edited.strips[0].fader = -2;
    edited.strips[1].fader = -1;
    const dsp::Layout layout(edited);
    const auto restored = restore(layout, kept_of(before.store));
    CHECK(value_in(layout, restored, "/bus/main/fader") == -6);
    CHECK(value_in(layout, restored, "/input/vox/fader") == -2);
    CHECK(value_in(layout, restored, "/input/in2/fader") == -1);
}

TEST_CASE("kept: what has no address for now is kept until it has one again")
{
    Before before;
    const std::vector<config::KeptValue> kept{{"/input/in3/fader", "-6 dB", "0 dB"}};
    auto without = restore(before.layout, kept);
    CHECK(without.orphans == kept);
    const auto description = small_console(3);
    const dsp::Layout layout(description);
    CHECK(value_in(layout, restore(layout, without.orphans), "/input/in3/fader") == -6);
}

TEST_CASE("kept: a value out of range is clamped, one that is none is dropped, both with a warning")
{
    Before before;
    const std::vector<config::KeptValue> kept{{"/bus/main/fader", "99 dB", "0 dB"},
                                              {"/input/vox/fader", "loud", "0 dB"},
                                              {"/input/vox/tone/mode", "gone", "soft"},
                                              {"/input/vox/pan", "0.5", "nonsense"}};
    const auto restored = restore(before.layout, kept);
    CHECK(value_in(before.layout, restored, "/bus/main/fader") == 10);
    CHECK(value_in(before.layout, restored, "/input/vox/fader") == 0);
    CHECK(value_in(before.layout, restored, "/input/vox/tone/mode") == 0);
    CHECK(value_in(before.layout, restored, "/input/vox/pan") == 0);
    REQUIRE(restored.warnings.size() == 3);
    CHECK_THAT(restored.warnings[0], Catch::StartsWith("/bus/main/fader: ") && Catch::Contains("10 dB"));
}
