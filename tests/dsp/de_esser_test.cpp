// De-esser: an s is turned down at any level, a vowel at none.
#include "dsp/processors/de_esser.h"
#include "tests/support/figures.h"
#include "tests/support/processor_rig.h"
#include "tests/support/tones.h"

using namespace fohd;
using namespace fohd::test;

namespace {
constexpr dsp::ProcessorType de_esser = dsp::type_of<dsp::DeEsserProcessor>();
constexpr double vowel_hz = 500, s_hz = 12000;

struct Levels {
    double vowel, s;
};

/// A steady vowel and s together, of these levels, and what is left of them.
Levels heard(ProcessorRig::Values values, double vowel_db, double s_db, double rate, int block = 64)
{
    auto in = sine(vowel_hz, vowel_db, rate, 0.7);
    const auto s = sine(s_hz, s_db, rate, 0.7);
    for (std::size_t i = 0; i < in.size(); ++i) in[i] += s[i];
    ProcessorRig::Values all{{"frequency", 3000.f}}; // both tones lie two octaves from it
    all.insert(all.end(), values.begin(), values.end());
    const auto out = ProcessorRig(de_esser, rate, 1, all).run({in}, block)[0];
    const auto last = std::span(out).last(static_cast<std::size_t>(rate / 10));
    return {db(std::abs(tone_in(last, vowel_hz, rate))), db(std::abs(tone_in(last, s_hz, rate)))};
}

/// How far the s is above the threshold, as powers of two tones add.
double excess(double vowel_db, double s_db, double threshold_db)
{
    return s_db - 10 * std::log10(std::pow(10, vowel_db / 10) + std::pow(10, s_db / 10)) - threshold_db;
}
} // namespace

TEST_CASE("de_esser: split, an s is turned down by its excess and a vowel keeps its level", "[de_esser]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const int block = GENERATE(1, 17, 64, 1024);
    for (const double level : {-6.0, -30.0, -50.0}) { // whatever it is: an s is told by its share
        const Levels strong = heard({{"threshold", -10.f}}, level, level - 4, rate, block);
        CHECK(strong.vowel == Approx(level).margin(0.05));
        CHECK(strong.s == Approx(level - 4 - excess(0, -4, -10)).margin(0.3));
        figure("de_esser", "split: an s is turned down by its excess, from -6 to -50 dBFS: error", at_most(0.3, "dB"),
               std::abs(strong.s - (level - 4 - excess(0, -4, -10))));
        figure("de_esser", "split: change of the vowel under it", at_most(0.05, "dB"), std::abs(strong.vowel - level));
        const Levels weak = heard({{"threshold", -10.f}}, level, level - 14, rate, block);
        CHECK(weak.vowel == Approx(level).margin(0.05));
        CHECK(weak.s == Approx(level - 14).margin(0.1));
    }
}

TEST_CASE("de_esser: a tone of 1 kHz is untouched in split mode, however loud", "[de_esser]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    for (const float level : {1.0f, 0.01f})
        for (const float frequency : {4000.0f, 6000.0f, 16000.0f}) {
            ProcessorRig rig(de_esser, rate, 1, {{"threshold", -40.f}, {"range", 24.f}, {"frequency", frequency}});
            const double change =
                db(std::abs(tone_through(rig, {level}, 1000, rate, 0.5)[0]) / static_cast<double>(level));
            CHECK(change == Approx(0).margin(0.01));
            figure("de_esser", "1 kHz in split mode, however loud: change", at_most(0.01, "dB"), std::abs(change));
        }
}

TEST_CASE("de_esser: range bounds it, wide turns all of it down, listen gives the band alone", "[de_esser]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const Levels bounded = heard({{"threshold", -30.f}, {"range", 6.f}}, -20, -20, rate);
    CHECK(bounded.s == Approx(-26).margin(0.1));
    CHECK(bounded.vowel == Approx(-20).margin(0.05));
    const Levels wide = heard({{"threshold", -30.f}, {"range", 6.f}, {"mode", 1.f}}, -20, -20, rate);
    CHECK(wide.s == Approx(-26).margin(0.1));
    CHECK(wide.vowel == Approx(-26).margin(0.1));
    const Levels alone = heard({{"listen", 1.f}}, -20, -20, rate);
    CHECK(alone.s == Approx(-20).margin(0.1));
    CHECK(alone.vowel < -70);
}

TEST_CASE("de_esser: at rest it is flat", "[de_esser]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    for (const double hz : {50.0, 2000.0, 6000.0, 9000.0, 18000.0}) {
        ProcessorRig rig(de_esser, rate, 1, {{"threshold", 0.f}});
        const double change = db(std::abs(tone_through(rig, {0.5f}, hz, rate, 0.3)[0]) / 0.5);
        CHECK(change == Approx(0).margin(0.05));
        figure("de_esser", "at rest: deviation from flat, 50 Hz to 18 kHz", at_most(0.05, "dB"), std::abs(change));
    }
}

TEST_CASE("de_esser: a pair keeps its image", "[de_esser]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto vowel = sine(vowel_hz, -20, rate, 0.5);
    auto s = sine(s_hz, -20, rate, 0.5);
    for (std::size_t i = 0; i < s.size(); ++i) s[i] += vowel[i];
    const auto out = ProcessorRig(de_esser, rate, 2, {{"mode", 1.f}, {"threshold", -20.f}}).run({vowel, s}, 64);
    const auto last = [&](std::size_t c) {
        return db(std::abs(tone_in(std::span(out[c]).last(static_cast<std::size_t>(rate / 10)), vowel_hz, rate)));
    };
    CHECK(last(0) < -25);
    CHECK(last(0) == Approx(last(1)).margin(0.01));
}

TEST_CASE("de_esser: it is down within 5 ms of an s and back 200 ms after", "[de_esser]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    auto in = sine(vowel_hz, -20, rate, 1);
    const auto s = sine(s_hz, -14, rate, 1);
    const auto from = static_cast<std::size_t>(0.3 * rate), to = static_cast<std::size_t>(0.5 * rate);
    for (std::size_t i = from; i < to; ++i) in[i] += s[i];
    const auto out = ProcessorRig(de_esser, rate, 1, {{"mode", 1.f}}).run({in}, 64)[0];
    const auto level = [&](std::size_t at) { // of the vowel, over 5 of its periods
        const auto length = static_cast<std::size_t>(std::lround(rate / 100));
        return db(std::abs(tone_in(std::span(out).subspan(at, length), vowel_hz, rate)));
    };
    const double settled = level(static_cast<std::size_t>(0.45 * rate));
    CHECK(settled < -28);
    CHECK(level(from + static_cast<std::size_t>(0.005 * rate)) < settled + 2);
    CHECK(level(to + static_cast<std::size_t>(0.2 * rate)) > -20.3);
}

TEST_CASE("de_esser: blocks of any size give the same bits", "[de_esser]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const Sound in{sine(7000, -3, rate, 0.1), sine(331, -9, rate, 0.1)};
    const auto in_blocks = [&](int block) { return ProcessorRig(de_esser, rate, 2).run(in, block); };
    const auto reference = in_blocks(64);
    for (int block : {1, 17, 1024}) {
        const bool same = in_blocks(block) == reference;
        CHECK(same);
    }
}
