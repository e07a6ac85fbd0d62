// What a delay has heard of the past is there when another graph goes on with it, also for a time that becomes longer then.
#include "tests/support/held_sine.h"
#include "tests/support/show.h"

#include <cmath>
#include <numbers>

using namespace fohd;
using namespace fohd::test;

namespace {

constexpr double hz = 330, amplitude = 0.25;
constexpr std::size_t past = 144000; // in frames, more than any delay here
constexpr auto delay_ms = "/input/vox/delay/time";

std::vector<float> sine(std::size_t frames)
{
    std::vector<float> sound(frames);
    for (std::size_t i = 0; i < frames; ++i)
        sound[i] =
            static_cast<float>(amplitude * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / Show::rate));
    return sound;
}

/// The other strip's look-ahead makes another graph; the delay's time is set or not.
std::string stage(int lookahead_ms, const std::string& delay)
{
    return "inputs:\n  vox: {chain: [delay: {" + delay +
           "}]}\n  b: {chain: [limiter: {lookahead: " + std::to_string(lookahead_ms) +
           " ms}]}\noutputs: {fe: {from: input/vox}, fb: {from: input/b}}\n";
}

/// In a fade from one time to another two sines of any phases meet: it is quieter for 20 ms, and no steeper than both together.
void check(std::span<const float> heard)
{
    const auto window = static_cast<std::size_t>(Show::rate / hz);
    std::size_t silent = 0, longest = 0;
    float bend = 0;
    for (std::size_t i = window; i + 1 < heard.size(); ++i) {
        const auto cycle = heard.subspan(i - window, window);
        const float peak =
            std::abs(*std::ranges::max_element(cycle, {}, [](float sample) { return std::abs(sample); }));
        silent = peak < amplitude / 2 ? silent + 1 : 0;
        longest = std::max(longest, silent);
        bend = std::max(bend, std::abs(heard[i + 1] - 2 * heard[i] + heard[i - 1]));
    }
    CHECK(longest <= Show::rate / 50);
    CHECK(bend < 2 * amplitude * std::pow(2 * std::numbers::pi * hz / Show::rate, 2));
}
} // namespace

TEST_CASE("a delay that becomes longer while another graph comes in, or just after, leaves no gap and no edge")
{
    const int ms = GENERATE(0, 2, 10, 25, 50, 100, 200, 400);
    const float longer = GENERATE(450.0f, 600.0f, 900.0f, 2500.0f);
    Show show(stage(1, "time: 400 ms"));
    const std::map<std::string, std::vector<float>> in{{"vox", sine(3 * past)}, {"b", sine(3 * past)}};
    show.run(in, past);
    show.change(stage(6, "time: 400 ms"));
    std::vector<float> heard;
    const auto run = [&](std::size_t frames) {
        const auto some = show.run(in, frames).at("fe");
        heard.insert(heard.end(), some.begin(), some.end());
    };
    run(static_cast<std::size_t>(ms * 48 / Show::block * Show::block));
    show.set(delay_ms, longer);
    run(past);
    INFO(longer << " ms, " << ms << " ms after the change");
    check(heard);
    // And it has come: the sound is as late as it says.
    const auto late = static_cast<std::size_t>(longer * 48);
    const auto& sound = in.at("vox");
    const std::size_t now = past + heard.size() - late - 480;
    for (std::size_t i = 0; i < 480; ++i) REQUIRE(heard[heard.size() - 480 + i] == Approx(sound[now + i]).margin(1e-6));
}

TEST_CASE("a delay that is longer in another file is so within its fade, at once")
{
    const std::string longer = GENERATE("time: 900 ms", "time: 2.5 s", "distance: 300 m", "sync: 1/1");
    Show show(stage(1, "time: 100 ms"));
    const std::map<std::string, std::vector<float>> in{{"vox", sine(3 * past)}, {"b", sine(3 * past)}};
    show.run(in, past);
    show.change(stage(6, longer));
    const auto heard = show.run(in, past).at("fe");
    INFO(longer);
    check(heard);
}
