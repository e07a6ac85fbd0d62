// An insert in a graph whose sends come back to its returns by a loop in memory.
#include "tests/support/clicks.h"
#include "tests/support/figures.h"
#include "tests/support/graph_rig.h"
#include <deque>
#include <numbers>

using namespace fohd;
using namespace fohd::test;

namespace {

/// What the gear makes of a sample, and how late it comes back in all.
struct Gear {
    int frames = 341;
    float gain = 1, noise = 0, colour = 0; ///< colour: of a one-pole low-pass
    bool connected = true, silent = false; ///< silent: as JACK is, between a cable's end and the news of it.
};

dsp::Description with_insert(float latency)
{
    dsp::Strip a;
    a.name = "a";
    a.chain.push_back(dsp::make_node(*dsp::find_processor_type("insert")));
    a.chain.back().values[2] = latency;
    a.fader_position = 1;
    dsp::Strip dry;
    dry.name = "dry";
    dry.polarity = true;
    dsp::Strip sum;
    sum.kind = dsp::StripKind::bus;
    sum.name = "sum";
    sum.channels = 1;
    dsp::Strip out;
    out.kind = dsp::StripKind::output;
    out.name = "out";
    out.from = 2;
    a.sends.push_back({.to = 2});
    dry.sends.push_back({.to = 2});
    return {{a, dry, sum, out}};
}

/// "a" goes through the gear and "dry" beside it, inverted: aligned they cancel.
class Loop {
public:
    Loop(float latency, double rate, Gear gear) : rig_(with_insert(latency), rate), gear_(gear)
    {
        way_.assign(static_cast<std::size_t>(gear.frames), 0.0f);
    }

    std::vector<float> run(const std::vector<float>& in, int block) { return run(in, in, block); }
    std::vector<float> run(const std::vector<float>& in, const std::vector<float>& dry, int block)
    {
        const FlushedDenormals flushed;
        std::vector<float> out(in.size());
        std::vector<float> back(static_cast<std::size_t>(block)), sent(back.size());
        for (std::size_t done = 0; done < in.size(); done += back.size()) {
            const int count = std::min(block, static_cast<int>(in.size() - done));
            for (int i = 0; i < count; ++i)
                back[static_cast<std::size_t>(i)] = gear_.silent ? 0 : way_[static_cast<std::size_t>(i)];
            const float* const from[] = {in.data() + done, dry.data() + done, gear_.connected ? back.data() : nullptr};
            float* const to[] = {out.data() + done, sent.data()};
            rig_.performer().process(from, to, count);
            way_.erase(way_.begin(), way_.begin() + count);
            for (int i = 0; i < count; ++i) {
                const float sample = sent[static_cast<std::size_t>(i)];
                low_ = gear_.colour == 0 ? sample : low_ + (1 - gear_.colour) * (sample - low_);
                way_.push_back(gear_.gain * low_ + gear_.noise * any_(generator_));
            }
        }
        return out;
    }

    dsp::Finding measure(double rate, int block)
    {
        const std::vector<float> silence(static_cast<std::size_t>(rate / 10));
        run(silence, block);
        rig_.graph().act(0, 0, 0);
        for (int tenth = 0; tenth < 30; ++tenth) {
            run(silence, block);
            dsp::Finding finding = rig_.graph().find(0, 0, block);
            for (int piece = 0; piece < 100 && finding.busy && !finding.answered && tenth > 11; ++piece)
                finding = rig_.graph().find(0, 0, block);
            if (finding.answered) return finding;
        }
        return {};
    }

    GraphRig& rig() { return rig_; }
    Gear& gear() { return gear_; }

private:
    GraphRig rig_;
    Gear gear_;
    std::deque<float> way_;
    float low_ = 0;
    std::mt19937 generator_{5};
    std::uniform_real_distribution<float> any_{-1, 1};
};

float highest(std::span<const float> sound)
{
    float most = 0;
    for (const float sample : sound) most = std::max(most, std::abs(sample));
    return most;
}
} // namespace

TEST_CASE("insert: what is measured aligns to the sample", "[insert]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const int block = GENERATE(1, 17, 64, 1024);
    const Gear gear{.frames = 1024 + 341};
    Loop loop(0, rate, gear);
    const auto finding = loop.measure(rate, block);
    REQUIRE(finding.values.size() == 3);
    CHECK(finding.values[0].second == static_cast<float>(gear.frames));
    CHECK(finding.values[1].second == static_cast<float>(block));
    figure("insert", "round trip measured of a loop of 1365 frames: error", at_most(0, "frames"),
           std::abs(finding.values[0].second - static_cast<float>(gear.frames)));
    Loop aligned(static_cast<float>(gear.frames), rate, gear);
    const auto sum = aligned.run(noise(9600, 0.5f, 3), block);
    const float left = highest(std::span(sum).subspan(static_cast<std::size_t>(2 * gear.frames)));
    CHECK(left == 0.0f);
    figure("insert", "noise through the loop less the same noise beside it: what is left", at_most(0, ""), left);
}

TEST_CASE("insert: noise, inversion and colour do not mislead the measurement", "[insert]")
{
    const Gear gear = GENERATE(Gear{.frames = 2000, .gain = -0.5f}, Gear{.frames = 333, .noise = 0.1f},
                               Gear{.frames = 333, .gain = -1, .colour = 0.4f}, Gear{.frames = 20000, .gain = 0.1f});
    const auto finding = Loop(0, 48000, gear).measure(48000, 64);
    REQUIRE(finding.values.size() == 3);
    CHECK(finding.values[0].second == static_cast<float>(gear.frames));
}

TEST_CASE("insert: gear that does not answer keeps the latency and says so", "[insert]")
{
    for (const Gear gear : {Gear{.gain = 0}, Gear{.gain = 0, .noise = 0.1f}, Gear{.gain = 0.001f, .noise = 1e-6f},
                            Gear{.connected = false}}) {
        const auto finding = Loop(0, 48000, gear).measure(48000, 64);
        CHECK(finding.answered);
        CHECK(finding.values.empty());
        CHECK(finding.text.find("no answer") == 0);
    }
}

TEST_CASE("insert: where nothing is connected the sound passes by, as late, and without a click", "[insert]")
{
    Loop loop(500, 48000, {.frames = 500});
    const auto in = noise(9600, 0.5f, 4);
    loop.run(in, 64);
    loop.gear().connected = false;
    loop.run(in, 64);
    CHECK(highest(loop.run(in, 64)) == 0.0f); // It cancels with the dry sound all the same.
}

namespace {

/// A tone that goes on from one stretch to the next.
class Tone {
public:
    std::vector<float> next(int frames)
    {
        std::vector<float> sound(static_cast<std::size_t>(frames));
        for (float& sample : sound)
            sample = 0.5f * std::sin(2 * std::numbers::pi_v<float> * 150 * (static_cast<float>(at_++ % 320) + 0.5f) /
                                     48000); // never quite 0
        return sound;
    }

private:
    int at_ = 0;
};
} // namespace

// Through gear that inverts and halves, so that whatever jumps is seen. A jump of -70 dBFS leaves half of itself above 3 kHz, and nothing
// of a tone of 150 Hz is left there. The bypass that every processor has is a straight line of 20 ms, whose corners leave -66 dBFS. A
// cable that is pulled ends a tone in a corner, which nobody knows before: where its slope is steepest that leaves -51 dBFS, where a jump
// from its peak would leave -18 dBFS.
TEST_CASE("insert: nothing that begins or ends clicks", "[insert]")
{
    const int block = GENERATE(1, 17, 64, 1024);
    constexpr float jump = 0.0003162f, line = 0.0005f, corner = 0.003f;
    const int half = block == 1024 ? 24576 : block == 17 ? 24004 : 24000; // whole blocks
    const int quarter = GENERATE(0, 80);                                  // of the tone: steepest, or loudest
    const Gear gear{.frames = 1120, .gain = -0.5f};
    Loop loop(1120, 48000, gear);
    Tone tone;
    std::vector<float> heard;
    const auto go_on = [&](int frames) {
        const auto in = tone.next(frames);
        const auto out = loop.run(in, std::vector<float>(in.size()), block);
        heard.insert(heard.end(), out.begin(), out.end());
    };
    const auto clicks = [&] {
        const auto high = above_3k(std::exchange(heard, {}));
        return highest(std::span(high).subspan(4800));
    };
    go_on(half + quarter / block * block);
    go_on(half);
    CHECK(highest(heard) > 0.24f); // it was no comparison of silences
    const float rest = clicks();
    CHECK(rest < jump / 100);

    const std::string what =
        GENERATE("measured", "pulled and put back", "dead and then pulled", "dead and back", "bypassed");
    INFO(what << " with blocks of " << block);
    go_on(half / 2);
    if (what == "measured") {
        loop.rig().graph().act(0, 0, 0);
        for (int step = 0; step < 4; ++step) go_on(half);
        CHECK(clicks() < jump / 2);
    } else if (what == "bypassed") {
        for (const float bypass : {1.0f, 0.0f}) {
            loop.rig().set("/input/a/insert/bypass", bypass);
            go_on(half);
        }
        CHECK(clicks() < line);
    } else {
        if (what != "pulled and put back" && block >= 16) {
            loop.gear().silent = true;
            go_on(std::max(block, 320 / block * block));
        }
        if (what == "dead and back")
            loop.gear() = gear;
        else
            loop.gear().connected = false;
        go_on(half);
        loop.gear() = gear;
        go_on(half);
        CHECK(clicks() < corner);
    }
}

TEST_CASE("insert: a measurement that is interrupted says so, and the next one is right", "[insert]")
{
    const int hundredths = GENERATE(1, 30, 60, 100); // it closes, drains, pings, listens
    const std::string what = GENERATE("the world is away", "another graph takes over");
    INFO(what << " after " << hundredths << " hundredths");
    const Gear gear{.frames = 700};
    Loop loop(0, 48000, gear);
    const std::vector<float> silence(480);
    for (int i = 0; i < 10; ++i) loop.run(silence, 64);
    loop.rig().graph().act(0, 0, 0);
    for (int i = 0; i < hundredths; ++i) loop.run(silence, 64);
    CHECK(loop.rig().graph().find(0, 0, 64).busy);
    if (what == "the world is away")
        loop.rig().performer().interrupt();
    else
        loop.rig().rebuild();
    for (int i = 0; i < 5; ++i) loop.run(silence, 64);
    const dsp::Finding lost = loop.rig().graph().find(0, 0, 64);
    const bool goes_on = what == "another graph takes over" && hundredths < 52; // nothing was sent yet
    CHECK(lost.answered == !goes_on);
    CHECK(lost.values.empty());
    if (!goes_on) CHECK(lost.text.find("was interrupted") != std::string::npos);
    if (!goes_on) CHECK_FALSE(loop.rig().graph().find(0, 0, 64).busy);
    const auto finding = loop.measure(48000, 64);
    REQUIRE(finding.values.size() == 3);
    CHECK(finding.values[0].second == static_cast<float>(gear.frames));
}

TEST_CASE("insert: a block that changes within a measurement is no answer", "[insert]")
{
    Loop loop(0, 48000, {.frames = 700});
    const std::vector<float> silence(4800);
    loop.run(silence, 64);
    loop.rig().graph().act(0, 0, 0);
    dsp::Finding finding;
    for (int tenth = 0; tenth < 30 && !finding.answered; ++tenth) {
        loop.run(silence, 64);
        for (int piece = 0; piece < 30 && !finding.answered; ++piece)
            finding = loop.rig().graph().find(0, 0, tenth < 4 ? 64 : 128);
    }
    CHECK(finding.answered);
    CHECK(finding.values.empty());
    CHECK(finding.text.find("the block changed") != std::string::npos);
    CHECK(loop.measure(48000, 128).values.size() == 3);
}

TEST_CASE("insert: who asks again before the gear is heard gets an answer of his own", "[insert]")
{
    Loop loop(0, 48000, {.frames = 700});
    REQUIRE(loop.measure(48000, 64).values.size() == 3); // and it fills now
    CHECK(loop.measure(48000, 64).values.size() == 3);
}
