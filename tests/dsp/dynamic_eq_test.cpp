// Dynamic equalizer: the static curve of a band, its time constants, and what it leaves alone.
#include "dsp/processors/dynamic_eq.h"
#include "tests/support/figures.h"
#include "tests/support/processor_rig.h"
#include "tests/support/tones.h"

using namespace fohd;
using namespace fohd::test;

namespace {
constexpr dsp::ProcessorType dynamic_eq = dsp::type_of<dsp::DynamicEq>();
using Band = dsp::DynamicEq::Band;
using Shape = dsp::DynamicBandType;

Band band(Shape shape, float hz, float threshold, float ratio, float range)
{
    Band made = dsp::DynamicEq::band_params.initial();
    made.type.value = static_cast<float>(shape);
    made.frequency.value = hz;
    made.threshold.value = threshold;
    made.ratio.value = ratio;
    made.range.value = range;
    made.knee.value = 0;
    made.release.value = 2000; // the peaks of a tone leave no ripple
    return made;
}

std::vector<float> flat(const std::vector<Band>& bands)
{
    std::vector<float> values;
    for (const Band& each : bands) {
        const auto row = std::bit_cast<std::array<float, sizeof(Band) / sizeof(float)>>(each);
        values.insert(values.end(), row.begin(), row.end());
    }
    return values;
}

/// The gain, in dB, that a tone of this level gets.
double gain(const std::vector<Band>& bands, double hz, double level_db, double rate, int block = 64)
{
    const auto values = flat(bands);
    ProcessorRig rig(dynamic_eq, rate, 1, {}, false, values);
    return db(std::abs(tone_through(rig, {amplitude(level_db)}, hz, rate, 0.5, block)[0])) - level_db;
}
} // namespace

TEST_CASE("dynamic_eq: the static curve is within 0.1 dB", "[dynamic_eq]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const int block = GENERATE(1, 17, 64, 1024);
    for (const double level : {-50.0, -35.0, -20.0, -5.0}) {
        const double over = std::max(0.0, level + 40);
        INFO(level << " dB at " << rate << " Hz");
        const double cut = gain({band(Shape::bell, 1000, -40, 2, -30)}, 1000, level, rate, block);
        CHECK(cut == Approx(-over / 2).margin(0.1));
        figure("dynamic_eq", "static curve: error", at_most(0.1, "dB"), std::abs(cut + over / 2));
        CHECK(gain({band(Shape::bell, 1000, -40, 100, -9)}, 1000, level, rate, block) ==
              Approx(-std::min(9.0, over)).margin(0.1));
        CHECK(gain({band(Shape::bell, 1000, -40, 2, 6)}, 1000, level, rate, block) ==
              Approx(std::min(6.0, over / 2)).margin(0.1));
    }
    Band raised = band(Shape::bell, 1000, -40, 2, -30); // from a gain at rest it goes down, through 0 and on
    raised.gain.value = 6;
    CHECK(gain({raised}, 1000, -60, rate, block) == Approx(6).margin(0.1));
    CHECK(gain({raised}, 1000, -20, rate, block) == Approx(6 - 10).margin(0.1));
}

TEST_CASE("dynamic_eq: shelves work on their side, and a band leaves what lies far from it alone", "[dynamic_eq]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    for (const Shape shape : {Shape::bell, Shape::low_shelf, Shape::high_shelf}) {
        const std::vector<Band> one{band(shape, 1000, -40, 2, -20)};
        CHECK(gain(one, 30, -10, rate) == Approx(shape == Shape::low_shelf ? -15 : 0).margin(0.1));
        CHECK(gain(one, 0.36 * rate, -10, rate) == Approx(shape == Shape::high_shelf ? -15 : 0).margin(0.2));
    }
    // Bands in series, far apart, do not hear each other.
    const std::vector<Band> both{band(Shape::low_shelf, 800, -40, 2, -20), band(Shape::high_shelf, 2000, -30, 100, -6)};
    CHECK(gain(both, 20, -10, rate) == Approx(-15).margin(0.1));
    CHECK(gain(both, 0.36 * rate, -10, rate) == Approx(-6).margin(0.1));
}

TEST_CASE("dynamic_eq: attack and release are the times to 63 % of a step in dB, within 5 %", "[dynamic_eq]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto [attack, release] = GENERATE(table<float, float>({{20.f, 200.f}, {50.f, 100.f}}));
    Band timed = band(Shape::high_shelf, 1000, -60, 4, -30);
    timed.attack.value = attack;
    timed.release.value = release;
    const auto values = flat({timed});
    ProcessorRig rig(dynamic_eq, rate, 1, {}, false, values);
    // Far above its frequency a high shelf is a gain, and a square wave at half the rate a level at every sample.
    std::vector<float> in;
    append_level(in, -70, rate, 0.05);
    const std::size_t up = in.size();
    append_level(in, -40, rate, attack / 1000 * 12 + 0.1);
    const std::size_t down = in.size();
    append_level(in, -70, rate, release / 1000 * 3 + 0.1);
    const auto out = rig.run({in}, 64)[0];
    // For good: what the filter still holds of a louder sound is heard beside the quiet one for a moment.
    const auto passes = [&](std::size_t from, std::size_t to, double gain_db, bool falling) {
        std::size_t i = to;
        while (i > from && (falling ? db(out[i - 1] / in[i - 1]) < gain_db : db(out[i - 1] / in[i - 1]) > gain_db)) --i;
        return static_cast<double>(i - from + 1) * 1000 / rate;
    };
    const double step = db(out[down - 1] / in[down - 1]), part = 1 - std::exp(-1.0);
    CHECK(step == Approx(-15).margin(0.1));
    const double up_ms = passes(up, down, step * part, true),
                 down_ms = passes(down, in.size(), step * (1 - part), false);
    CHECK(up_ms == Approx(static_cast<double>(attack)).epsilon(0.05));
    CHECK(down_ms == Approx(static_cast<double>(release)).epsilon(0.05));
    figure("dynamic_eq", "attack and release, to 63 % of a step in dB: error", at_most(5, "%"),
           100 * std::max(std::abs(up_ms / static_cast<double>(attack) - 1),
                          std::abs(down_ms / static_cast<double>(release) - 1)));
}

TEST_CASE("dynamic_eq: a key moves the band by what it has there, in every band", "[dynamic_eq]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto values = flat({band(Shape::bell, 1000, -40, 2, -30), band(Shape::bell, 6000, -40, 2, -30)});
    const auto sound = [&](double hz) { return sine(hz, -60, rate, 1); };
    const auto through = [&](double hz, double key_hz) {
        ProcessorRig rig(dynamic_eq, rate, 1, {}, true, values);
        const auto out = rig.run({sound(hz), sine(key_hz, -10, rate, 1)}, 64)[0];
        return db(std::abs(tone_in(std::span(out).last(static_cast<std::size_t>(rate / 10)), hz, rate))) + 60;
    };
    CHECK(through(1000, 1000) == Approx(-15).margin(0.1));
    CHECK(through(6000, 6000) == Approx(-15).margin(0.1));
    CHECK(through(1000, 20) == Approx(0).margin(0.2));
}

// Of several channels the key is their mean: the largest amplitude would have harmonics, and so be heard in bands where nothing is.
TEST_CASE("dynamic_eq: a key of another width moves the band by what it has there", "[dynamic_eq]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    Band narrow = band(Shape::bell, 2000, -40, 2, -30);
    narrow.q.value = 10;
    const auto values = flat({narrow});
    const auto [channels, key_channels] = GENERATE(table<int, int>({{1, 2}, {2, 1}, {1, 5}, {5, 2}}));
    for (const double key_hz : {2000.0, 1000.0}) {
        ProcessorRig rig(dynamic_eq, rate, channels, {}, true, values, key_channels);
        Sound in(static_cast<std::size_t>(channels), sine(2000, -60, rate, 0.6));
        in.resize(static_cast<std::size_t>(channels + key_channels), sine(key_hz, -10, rate, 0.6));
        INFO(channels << " keyed by " << key_channels << " with " << key_hz << " Hz");
        const Sound sound = rig.run(in, 64);
        for (const auto& out : sound) {
            const auto last = std::span(out).last(static_cast<std::size_t>(rate / 10));
            const double gain = db(std::abs(tone_in(last, 2000, rate))) + 60;
            if (key_hz == 2000)
                CHECK(gain == Approx(-15).margin(0.1));
            else // what an octave away gets through the filter; the harmonics of an amplitude would make it -11 dB
                CHECK(gain == Approx(-4).margin(1));
        }
    }
}

TEST_CASE("dynamic_eq: its reading is the deepest cut of its bands, and no boost", "[dynamic_eq]")
{
    const auto values = flat({band(Shape::bell, 500, -40, 2, -30), band(Shape::bell, 5000, -30, 2, -30),
                              band(Shape::bell, 1000, -40, 2, 12)});
    for (const auto& [hz, reduction] : {std::pair{500.0, 15.0}, {5000.0, 10.0}}) {
        ProcessorRig rig(dynamic_eq, 48000, 2, {}, false, values);
        tone_through(rig, {0.0f, amplitude(-10)}, hz, 48000, 0.5);
        CHECK(rig.reduction(1) == Approx(reduction).margin(0.6));
    }
    ProcessorRig boosted(dynamic_eq, 48000, 1, {}, false, std::span(values).last(sizeof(Band) / sizeof(float)));
    CHECK(db(std::abs(tone_through(boosted, {amplitude(-10)}, 1000, 48000, 0.5)[0])) > -5);
    CHECK(boosted.reduction(0) == 0);
}

TEST_CASE("dynamic_eq: a pair keeps its image", "[dynamic_eq]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto values = flat({band(Shape::bell, 1000, -40, 2, -30)});
    ProcessorRig rig(dynamic_eq, rate, 2, {}, false, values);
    const auto out = tone_through(rig, {0.001f, 0.316228f}, 1000, rate, 0.5);
    CHECK(db(std::abs(out[1])) == Approx(-25).margin(0.1));
    CHECK(db(std::abs(out[0])) == Approx(-75).margin(0.1));
}

TEST_CASE("dynamic_eq: blocks of any size give the same bits", "[dynamic_eq]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const bool keyed = GENERATE(false, true);
    const auto values = flat({band(Shape::bell, 1000, -40, 2, -30), band(Shape::low_shelf, 200, -40, 3, 9)});
    const Sound in{sine(220, -3, rate, 0.1), sine(997, -9, rate, 0.1), sine(1200, -6, rate, 0.1),
                   sine(90, -6, rate, 0.1)};
    const auto in_blocks = [&](int block) {
        return ProcessorRig(dynamic_eq, rate, 2, {}, keyed, values).run(keyed ? in : Sound{in[0], in[1]}, block);
    };
    const auto reference = in_blocks(64);
    for (int block : {1, 17, 1024}) {
        const bool same = in_blocks(block) == reference;
        CHECK(same);
    }
}
