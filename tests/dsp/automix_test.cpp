// Automix: one gain, shared out as the microphones are loud.
#include "dsp/processors/automix.h"
#include "tests/support/clicks.h"
#include "tests/support/figures.h"
#include "tests/support/graph_rig.h"
#include "tests/support/levels.h"
#include <complex>
#include <numeric>

using namespace fohd;
using test::amplitude;
using test::db;
using test::GraphRig;
using test::Sound;

namespace {
const dsp::ProcessorType& automix() { return *dsp::find_processor_type("automix"); }

dsp::ProcessorNode member(std::string_view group)
{
    auto node = dsp::make_node(automix());
    node.settings.emplace_back("group", group);
    return node;
}

/// Inputs m0, m1 … of one group, each heard at an output of its own.
dsp::Description desk(int microphones, int channels = 1)
{
    dsp::Description d;
    for (int m = 0; m < microphones; ++m) {
        dsp::Strip& microphone = d.strips.emplace_back();
        microphone.name = "m" + std::to_string(m);
        microphone.channels = channels;
        microphone.chain.push_back(member("table"));
        microphone.fader_position = 1;
    }
    for (int m = 0; m < microphones; ++m) {
        dsp::Strip& out = d.strips.emplace_back();
        out.kind = dsp::StripKind::output;
        out.name = "o" + std::to_string(m);
        out.channels = channels;
        out.from = m;
    }
    return d;
}

dsp::Strip strip(dsp::StripKind kind, std::string name)
{
    dsp::Strip made;
    made.kind = kind;
    made.name = std::move(name);
    made.channels = 1;
    return made;
}

/// Tones of these levels, each of another frequency.
Sound talkers(const std::vector<double>& levels_db, double rate, double seconds)
{
    Sound sound;
    for (std::size_t m = 0; m < levels_db.size(); ++m)
        sound.push_back(test::sine(500 + 170 * static_cast<double>(m), levels_db[m], rate, seconds));
    return sound;
}

double power(const std::vector<float>& row)
{
    const auto half = row.begin() + static_cast<std::ptrdiff_t>(row.size() / 2);
    return std::inner_product(half, row.end(), half, 0.0, std::plus<>(),
                              [](float a, float b) { return static_cast<double>(a) * static_cast<double>(b); }) /
           static_cast<double>(row.end() - half);
}

/// dB of each microphone, over the second half.
std::vector<double> gains(GraphRig& rig, const Sound& in)
{
    const Sound out = rig.run(in, 64);
    std::vector<double> all;
    for (std::size_t m = 0; m < in.size(); ++m) all.push_back(10 * std::log10(power(out[m]) / power(in[m])));
    return all;
}

double sum_db(const std::vector<double>& gains_db)
{
    double sum = 0;
    for (const double gain : gains_db) sum += std::pow(10, gain / 10);
    return 10 * std::log10(sum);
}
} // namespace

TEST_CASE("automix: of equal talkers all together have the gain of one", "[automix]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    for (const int count : {1, 2, 4, 8, 32}) {
        GraphRig rig(desk(count), rate);
        const auto found = gains(rig, talkers(std::vector<double>(static_cast<std::size_t>(count), -20), rate, 0.8));
        INFO(count << " at " << rate << " Hz");
        CHECK(sum_db(found) == Approx(0).margin(0.05));
        test::figure("automix", "gain of 1 to 32 equal talkers together, against one", test::at_most(0.05, "dB"),
                     std::abs(sum_db(found)));
        for (const double gain : found) CHECK(gain == Approx(-10 * std::log10(count)).margin(0.1));
    }
}

TEST_CASE("automix: a strip that repeats another's sound gets its share and takes none", "[automix]")
{
    auto d = desk(3);
    d.strips[2].repeats = "/input/m0";
    auto sound = talkers({-20, -20}, 48000, 0.8);
    sound.push_back(sound[0]);
    GraphRig rig(d, 48000);
    for (const double gain : gains(rig, sound)) CHECK(gain == Approx(-3.01).margin(0.1)); // As of two.
}

TEST_CASE("automix: the gain of all is that of one however many talk and however loud", "[automix]")
{
    GraphRig rig(desk(6));
    for (const auto& levels : {std::vector<double>{-20, -70, -70, -70, -70, -70},
                               {-20, -26, -70, -70, -70, -70},
                               {-10, -20, -30, -40, -50, -60},
                               {-70, -70, -70, -70, -70, -20}})
        CHECK(sum_db(gains(rig, talkers(levels, 48000, 1.5))) == Approx(0).margin(0.05));
}

TEST_CASE("automix: one talker has 0 dB, and the others are down by what he is louder", "[automix]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    GraphRig rig(desk(4), rate);
    const auto found = gains(rig, talkers({-60, -20, -60, -50}, rate, 0.8));
    CHECK(found[1] == Approx(0).margin(0.05));
    test::figure("automix", "one talker: distance from 0 dB", test::at_most(0.05, "dB"), std::abs(found[1]));
    test::figure("automix", "the others: distance from what they are softer", test::at_most(0.2, "dB"),
                 std::max(std::abs(found[0] + 40), std::abs(found[3] + 30)));
    CHECK(found[0] == Approx(-40).margin(0.2));
    CHECK(found[3] == Approx(-30).margin(0.2));
    CHECK(rig.graph().readings().reduction(0, 0, 0) == Approx(40).margin(0.2));
    CHECK(rig.graph().readings().reduction(1, 0, 0) == Approx(0).margin(0.05));
}

TEST_CASE("automix: depth, weight, priority and on are what they say", "[automix]")
{
    const auto with = [](std::string_view id, float value, const std::vector<double>& levels) {
        GraphRig rig(desk(static_cast<int>(levels.size())));
        rig.set("/input/m0/automix/" + std::string(id), value);
        return gains(rig, talkers(levels, 48000, 0.8));
    };
    CHECK(with("depth", 15, {-60, -20})[0] == Approx(-15).margin(0.05));
    CHECK(with("depth", 15, {-60, -20})[1] == Approx(0).margin(0.05));

    const auto weighty = with("weight", 6, {-20, -20});
    CHECK(weighty[0] - weighty[1] == Approx(6).margin(0.05));
    test::figure("automix", "weight: error", test::at_most(0.05, "dB"), std::abs(weighty[0] - weighty[1] - 6));
    CHECK(sum_db(weighty) == Approx(0).margin(0.05));

    const auto high = with("priority", 1, {-20, -20}), highest = with("priority", 2, {-20, -20});
    CHECK(high[0] - high[1] == Approx(10).margin(0.05));
    CHECK(highest[0] - highest[1] == Approx(20).margin(0.05));
    CHECK(highest[0] == Approx(0).margin(0.1));
    CHECK(with("priority", 2, {-80, -20})[1] == Approx(0).margin(0.05)); // who is silent turns nobody down

    const auto without = with("on", 0, {-20, -20, -20});
    CHECK(without[0] == Approx(0).margin(0.001));
    CHECK(without[1] == Approx(-3.01).margin(0.05));
    const auto bypassed = with("bypass", 1, {-20, -20, -20});
    CHECK(bypassed[0] == Approx(0).margin(0.001));
    CHECK(bypassed[1] == Approx(-3.01).margin(0.05));
}

TEST_CASE("automix: idle microphones together are as loud as one", "[automix]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    constexpr int count = 16;
    dsp::Description d = desk(count);
    d.strips.resize(count);
    for (dsp::Strip& each : d.strips) each.sends.push_back({.to = count});
    d.strips.push_back(strip(dsp::StripKind::bus, "mix"));
    d.strips.push_back(strip(dsp::StripKind::output, "out"));
    d.strips.back().from = count;
    Sound in;
    for (unsigned m = 0; m < count; ++m) in.push_back(test::noise(static_cast<std::size_t>(rate), 0.001f, m));
    const double noise = power(GraphRig(d, rate).run(in, 64)[0]) / power(in[0]);
    test::figure("automix", "noise of 16 idle microphones together, against one", test::at_most(0.5, "dB"),
                 std::abs(10 * std::log10(noise)));
    CHECK(10 * std::log10(noise) == Approx(0).margin(0.5)); // open they would be 12 dB louder
}

TEST_CASE("automix: who begins to speak is open within 15 ms, and a gain never jumps", "[automix]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    GraphRig rig(desk(2), rate);
    rig.run(talkers({-60, -20}, rate, 0.5), 64);
    auto in = talkers({-20, -60}, rate, 0.5);
    const Sound out = rig.run(in, 64);
    double worst = 0;
    const auto after = static_cast<std::size_t>(0.015 * rate);
    for (std::size_t i = after; i < out[0].size(); ++i)
        if (std::abs(in[0][i]) > 0.05f) worst = std::min(worst, db(static_cast<double>(out[0][i] / in[0][i])));
    CHECK(worst > -6); // the first one's level has yet to fall
    double before = db(static_cast<double>(amplitude(-40))), jump = 0;
    for (std::size_t i = 0; i < out[0].size(); ++i) {
        if (std::abs(in[0][i]) < 0.03f) continue;
        const double gain = static_cast<double>(out[0][i] / in[0][i]);
        if (i > 0) jump = std::max(jump, std::abs(gain - before));
        before = gain;
        if (i < 16) jump = 0;
    }
    CHECK(jump < 0.02);
    test::figure("automix", "most that a gain moves from one sample to the next", test::at_most(0.02, ""), jump);
}

TEST_CASE("automix: members of unequal latency are aligned, and so are their levels", "[automix]")
{
    dsp::Description d = desk(3);
    auto late = dsp::make_node(*dsp::find_processor_type("limiter"));
    d.strips[1].chain.insert(d.strips[1].chain.begin(), late);
    d.strips[1].fader_position = 2;
    GraphRig rig(d), straight(desk(3));
    const auto& latency = rig.graph().plan().latency;
    REQUIRE(latency[1] > 0);
    CHECK(latency[0] == latency[1]);
    CHECK(latency[2] == latency[1]);

    auto in = talkers({-20, -60, -60}, 48000, 0.2);
    const auto more = talkers({-60, -20, -60}, 48000, 0.2);
    for (std::size_t m = 0; m < 3; ++m) in[m].insert(in[m].end(), more[m].begin(), more[m].end());
    const Sound out = rig.run(in, 64), expected = straight.run(in, 64);
    const auto by = static_cast<std::size_t>(latency[0]);
    for (std::size_t m = 0; m < 3; ++m) {
        double difference = 0;
        for (std::size_t i = 0; i + by < out[m].size(); ++i)
            difference = std::max(difference, static_cast<double>(std::abs(out[m][i + by] - expected[m][i])));
        // Segments of 16 frames lie elsewhere in the sound.
        CHECK(difference < 0.01 * static_cast<double>(amplitude(-20)) * 10);
    }
}

TEST_CASE("automix: members of several widths, groups and depths; blocks of any size give the same bits", "[automix]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    dsp::Description d = desk(4);
    d.strips[1].channels = d.strips[5].channels = 2;
    d.strips[2].chain[0].settings = {{"group", "other"}};
    d.strips[3].chain.insert(d.strips[3].chain.begin(), dsp::make_node(*dsp::find_processor_type("compressor")));
    d.strips[3].fader_position = 2;
    Sound in;
    for (unsigned row = 0; row < 5; ++row) in.push_back(test::noise(3000, 0.3f, row));
    const Sound reference = GraphRig(d, rate).run(in, 64);
    for (const int block : {1, 17, 1024}) {
        const bool same = GraphRig(d, rate).run(in, block) == reference;
        INFO("block " << block);
        CHECK(same);
    }
    const bool untouched = reference[3] == in[3], shared = reference[1] != in[1];
    CHECK(untouched); // alone in its group: at 0 dB, to the bit
    CHECK(shared);
}

TEST_CASE("automix: microphones come and go with a new graph without a click", "[automix]")
{
    const auto graph_of = [](const dsp::Description& d) {
        return std::make_unique<dsp::Graph>(d, 48000, dsp::Layout(d).initial_values());
    };
    // All four are there; who is no member has an automix of a group of its own, so that only the membership changes.
    const auto with = [](int members) {
        dsp::Description d = desk(4);
        for (int m = members; m < 4; ++m)
            d.strips[static_cast<std::size_t>(m)].chain[0].settings = {{"group", "own" + std::to_string(m)}};
        return d;
    };
    const Sound in{test::sine(28800, 200, 0.3), test::sine(28800, 200, 0.2), test::sine(28800, 200, 0.25),
                   test::sine(28800, 200, 0.0001)};
    GraphRig rig(with(2));
    rig.run(in, 64);
    for (const int members : {3, 4, 3, 2}) {
        rig.performer().collect();
        Sound sound = rig.run(in, 64);
        rig.change(graph_of(with(members)));
        const Sound after = rig.run(in, 64);
        for (std::size_t m = 0; m < 4; ++m) {
            sound[m].insert(sound[m].end(), after[m].begin(), after[m].end());
            const auto high = test::above_3k(sound[m]);
            const auto peak = [](std::span<const float> of) {
                float highest = 0;
                for (const float sample : of) highest = std::max(highest, std::abs(sample));
                return highest;
            };
            INFO(members << " members, microphone " << m);
            const std::span all(high);
            CHECK(peak(all.subspan(24000, 14400)) < 1.41f * peak(all.subspan(14400, 9600)) + 0.005f * peak(sound[m]));
        }
    }
}

TEST_CASE("automix: a microphone that hears another of its group, even by way of another group, is a loop", "[automix]")
{
    dsp::Description d = desk(2);
    CHECK(dsp::find_loop(d).empty());
    dsp::Strip bus = strip(dsp::StripKind::bus, "b");
    bus.chain.push_back(member("table"));
    bus.fader_position = 1;
    d.strips.push_back(bus);
    CHECK(dsp::find_loop(d).empty());
    d.strips[0].sends.push_back({.to = 4});
    CHECK(dsp::find_loop(d) == std::vector<int>{0, 4});
    d.strips[0].sends[0].tap = dsp::Tap::in; // what has not been shared out yet
    CHECK(dsp::find_loop(d).empty());

    d.strips[0].sends[0].tap = dsp::Tap::post;
    d.strips[4].chain[0].settings = {{"group", "other"}};
    CHECK(dsp::find_loop(d).empty());
    bus.name = "c";
    d.strips.push_back(
        bus); // c, of the table, hears d, of the other, while m0, of the table, is heard by b, of the other
    dsp::Strip back = strip(dsp::StripKind::bus, "d");
    back.chain.push_back(member("other"));
    back.fader_position = 1;
    back.sends.push_back({.to = 5});
    d.strips.push_back(back);
    CHECK_FALSE(dsp::find_loop(d).empty());
}
