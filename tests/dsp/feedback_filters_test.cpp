// Feedback suppressor: what becomes of its filters.
#include "tests/support/adversarial.h"
#include "tests/support/figures.h"
#include "tests/support/flushed_denormals.h"
#include "tests/support/lone_processor.h"
#include "tests/support/suppressor_rig.h"
#include "tests/support/tones.h"

using namespace fohd;
using dsp::FeedbackSuppressor;
using Rig = test::SuppressorRig;

namespace {

void run(Rig& rig, std::vector<float> sound) // NOLINT(performance-unnecessary-value-param): in place
{
    const test::FlushedDenormals flushed;
    std::vector<std::vector<float>> channels{std::move(sound)};
    rig.run(channels, 64);
}

/// A tone that stands for a howl: it sounds until there is a filter of so many dB on it, then falls as a loop does that is opened.
void howl(Rig& rig, double hz, float depth = 6)
{
    const auto there = [&] {
        for (int i = 0; i < FeedbackSuppressor::most; ++i)
            if (std::abs(rig.hz(i) - hz) < 0.01 * hz && rig.depth(i) >= depth) return true;
        return false;
    };
    const auto frames = static_cast<std::size_t>(0.01 * rig.rate);
    for (int part = 0; part < 200 && !there(); ++part) {
        auto sound = test::sine(100 * frames, hz, 0.1, rig.rate);
        const auto at = static_cast<std::ptrdiff_t>((static_cast<std::size_t>(part) % 99) * frames);
        run(rig, {sound.begin() + at, sound.begin() + at + static_cast<std::ptrdiff_t>(frames)});
    }
    REQUIRE(there());
    run(rig, test::noise(static_cast<std::size_t>(0.5 * rig.rate), 0.001f, 1));
    REQUIRE(there());
}

double level(std::span<const float> sound)
{
    double sum = 0;
    for (const float s : sound) sum += static_cast<double>(s) * static_cast<double>(s);
    return 10 * std::log10(sum / static_cast<double>(sound.size()));
}

FeedbackSuppressor::Params with(float filters, float fixed)
{
    auto params = FeedbackSuppressor::params.initial();
    params.filters.value = filters;
    params.fixed.value = fixed;
    params.turn_down = {6};
    return params;
}
} // namespace

TEST_CASE("feedback suppressor: over a reload its filters go on", "[feedback_suppressor]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    Rig old(rate), next(rate);
    howl(old, 1000);
    howl(old, 3100, 12);
    run(old, test::noise(333, 0.001f, 2)); // not where a hop ends
    while (!next.processor.take_ahead(old.processor, 64)) {
    }
    next.processor.take(old.processor);
    CHECK(next.used() == 2);
    for (int i = 0; i < 2; ++i) {
        CHECK(next.hz(i) == old.hz(i));
        CHECK(next.depth(i) == old.depth(i));
    }
    std::vector<std::vector<float>> one{test::noise(static_cast<std::size_t>(rate / 4), 0.1f, 3)}, other = one;
    const auto in = one;
    old.run(one, 64);
    next.run(other, 64);
    CHECK(one != in);
    CHECK(one == other);
}

TEST_CASE("feedback suppressor: its fixed filters are remembered, and stand at another rate from the first sample on",
          "[feedback_suppressor]")
{
    const auto params = with(12, 1);
    Rig old(48000, 1, params);
    howl(old, 1000, 12);
    howl(old, 3100);
    REQUIRE(old.used() == 2);
    for (int i = 0; i < 2; ++i)
        CHECK(old.processor.reading(FeedbackSuppressor::fixed_ones, i) == (i == 0 ? 1.0f : 0.0f));
    std::vector<float> kept(FeedbackSuppressor::learned_params.specs.size() * FeedbackSuppressor::max_learned, -1),
        all = kept;
    old.processor.remember(kept, false);
    old.processor.remember(all, true);
    CHECK(std::ranges::count_if(kept, [](float value) { return value != 0; }) == 3);
    CHECK(std::ranges::count_if(all, [](float value) { return value != 0; }) == 6);

    const double rate = GENERATE(44100.0, 96000.0);
    for (const auto& items : {kept, all}) {
        Rig next(rate, 2, params);
        next.processor.learn(items);
        next.processor.learn(items); // again is not twice
        CHECK(next.used() == (items == all ? 2 : 1));
        CHECK(next.hz(0) == old.hz(0));
        CHECK(next.depth(0) == old.depth(0));
        std::vector<std::vector<float>> click(2, std::vector<float>(static_cast<std::size_t>(rate)));
        click[0][0] = click[1][0] = 1;
        next.run(click, 64);
        const auto decibels = [&](double hz) {
            return 20 *
                   std::log10(std::abs(test::tone_in(click[1], hz, rate)) * (static_cast<double>(click[1].size()) / 2));
        };
        CHECK(decibels(static_cast<double>(old.hz(0))) == Approx(-12).margin(0.05));
        CHECK(decibels(static_cast<double>(old.hz(1))) ==
              Approx(items == all ? -6 : 0).margin(0.2)); // beside the first
        std::vector<float> again(items.size(), -1);
        next.processor.remember(again, true);
        CHECK(again == items);
    }
    old.processor.act(FeedbackSuppressor::clear_all);
    old.processor.remember(all, true); // while they glide out, too
    CHECK(std::ranges::all_of(all, [](float value) { return value == 0; }));
}

TEST_CASE("feedback suppressor: what is only being tried is not remembered", "[feedback_suppressor]")
{
    Rig rig(48000);
    std::vector<float> all(FeedbackSuppressor::learned_params.specs.size() * FeedbackSuppressor::max_learned);
    int tried = 0;
    for (int part = 0; part < 100; ++part) {
        auto sound = test::sine(48000, 1000, 0.1);
        run(rig, {sound.begin() + part * 480, sound.begin() + (part + 1) * 480});
        tried += rig.used() > 0;
        rig.processor.remember(all, true);
        REQUIRE(std::ranges::all_of(all, [](float value) { return value == 0; }));
    }
    CHECK(tried > 10);
}

TEST_CASE("feedback suppressor: a live filter that nothing needs is lifted by 1 dB a second", "[feedback_suppressor]")
{
    auto params = with(12, 1);
    params.lift_after = {3000};
    Rig rig(48000, 1, params);
    howl(rig, 500);
    howl(rig, 1900); // ends half a second after it began to be quiet
    const auto quiet = [&](double seconds) {
        run(rig, test::noise(static_cast<std::size_t>(seconds * 48000), 0.001f, 4));
    };
    quiet(2.3);
    CHECK(rig.depth(1) == 6);
    quiet(3.2); // 6 s, of which 3 are lifting
    CHECK(rig.depth(1) == Approx(3).margin(0.2));
    test::figure("feedback_suppressor", "a filter of 6 dB, lifted for 3 s: depth against 1 dB a second",
                 test::at_most(0.2, "dB"), std::abs(static_cast<double>(rig.depth(1)) - 3));
    quiet(3.5);
    CHECK(rig.used() == 1); // the fixed one
    CHECK(rig.depth(0) == 6);
}

TEST_CASE("feedback suppressor: where all filters are used the oldest live one goes", "[feedback_suppressor]")
{
    auto params = with(3, 1);
    params.turn_down = {0}; // nothing else is left
    Rig rig(48000, 1, params);
    for (const double hz : {500.0, 1200.0, 2900.0, 6100.0}) howl(rig, hz);
    CHECK(rig.used() == 3);
    CHECK(rig.hz(0) == Approx(500).margin(1));
    CHECK(rig.hz(1) == Approx(6100).margin(3));
    CHECK(rig.hz(2) == Approx(2900).margin(2));
    howl(rig, 4300);
    CHECK(rig.hz(1) == Approx(6100).margin(3));
    CHECK(rig.hz(2) == Approx(4300).margin(2));
}

TEST_CASE("feedback suppressor: where all filters were needed lately all of the sound is turned down, and none goes",
          "[feedback_suppressor]")
{
    auto params = with(2, 1);
    params.lift_after = {3000};
    Rig rig(48000, 1, params);
    for (const double hz : {500.0, 1200.0}) howl(rig, hz);
    run(rig, test::noise(48000, 0.001f, 5));
    CHECK(rig.processor.reduction(0) == 0);
    // It rings until it is turned down by 3 dB, then falls; 0.5 s are 47 hops of which 12 may pass before a step.
    std::vector<float> tone = test::sine(48000, 2900, 0.2);
    std::size_t at = 0;
    for (; at + 480 <= tone.size() && rig.processor.reduction(0) < 3; at += 480)
        run(rig,
            {tone.begin() + static_cast<std::ptrdiff_t>(at), tone.begin() + static_cast<std::ptrdiff_t>(at) + 480});
    REQUIRE(rig.processor.reduction(0) == 3);
    run(rig, test::noise(24000, 0.001f, 6));
    CHECK(rig.processor.reduction(0) == 3);
    CHECK(rig.hz(0) == Approx(500).margin(1));
    CHECK(rig.hz(1) == Approx(1200).margin(2));
    std::vector<std::vector<float>> far{test::sine(24000, 7000, 0.001)};
    rig.run(far, 64);
    CHECK(level(std::span(far[0]).subspan(12000)) == Approx(-60 - 3 - 3.01).margin(0.1));

    SECTION("it comes back like a live filter, by 1 dB a second once nothing has rung for lift_after")
    {
        run(rig, test::noise(48000, 0.001f, 7)); // 2 s by now
        CHECK(rig.processor.reduction(0) == 3);
        run(rig, test::noise(5 * 24000, 0.001f, 8));                   // 4.5 s
        CHECK(rig.processor.reduction(0) == Approx(1.5).margin(0.25)); // it rang until a few hops after the tone's end
        run(rig, test::noise(2 * 48000, 0.001f, 9));
        CHECK(rig.processor.reduction(0) == 0);
    }
    SECTION("sooner where there are filters for what rings then")
    {
        auto more = params;
        more.filters.value = 3;
        rig.set(more);
        run(rig, test::noise(2 * 48000, 0.001f, 7));
        CHECK(rig.processor.reduction(0) < 2);
    }
    SECTION("clear, and a limit that is lowered, take it back at once; freeze holds it")
    {
        const int how = GENERATE(0, 1, 2, 3);
        if (how == 0) rig.processor.act(FeedbackSuppressor::clear_live);
        if (how == 1) rig.processor.act(FeedbackSuppressor::clear_all);
        if (how == 2) params.turn_down = {0};
        if (how == 3) params.freeze = {{1.0f}};
        rig.set(params);
        run(rig, test::noise(how == 3 ? 6 * 48000 : 6000, 0.001f, 7));
        CHECK(rig.processor.reduction(0) == (how == 3 ? 3 : 0));
    }
    SECTION("a reload and a block of another size change no bit of it")
    {
        Rig next(48000, 1, params);
        while (!next.processor.take_ahead(rig.processor, 64)) {
        }
        next.processor.take(rig.processor);
        std::vector<std::vector<float>> one{test::noise(6 * 48000, 0.001f, 3)}, other = one;
        rig.run(one, 64);
        next.run(other, 17);
        CHECK(rig.processor.reduction(0) == 0);
        CHECK(one == other);
    }
}

TEST_CASE("feedback suppressor: a tone that stays when all is turned down is no howl, and gets its level back",
          "[feedback_suppressor]")
{
    Rig rig(48000, 1, with(1, 1));
    howl(rig, 500);
    const auto tone = test::sine(3 * 48000, 2900, 0.2);
    std::vector<std::vector<float>> sound{tone};
    float most = 0;
    for (std::size_t at = 0; at + 480 <= tone.size(); at += 480) {
        std::vector<std::vector<float>> part{
            {tone.begin() + static_cast<std::ptrdiff_t>(at), tone.begin() + static_cast<std::ptrdiff_t>(at) + 480}};
        rig.run(part, 64);
        std::ranges::copy(part[0], sound[0].begin() + static_cast<std::ptrdiff_t>(at));
        most = std::max(most, rig.processor.reduction(0));
    }
    CHECK(most == 6);
    CHECK(rig.processor.reduction(0) == 0);
    const test::FlushedDenormals flushed;
    CHECK(level(std::span(sound[0]).last(24000)) ==
          Approx(level(std::span(tone).last(24000))).margin(0.05)); // beside 500 Hz
}

TEST_CASE("feedback suppressor: a third of an octave beside its filters the sound is what it was",
          "[feedback_suppressor]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const float type = GENERATE(0.0f, 1.0f);
    auto params = with(12, 6);
    params.type = {{type}};
    Rig rig(rate, 1, params);
    const double places[] = {300, 1000, 3700, 7000};
    for (const double hz : places) howl(rig, hz, 18);
    params.freeze = {{1.0f}};
    rig.set(params);
    run(rig, std::vector<float>(static_cast<std::size_t>(rate)));
    std::vector<std::vector<float>> click{std::vector<float>(static_cast<std::size_t>(rate / 2))};
    click[0][0] = 1;
    rig.run(click, 64);
    double most = 0;
    for (double hz = 20; hz < 0.45 * rate; hz *= std::exp2(1.0 / 24)) {
        if (std::ranges::any_of(places, [&](double p) { return std::abs(std::log2(hz / p)) < 1.0 / 3; })) continue;
        const auto response = test::tone_in(click[0], hz, rate) * (static_cast<double>(click[0].size()) / 2);
        most = std::max(most, std::abs(20 * std::log10(std::abs(response))));
    }
    CHECK(most < 0.5);
    test::figure("feedback_suppressor",
                 type == 0 ? "four filters of 18 dB, speech: change of level a third of an octave and more beside them"
                           : "four filters of 18 dB, music: change of level a third of an octave and more beside them",
                 test::at_most(0.5, "dB"), most);
}

TEST_CASE("feedback suppressor: in a graph too, blocks of 1, 17 and 1024 frames give the bits of 64",
          "[feedback_suppressor]")
{
    const dsp::ProcessorType* type = dsp::find_processor_type(FeedbackSuppressor::type);
    REQUIRE(type);
    const auto description = test::lone(*type, 2);
    const test::Sound in(2, test::sine(48000, 997, 0.1));
    const auto reference = test::GraphRig(description).run(in, 64);
    CHECK(reference != in); // filters are tried
    for (const int block : {1, 17, 1024}) {
        INFO(block);
        CHECK(test::GraphRig(description).run(in, block) == reference);
    }
}
