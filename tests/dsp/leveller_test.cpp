// Leveller: at the target in its time, at rest in pauses, and never faster than it says.
#include "dsp/kernels/loudness_design.h"
#include "dsp/processors/leveller.h"
#include "tests/support/clicks.h"
#include "tests/support/figures.h"
#include "tests/support/graph_rig.h"
#include "tests/support/levels.h"
#include "tests/support/processor_rig.h"
#include "tests/support/sections.h"

using namespace fohd;
using fohd::test::amplitude;
using fohd::test::db;

namespace {
constexpr dsp::ProcessorType leveller = dsp::type_of<dsp::Leveller>();
using Rig = test::ProcessorRig;

/// A pair's tone of 997 Hz, whose loudness is its level in dBFS: ITU-R BS.1770 calibrates by it.
test::Sound tone(double lufs, double rate, double seconds)
{
    return test::Sound(2, test::sine(997.0, lufs, rate, seconds));
}

/// Loudness of the last 0.2 s of such a tone.
double loudness(const std::vector<float>& sound, double rate)
{
    double sum = 0;
    const auto count = static_cast<std::size_t>(rate / 5);
    for (std::size_t i = sound.size() - count; i < sound.size(); ++i)
        sum += static_cast<double>(sound[i]) * static_cast<double>(sound[i]);
    return 10 * std::log10(2 * sum / static_cast<double>(count));
}
} // namespace

TEST_CASE("leveller: the K weighting is that of BS.1770 at 48 kHz, and alike at other rates", "[leveller]")
{
    // The coefficients of the standard, annex 1, tables 1 and 2.
    const auto of_standard = [](double hz) {
        const auto z = std::polar(1.0, -2 * std::numbers::pi * hz / 48000), zz = z * z;
        const auto shelf = (1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * zz) /
                           (1.0 - 1.69065929318241 * z + 0.73248077421585 * zz);
        const auto pass = (1.0 - 2.0 * z + zz) / (1.0 - 1.99004745483398 * z + 0.99007225036621 * zz);
        return db(std::abs(shelf * pass));
    };
    for (const double hz : {20.0, 40.0, 100.0, 400.0, 997.0, 2000.0, 5000.0, 10000.0}) {
        INFO(hz);
        for (const double rate : {44100.0, 48000.0, 96000.0})
            CHECK(db(std::abs(dsp::test::response(dsp::k_weighting(rate), hz, rate))) ==
                  Approx(of_standard(hz)).margin(rate == 48000 ? 0.01 : 0.15));
    }
}

TEST_CASE("leveller: a step of 10 LU is at the target within 0.5 LU in the set time", "[leveller]")
{
    const auto [rate, speed] = GENERATE(table<double, float>({{44100, 4000.f}, {48000, 8000.f}, {96000, 4000.f}}));
    const double seconds = static_cast<double>(speed) / 1000;
    Rig rig(leveller, rate, 2, {{"speed", speed}, {"target", -20.f}, {"max_boost", 20.f}});
    rig.run(tone(-20, rate, 3.5), 64);
    for (const double level : {-30.0, -20.0, -10.0}) {
        const auto before = rig.run(tone(level, rate, 1), 64)[0];
        CHECK(std::abs(loudness(before, rate) - -20) > 1.5); // it is no limiter
        const auto after = rig.run(tone(level, rate, seconds - 0.8), 64)[0];
        INFO("to " << level << " LUFS at " << rate << " Hz in " << seconds << " s");
        CHECK(loudness(after, rate) == Approx(-20).margin(0.5));
        test::figure("leveller", "a step of 10 LU, after the set time: distance from the target",
                     test::at_most(0.5, "LU"), std::abs(loudness(after, rate) + 20));
    }
}

TEST_CASE("leveller: it stays within its boost and cut", "[leveller]")
{
    for (const double level : {-45.0, -5.0}) {
        Rig rig(leveller, 48000, 2,
                {{"speed", 4000.f}, {"target", -25.f}, {"max_boost", 6.f}, {"max_cut", 9.f}, {"gate", -60.f}});
        const auto out = rig.run(tone(level, 48000, 8), 64)[0];
        CHECK(loudness(out, 48000) == Approx(level < -25 ? level + 6 : level - 9).margin(0.1));
        test::figure("leveller", "most boost and cut: error", test::at_most(0.1, "dB"),
                     std::abs(loudness(out, 48000) - (level < -25 ? level + 6 : level - 9)));
    }
}

TEST_CASE("leveller: in a pause the gain rests, whatever is under the gate", "[leveller]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    Rig rig(leveller, rate, 2, {{"speed", 6000.f}, {"target", -20.f}, {"gate", -45.f}});
    const double gain = loudness(rig.run(tone(-28, rate, 1.5), 64)[0], rate) + 28; // on its way up
    CHECK(gain > 1);
    CHECK(gain < 7);
    rig.run(tone(-50, rate, 0.2), 64); // the last tenth that was heard still moves the gain
    const double first = loudness(rig.run(tone(-50, rate, 0.2), 64)[0], rate);
    const double rested = loudness(rig.run(tone(-50, rate, 6), 64)[0], rate);
    CHECK(rested == Approx(first).margin(0.001));
    test::figure("leveller", "6 s under the gate: change of the gain", test::at_most(0.001, "dB"),
                 std::abs(rested - first));
    CHECK(test::amplitude(-200) > rig.run(test::Sound(2, std::vector<float>(48000)), 64)[0].back());
    const auto again = rig.run(tone(-28, rate, 0.2), 64)[0];
    CHECK(loudness(again, rate) + 28 == Approx(first + 50).margin(0.3)); // it goes on where it was
}

TEST_CASE("leveller: a brake holds what gets loud at once, far faster than its speed", "[leveller]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    double left[2];
    for (const float brake : {6.0f, 30.0f}) {
        Rig rig(leveller, rate, 2, {{"speed", 4000.f}, {"target", -20.f}, {"brake", brake}, {"max_boost", 10.f}});
        rig.run(tone(-30, rate, 5), 64);
        rig.set("speed", 60000);
        // 20 LU more: 19 dB over the target, of which 13 go at 20 dB a second once 0.4 s have heard it
        left[brake > 6] = loudness(rig.run(tone(-10, rate, 1.3), 64)[0], rate) + 20;
    }
    CHECK(left[0] < 6.5);
    CHECK(left[0] > 4);
    CHECK(left[1] > 12);
}

TEST_CASE("leveller: the gain moves without a zipper", "[leveller]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    Rig rig(leveller, rate, 2, {{"speed", 4000.f}, {"target", -20.f}, {"brake", 3.f}});
    auto in = test::sine(100.0, -30.0, rate, 3.0);
    const auto loud = test::sine(100.0, -6.0, rate, 3.0);
    in.insert(in.end(), loud.begin(), loud.end());
    const auto out = rig.run({in, in}, 64)[0], high = test::above_3k(out, rate), still = test::above_3k(in, rate);
    const auto peak = [&](const std::vector<float>& sound, double from, double to) {
        float highest = 0;
        for (auto i = static_cast<std::size_t>(from * rate); i < static_cast<std::size_t>(to * rate); ++i)
            highest = std::max(highest, std::abs(sound[i]));
        return highest;
    };
    // Where the gain falls fastest, 2.8 dB in a tenth of a second. What is left of 100 Hz itself lies at -118 dB of it.
    CHECK(peak(out, 3.1, 3.3) > 2 * peak(out, 5.5, 6));
    CHECK(peak(high, 3.1, 6) < 1.5f * peak(still, 3.1, 6) + amplitude(-110) * peak(out, 3.1, 6));
}

TEST_CASE("leveller: all channels share one gain, and blocks of any size give the same bits", "[leveller]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const int channels = GENERATE(1, 2, 5);
    test::Sound in;
    for (int c = 0; c < channels; ++c) in.push_back(test::sine(300.0, -40.0 - 3 * c, rate, 1.1)); // in phase
    const auto run = [&](int block) {
        return Rig(leveller, rate, channels, {{"speed", 4000.f}, {"gate", -60.f}}).run(in, block);
    };
    const auto reference = run(64);
    for (const int block : {1, 17, 1024}) CHECK(run(block) == reference);
    CHECK(db(static_cast<double>(reference[0].back() / in[0].back())) > 1);
    for (int c = 0; c < channels; ++c) {
        const auto row = static_cast<std::size_t>(c);
        CHECK(db(static_cast<double>(reference[row].back() / in[row].back())) ==
              Approx(db(static_cast<double>(reference[0].back() / in[0].back()))).margin(1e-4));
    }
}

// What it measures is before the limiter: a target that the limiter does not let through is missed by what it takes away, and
// the gain does not wind up meanwhile.
TEST_CASE("leveller: a target beyond the limiter's reach keeps ceiling and gain", "[leveller]")
{
    dsp::Description d;
    dsp::Strip& strip = d.strips.emplace_back();
    strip.name = std::string("a");
    strip.channels = 2;
    strip.chain = {dsp::make_node(*dsp::find_processor_type("leveller")),
                   dsp::make_node(*dsp::find_processor_type("limiter"))};
    strip.fader_position = 2;
    dsp::Strip& out = d.strips.emplace_back();
    out.kind = dsp::StripKind::output;
    out.channels = 2;
    out.from = 0;
    test::GraphRig rig(d);
    rig.set("/input/a/leveller/target", -5);
    rig.set("/input/a/leveller/speed", 4000);
    rig.set("/input/a/leveller/max_boost", 30);
    rig.set("/input/a/limiter/ceiling", -20);
    const auto highest = [](const std::vector<float>& sound) {
        return *std::max_element(sound.end() - 9600, sound.end());
    };
    const auto held = rig.run(tone(-20, 48000, 20), 64)[0];
    CHECK(db(static_cast<double>(highest(held))) == Approx(-20).margin(0.3));
    rig.set("/input/a/leveller/target", -25);
    const auto after = rig.run(tone(-20, 48000, 4), 64)[0];
    CHECK(loudness(after, 48000) == Approx(-25).margin(0.75)); // a step of 20 LU
    CHECK(rig.graph().readings().reduction(0, 0, 1) == Approx(5).margin(0.75f));
}
