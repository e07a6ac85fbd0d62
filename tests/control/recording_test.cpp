#include "control/recording.h"

#include "control/fades.h"
#include "control/history.h"
#include "tests/control/fake_daemon.h"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <cmath>

using namespace fohd;
using namespace fohd::control;
using namespace fohd::control::test;

namespace {

const dsp::ParamSpec fader = {"fader",           dsp::Unit::decibel, -90,      10, 0,
                              dsp::Taper::fader, dsp::Glide::ramp,   "Level.", {}};

/// What the points say at a time, on the taper.
double position(const std::vector<config::AutomationPoint>& points, double seconds)
{
    const auto next = std::ranges::upper_bound(points, seconds, {}, &config::AutomationPoint::seconds);
    REQUIRE(next != points.begin());
    const auto& from = *std::prev(next);
    const double there = static_cast<double>(dsp::to_norm(fader, from.value));
    if (next == points.end() || next->curve == config::Curve::step) return there;
    const double share = (seconds - from.seconds) / (next->seconds - from.seconds);
    return there + share * (static_cast<double>(dsp::to_norm(fader, next->value)) - there);
}
} // namespace

TEST_CASE("the moves of a hand become few points that are near enough to all of them", "[automation]")
{
    std::vector<config::AutomationPoint> moves;
    for (int n = 0; n < 400; ++n) // four seconds of a hand at 100 Hz: up, hold, down, with a tremble
        moves.push_back({1 + n * 0.01, static_cast<float>(-20 + 15 * std::sin(n * 0.012) + 0.02 * std::sin(n * 2.1))});
    for (int n = 0; n < 50; ++n) moves.push_back({9 + n * 0.02, static_cast<float>(-10 + 0.2 * n)});
    const auto points = thinned(fader, moves);
    CHECK(points.size() < 40);
    CHECK(points.front().curve == config::Curve::step);
    for (const auto& move : moves)
        CHECK(std::abs(position(points, move.seconds) - static_cast<double>(dsp::to_norm(fader, move.value))) < 0.0026);
    // Between the two moves it stays, and the second begins at once.
    CHECK(position(points, 8.99) == Approx(static_cast<double>(dsp::to_norm(fader, moves[399].value))));
    CHECK(thinned(fader, {}).empty());
    CHECK(thinned(fader, {{2, -3}}) == std::vector<config::AutomationPoint>{{2, -3}});
}

TEST_CASE("switches are steps, and of several moves at one moment the last counts", "[automation]")
{
    const dsp::ParamSpec mute = {"mute", dsp::Unit::toggle, 0, 1, 0, dsp::Taper::steps, dsp::Glide::ramp, "Mute.", {}};
    CHECK(thinned(mute, {{1, 1}, {1.1, 0}, {1.1, 1}, {1.2, 0}}) ==
          std::vector<config::AutomationPoint>{{1, 1}, {1.1, 1}, {1.2, 0}});
}

TEST_CASE("a recording replaces what was there from the first move of a value to its end", "[automation]")
{
    const auto description = small_console();
    const dsp::Layout layout(description);
    FakeSound sound;
    Store store(layout, sound);
    std::optional<double> now = 2;
    Recording recording(store, [&] { return now; });
    const auto set = [&](const char* address, float value, Writer by) { store.set(layout.find(address), value, by); };
    set("/input/vox/fader", -3, 7);
    now.reset();
    set("/input/vox/pan", 1, 7); // time stands still
    const dsp::ParamSpec* spec = layout.parameters[0].spec;
    const config::Automation before{{"/input/vox/fader", spec, {{1, -20}, {3, -10}, {5, 0}}},
                                    {"/input/vox/mute", spec, {{1, 1}}}};
    CHECK(over(before, recording.take(), 4) ==
          config::Automation{{"/input/vox/fader", spec, {{1, -20}, {2, -3}, {5, 0}}},
                             {"/input/vox/mute", spec, {{1, 1}}}});
}

TEST_CASE("what undo, redo and a scene's fade move is recorded as it is heard", "[automation]")
{
    using namespace std::chrono_literals;
    const auto description = small_console();
    const dsp::Layout layout(description);
    FakeSound sound;
    Store store(layout, sound);
    boost::asio::io_context context;
    Fades fades(context);
    fades.rebind(store);
    History history([&](int parameter, float value) { store.set(parameter, value, 0); });
    history.rebind(store);
    double now = 0;
    const int level = layout.find("/input/vox/fader"), mute = layout.find("/input/vox/mute");
    Recording recording(store, [&] { return std::optional(now); });

    now = 1;
    store.set(level, -10, 7);
    now = 1.2;
    REQUIRE(history.undo());
    now = 1.24;
    REQUIRE(history.redo());
    now = 1.25;
    REQUIRE(history.undo());
    // Four seconds from 0 dB to silence, 125 moves a second, with a mute at its end.
    const Fades::Clock::time_point begin{};
    fades.start({{level, -90}, {mute, 1}}, 4s, Switches::end, begin);
    std::vector<config::AutomationPoint> heard;
    for (auto time = 8ms; fades.running(); time += 8ms) {
        now = 2 + std::chrono::duration<double>(time).count();
        fades.move(begin + time);
        heard.push_back({now, store.value(level)});
        if (time == 2000ms) CHECK_FALSE(recording.fresh_lines().empty());
    }
    now = 30;
    store.set(level, -20, 0);

    const Take take = recording.take();
    const auto& points = take.at("/input/vox/fader").points;
    CHECK(std::vector(points.begin(), points.begin() + 6) ==
          std::vector<config::AutomationPoint>{{1, -10}, {1.199, -10}, {1.2, 0}, {1.24, -10}, {1.25, 0}, {2.007, 0}});
    CHECK(points.size() < 4 + 500 / 10);
    CHECK(points.back() == config::AutomationPoint{30, -20});
    CHECK(take.at("/input/vox/mute").points == std::vector<config::AutomationPoint>{{6, 1}});
    const auto played = thinned(fader, points);
    for (const auto& move : heard)
        CHECK(std::abs(position(played, move.seconds) - static_cast<double>(dsp::to_norm(fader, move.value))) < 0.0026);
    // It stays where it was, and jumps where it was taken back.
    CHECK(position(played, 1.15) == Approx(static_cast<double>(dsp::to_norm(fader, -10))));
    CHECK(position(played, 20) == 0);
    CHECK(played.size() < 16);
}
