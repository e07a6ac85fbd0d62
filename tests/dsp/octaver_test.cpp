// Octaver: octaves where they belong, a sound of its own that is not late, and silence where there is no tone.
#include "dsp/processors/octaver.h"
#include "tests/support/figures.h"
#include "tests/support/processor_rig.h"
#include "tests/support/sung.h"

using namespace fohd;
using namespace fohd::test;

namespace {
constexpr dsp::ProcessorType octaver = dsp::type_of<dsp::Octaver>();
constexpr float off = -60;

std::size_t frames(double seconds, double rate) { return static_cast<std::size_t>(seconds * rate); }
std::vector<float> steady(double hz, double rate, double seconds, int harmonics)
{
    return sung([hz](double) { return hz; }, rate, seconds, harmonics);
}
} // namespace

TEST_CASE("octaver: 82 Hz to 1 kHz, each octave is one", "[octaver]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const int harmonics = GENERATE(1, 12);
    const auto [voice, ratio] =
        GENERATE(table<std::string_view, double>({{"down_1", 0.5}, {"down_2", 0.25}, {"up_1", 2.0}}));
    for (const double hz : {82.41, 110.0, 196.0, 329.63, 587.33, 1000.0}) {
        const auto level = [voice](std::string_view name) { return name == voice ? 0.f : off; };
        ProcessorRig rig(octaver, rate, 1,
                         {{"dry", off},
                          {"down_1", level("down_1")},
                          {"down_2", level("down_2")},
                          {"up_1", level("up_1")},
                          {"tone", 6000.f}});
        const auto in = steady(hz, rate, 0.6, harmonics);
        const auto out = rig.run({in}, 64)[0];
        const auto heard = std::span(out).subspan(frames(0.2, rate));
        const double missed = std::abs(cents(frequency_near(heard, ratio * hz, rate), ratio * hz));
        const double louder = db(rms(heard) / rms(std::span(in).subspan(frames(0.2, rate))));
        INFO(voice << " of " << hz << " Hz at " << rate << ", harmonics " << harmonics << ": louder by " << louder);
        CHECK(missed < 3);
        CHECK(std::abs(louder) < 1.5); // the tone's low pass takes some of what is high
        figure("octaver", "82 Hz to 1 kHz: distance to f/2, f/4 and 2f", at_most(3, "cents"), missed);
    }
}

TEST_CASE("octaver: a bass and a high range", "[octaver]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto [range, hz] =
        GENERATE(table<float, double>({{0.f, 32.7}, {0.f, 41.2}, {0.f, 196.0}, {2.f, 180.0}, {2.f, 1760.0}}));
    ProcessorRig rig(octaver, rate, 1, {{"dry", off}, {"down_1", 0.f}, {"range", range}, {"tone", 6000.f}});
    const auto out = rig.run({steady(hz, rate, 0.9, 6)}, 64)[0];
    const double missed =
        std::abs(cents(frequency_near(std::span(out).subspan(frames(0.3, rate)), hz / 2, rate), hz / 2));
    INFO(hz << " Hz at " << rate);
    CHECK(missed < 3);
    figure("octaver", "33 Hz to 1.8 kHz in the other ranges: distance to f/2", at_most(3, "cents"), missed);
}

TEST_CASE("octaver: the sound itself is not late, and what has no pitch makes no octaves", "[octaver]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto tone = steady(110, rate, 0.2, 12);
    CHECK(ProcessorRig(octaver, rate, 1, {{"down_1", off}}).run({tone}, 64)[0] == tone);

    std::vector<float> noise(frames(1, rate));
    std::mt19937 generator(3);
    std::uniform_real_distribution<float> any(-0.5f, 0.5f);
    for (float& x : noise) x = any(generator);
    CHECK(ProcessorRig(octaver, rate, 1, {{"down_1", 0.f}, {"up_1", 0.f}}).run({noise}, 64)[0] == noise);
    const std::vector<float> silence(frames(0.5, rate));
    CHECK(ProcessorRig(octaver, rate, 1, {{"down_2", 0.f}, {"up_1", 0.f}}).run({silence}, 64)[0] == silence);
}

TEST_CASE("octaver: octaves begin soon, and end in silence", "[octaver]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto [hz, most_ms] = GENERATE(table<double, double>({{82.41, 35.0}, {220.0, 18.0}, {440.0, 15.0}}));
    auto in = steady(hz, rate, 0.4, 12);
    in.resize(frames(0.7, rate));
    const auto out = ProcessorRig(octaver, rate, 1, {{"dry", off}, {"down_1", 0.f}}).run({in}, 64)[0];
    const auto heard = std::ranges::find_if(out, [](float x) { return std::abs(x) > 0.05f; });
    const double ms = 1000 * static_cast<double>(heard - out.begin()) / rate;
    INFO(hz << " Hz at " << rate << ": " << ms << " ms");
    CHECK(ms < most_ms);
    figure("octaver",
           hz < 100   ? "82 Hz begins: the octave is heard after"
           : hz < 300 ? "220 Hz"
                      : "440 Hz",
           at_most(most_ms, "ms"), ms);
    CHECK(std::all_of(out.end() - static_cast<std::ptrdiff_t>(frames(0.1, rate)), out.end(),
                      [](float x) { return x == 0; }));
}

TEST_CASE("octaver: the tone is a low pass of 12 dB/oct, also on the way", "[octaver]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0), hz = 500;
    ProcessorRig rig(octaver, rate, 1, {{"dry", off}, {"down_1", off}, {"up_1", 0.f}, {"tone", 6000.f}});
    const auto in = steady(hz, rate, 0.4, 1);
    const auto level = [&] {
        const auto out = rig.run({in}, 64)[0];
        return db(std::abs(hann_tone(std::span(out).subspan(frames(0.1, rate)), 2 * hz, rate)));
    };
    const double open = level();
    for (const double tone : {1000.0, 250.0, 3000.0}) {
        rig.set("tone", static_cast<float>(tone));
        rig.run({{in.begin(), in.begin() + static_cast<std::ptrdiff_t>(frames(0.1, rate))}}, 64);
        CHECK(level() - open == Approx(-10 * std::log10(1 + std::pow(2 * hz / tone, 4))).margin(0.2));
    }
}

TEST_CASE("octaver: its reading is the pitch that it follows", "[octaver]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    ProcessorRig rig(octaver, rate, 1);
    rig.run({steady(196, rate, 0.2, 12)}, 64);
    CHECK(std::abs(cents(static_cast<double>(rig.told(0)), 196)) < 3);
    rig.run({std::vector<float>(frames(0.2, rate))}, 64);
    CHECK(rig.told(0) == 0);
}

TEST_CASE("octaver: a stereo sound is followed that is inverted on one side, and one whose sides drift apart",
          "[octaver]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0), hz = 110;
    const auto left = steady(hz, rate, 0.4, 12);
    ProcessorRig rig(octaver, rate, 2, {{"dry", off}, {"down_1", 0.f}});
    Sound in{left, left};
    for (float& x : in[1]) x = -x;
    const auto out = rig.run(in, 64);
    const auto heard = std::span(out[0]).subspan(frames(0.15, rate));
    CHECK(std::abs(cents(frequency_near(heard, hz / 2, rate), hz / 2)) < 3);
    CHECK(std::abs(db(rms(heard) / rms(left))) < 1.5);
    CHECK(std::ranges::equal(out[0], out[1], [](float a, float b) { return a == -b; }));

    // Sides that drift to 130 degrees apart are out of phase, but their tone is in the mean: nothing may interrupt it.
    const double high = 440, seconds = 1;
    Sound apart(2, std::vector<float>(frames(seconds, rate)));
    for (std::size_t i = 0; i < apart[0].size(); ++i) {
        const double t = static_cast<double>(i) / rate, turn = 2 * std::numbers::pi;
        apart[0][i] = static_cast<float>(0.3 * std::sin(turn * high * t));
        apart[1][i] = static_cast<float>(0.3 * std::sin(turn * (high * t + t / seconds * 130 / 360)));
    }
    ProcessorRig drift(octaver, rate, 2);
    const std::size_t piece = frames(0.002, rate);
    double most = 0;
    for (std::size_t i = 0; i + piece <= apart[0].size(); i += piece) {
        const auto from = static_cast<std::ptrdiff_t>(i), to = static_cast<std::ptrdiff_t>(i + piece);
        drift.run({{apart[0].begin() + from, apart[0].begin() + to}, {apart[1].begin() + from, apart[1].begin() + to}},
                  64);
        if (i > frames(0.1, rate)) most = std::max(most, std::abs(cents(static_cast<double>(drift.told(0)), high)));
    }
    CHECK(most < 3);
}

TEST_CASE("octaver: blocks of any size give the same bits, and the image stays", "[octaver]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto left = sung([](double t) { return 150 + 100 * t; }, rate, 0.4, 12, 0.02);
    Sound in{left, left};
    for (float& x : in[1]) x *= 0.5f;
    const auto in_blocks = [&](int block) {
        return ProcessorRig(octaver, rate, 2, {{"down_1", 0.f}, {"down_2", -3.f}, {"up_1", -6.f}}).run(in, block);
    };
    const auto reference = in_blocks(64);
    for (int block : {1, 17, 1024}) CHECK(in_blocks(block) == reference);
    bool same = true;
    for (std::size_t i = 0; i < left.size(); ++i) same &= reference[1][i] == 0.5f * reference[0][i];
    CHECK(same);
}
