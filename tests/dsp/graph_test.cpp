// Routing, levels, meters and time in a compiled graph.
#include "tests/support/figures.h"
#include "tests/support/graph_rig.h"
#include "tests/support/lone_processor.h"
#include <cmath>
#include <limits>

using namespace fohd;
using namespace fohd::test;
using dsp::Strip;
using dsp::StripKind;

namespace {

Strip input(const char* name, int channels, std::vector<dsp::Send> sends = {})
{
    return {.kind = StripKind::input, .name = name, .channels = channels, .chain = {}, .sends = std::move(sends)};
}
Strip bus(const char* name, int channels, std::vector<dsp::Send> sends = {})
{
    return {.kind = StripKind::bus, .name = name, .channels = channels, .chain = {}, .sends = std::move(sends)};
}
Strip output(const char* name, int channels, int from)
{
    return {.kind = StripKind::output, .name = name, .channels = channels, .chain = {}, .from = from, .sends = {}};
}

double db(double amplitude) { return 20 * std::log10(std::max(std::abs(amplitude), 1e-9)); }

/// Level of the last sample of a constant 1 through the graph, in dB by endpoint out.
std::vector<double> levels(const dsp::Description& description, std::vector<float> constants)
{
    GraphRig rig(description);
    Sound in;
    for (float constant : constants) in.emplace_back(256, constant);
    std::vector<double> out;
    for (const auto& row : rig.run(in, 64)) out.push_back(db(static_cast<double>(row.back())));
    return out;
}
} // namespace

// vox (mono) -> main (stereo) -> foh: the laws' centre and sides, to 0.01 dB.
TEST_CASE("a mono strip is panned into stereo by its law", "[graph]")
{
    const auto law = GENERATE(-3.0f, -4.5f, -6.0f);
    dsp::Description d{{input("vox", 1, {{.to = 1}}), bus("main", 2), output("foh", 2, 1)}};
    d.strips[0].pan_law = law;
    SECTION("centre")
    {
        const auto out = levels(d, {1});
        CHECK(out[0] == Approx(20 * std::log10(std::pow(2.0, law / 6.0))).margin(0.03)); // -3 dB is 1/sqrt(2): -3.01
        CHECK(out[1] == Approx(out[0]).margin(1e-4));
    }
    SECTION("left")
    {
        d.strips[0].pan = -1;
        const auto out = levels(d, {1});
        CHECK(out[0] == Approx(0).margin(0.001));
        CHECK(out[1] < -120);
    }
    SECTION("half right has the law's power")
    {
        d.strips[0].pan = 0.5f;
        const auto out = levels(d, {1});
        const double power = std::sin(0.75 * M_PI / 2), linear = 0.75;
        const double expected = law == -3.0f ? power : law == -6.0f ? linear : std::sqrt(power * linear);
        CHECK(out[1] == Approx(db(expected)).margin(0.01));
        figure("strip", "pan laws, half right: error", at_most(0.01, "dB"), std::abs(out[1] - db(expected)));
    }
}

TEST_CASE("a stereo strip is balanced: one side falls, the other stays", "[graph]")
{
    dsp::Description d{{input("keys", 2, {{.to = 1}}), bus("main", 2), output("foh", 2, 1)}};
    d.strips[0].pan = 0.5f;
    const auto out = levels(d, {1, 1});
    CHECK(out[0] == Approx(db(std::cos(M_PI / 4))).margin(0.01));
    figure("strip", "balance, half right: error of the side that falls", at_most(0.01, "dB"),
           std::abs(out[0] - db(std::cos(M_PI / 4))));
    CHECK(out[1] == Approx(0).margin(0.001));
}

TEST_CASE("stereo into mono is the mean", "[graph]")
{
    const auto out = levels({{input("keys", 2, {{.to = 1}}), bus("sub", 1), output("low", 1, 1)}}, {1, 0.5f});
    CHECK(out[0] == Approx(db(0.75)).margin(0.001));
}

TEST_CASE("levels of fader and send, polarity, mute and taps", "[graph]")
{
    dsp::Description d{{input("vox", 1, {{.to = 1}}), bus("aux", 1), output("mon", 1, 1)}};
    Strip& vox = d.strips[0];
    vox.fader = -6;
    SECTION("they add up in dB")
    {
        vox.sends[0].level = -4;
        CHECK(levels(d, {1})[0] == Approx(-10).margin(0.01));
    }
    SECTION("polarity inverts")
    {
        vox.polarity = true;
        GraphRig rig(d);
        CHECK(rig.run({std::vector<float>(64, 1)}, 64)[0].back() == Approx(-std::pow(10, -0.3)).epsilon(1e-4));
    }
    SECTION("-90 dB is silence")
    {
        vox.fader = -90;
        CHECK(levels(d, {1})[0] <= -180);
    }
    SECTION("a pre send does not hear the fader, but the mute")
    {
        vox.sends[0].tap = dsp::Tap::pre;
        CHECK(levels(d, {1})[0] == Approx(0).margin(0.001));
        vox.mute = true;
        CHECK(levels(d, {1})[0] <= -180);
        vox.mute_pre = false;
        CHECK(levels(d, {1})[0] == Approx(0).margin(0.001));
    }
    SECTION("an in send hears neither")
    {
        vox.sends[0].tap = dsp::Tap::in;
        vox.mute = true;
        CHECK(levels(d, {1})[0] == Approx(0).margin(0.001));
    }
}

// 40 strips so that every width of register is in use, at blocks that no register divides.
TEST_CASE("sound depends on neither the block size nor the lane nor the width of the register", "[graph]")
{
    constexpr int strips = 40;
    dsp::Description d;
    Sound in;
    for (int s = 0; s < strips; ++s) {
        d.strips.push_back(input(("ch" + std::to_string(s)).c_str(), s % 3 == 0 ? 2 : 1,
                                 {{.to = strips + s % 4, .level = -6.0f - static_cast<float>(s % 5)}}));
        d.strips.back().pan = static_cast<float>(s % 7) / 7;
        for (int c = 0; c < d.strips.back().channels; ++c)
            in.push_back(noise(2000, 0.1f, static_cast<unsigned>(s + 100 * c)));
    }
    for (int b = 0; b < 4; ++b) d.strips.push_back(bus(("bus" + std::to_string(b)).c_str(), 2, {{.to = strips + 4}}));
    d.strips.push_back(bus("main", 2));
    d.strips.push_back(output("foh", 2, strips + 4));
    const Sound reference = GraphRig(d).run(in, 64);
    REQUIRE(std::abs(reference[0].back()) > 0);
    for (int block : {1, 17, 1024}) {
        const bool alike = GraphRig(d).run(in, block) == reference;
        CHECK(alike);
    }
    const auto usable = dsp::usable_kernels();
    for (std::size_t i = 0; i < usable.size(); ++i) {
        const bool alike = GraphRig(d, 48000, usable.subspan(i, 1)).run(in, 64) == reference;
        CHECK(alike);
    }
}

// The component of a jump above the ramp's own band, by a Blackman-Harris windowed DFT: -90 dBFS is beyond hearing under a full
// scale tone at 97 Hz. The ramp's own band reaches some hundred Hz up from the tone.
TEST_CASE("a full-range jump of a fader makes no click", "[graph]")
{
    GraphRig rig({{input("vox", 1, {{.to = 1}}), bus("main", 1), output("foh", 1, 1)}});
    constexpr std::size_t frames = 16384;
    auto sound = sine(frames, 97, 1);
    Sound first{{sound.begin(), sound.begin() + 8000}}, second{{sound.begin() + 8000, sound.end()}};
    auto out = rig.run(first, 64)[0];
    rig.set("/input/vox/fader", GENERATE(-90.0f, -20.0f));
    const auto rest = rig.run(second, 64)[0];
    out.insert(out.end(), rest.begin(), rest.end());
    double worst = 0;
    for (double hz = 3000; hz < 22000; hz += 250) {
        double re = 0, im = 0;
        for (std::size_t i = 0; i < frames; ++i) {
            const double x = 2 * M_PI * static_cast<double>(i) / static_cast<double>(frames);
            const double window =
                0.35875 - 0.48829 * std::cos(x) + 0.14128 * std::cos(2 * x) - 0.01168 * std::cos(3 * x);
            const double angle = 2 * M_PI * hz * static_cast<double>(i) / 48000;
            re += window * static_cast<double>(out[i]) * std::cos(angle);
            im += window * static_cast<double>(out[i]) * std::sin(angle);
        }
        worst = std::max(worst, std::hypot(re, im) * 2 / (0.35875 * static_cast<double>(frames)));
    }
    CHECK(db(worst) < -90);
    figure("strip", "a full-range jump of the fader over a tone of 97 Hz: what lies above 3 kHz", at_most(-90, "dBFS"),
           db(worst));
}

TEST_CASE("a fader arrives after its glide, exactly", "[graph]")
{
    GraphRig rig({{input("vox", 1, {{.to = 1}}), bus("main", 1), output("foh", 1, 1)}});
    rig.run({std::vector<float>(64, 1)}, 64);
    rig.set("/input/vox/fader", -6);
    rig.set("/input/vox/send/main/level", -3);
    const auto out = rig.run({std::vector<float>(1100, 1)}, 100)[0];
    CHECK(db(out[400]) < -1); // on its way after 8 ms
    CHECK(db(out[400]) > -8.9);
    CHECK(out[1000] == out[1099]); // 20 ms are 960 frames, rounded up to whole sub-blocks
    CHECK(db(out[1099]) == Approx(-9).margin(0.001));
}

TEST_CASE("what is not a number arrives as silence, is counted, and does not stay", "[graph]")
{
    GraphRig rig({{input("vox", 1, {{.to = 1}}), bus("main", 1), output("foh", 1, 1)}});
    Sound in{std::vector<float>(6400, 0.5f)};
    in[0][1000] = std::numeric_limits<float>::quiet_NaN();
    in[0][1001] = -std::numeric_limits<float>::infinity();
    in[0][1002] = 1e30f;
    const auto out = rig.run(in, 64)[0];
    CHECK(out[1000] == 0.0f);
    CHECK(out[1001] == 0.0f);
    CHECK(out[1002] <= 1000.0f);
    CHECK(out[6399] == 0.5f);
    CHECK(rig.graph().readings().bad_samples() == 2);
}

TEST_CASE("meters read peak, rms and clips at the end of a strip", "[graph]")
{
    dsp::Description d{{input("vox", 1, {{.to = 1}}), bus("main", 1), output("foh", 1, 1)}};
    d.strips[0].fader = -6;
    GraphRig rig(d);
    auto in = sine(96000, 997, 1);
    in[50000] = 2.5f; // after the fader: over full scale, once
    rig.run({in}, 64);
    auto& readings = rig.graph().readings();
    CHECK(db(static_cast<double>(readings.peak(1, 0))) == Approx(-6).margin(0.1));
    CHECK(10 * std::log10(readings.mean_square(1, 0).load()) ==
          Approx(-9.01).margin(0.1)); // a sine's rms is 3.01 dB below its peak
    CHECK(db(static_cast<double>(readings.top(1, 0))) == Approx(db(2.5) - 6).margin(0.01));
    CHECK(readings.clips(1, 0) == 1);
    rig.run({std::vector<float>(81600, 0.0f)}, 64); // 1.7 s
    CHECK(db(static_cast<double>(readings.peak(1, 0))) == Approx(-26).margin(0.2));
}

TEST_CASE("a graph that takes over leaves the sound as it was, to the bit", "[graph]")
{
    const dsp::Description d{
        {input("vox", 1, {{.to = 2}}), input("gtr", 1, {{.to = 2, .level = -3}}), bus("main", 2), output("foh", 2, 2)}};
    GraphRig still(d), changing(d);
    for (int round = 0; round < 5; ++round) {
        const Sound in{noise(4000, 0.3f, static_cast<unsigned>(round)),
                       noise(4000, 0.3f, 100u + static_cast<unsigned>(round))};
        if (round) changing.rebuild();
        const bool alike = still.run(in, 64) == changing.run(in, 64);
        CHECK(alike);
    }
}

TEST_CASE("sound fades in at the start and out at the end", "[graph]")
{
    GraphRig rig({{input("vox", 1, {{.to = 1}}), bus("main", 1), output("foh", 1, 1)}});
    rig.performer().fade_in(2400);
    const auto in = rig.run({std::vector<float>(4800, 1)}, 64)[0];
    CHECK(in[0] < 0.001f);
    CHECK(in[1200] == Approx(0.5).margin(0.01));
    CHECK(in[2400] == 1);
    rig.performer().fade_out(2400);
    const auto out = rig.run({std::vector<float>(4800, 1)}, 64)[0];
    CHECK(out[2500] == 0);
    CHECK(rig.performer().silent());
}

namespace {
/// Its first sample is finite, and its power is not; then it passes what it hears.
class Burst final : public dsp::PlanarProcessor {
public:
    static constexpr std::string_view type = "burst", text = "Bursts.";
    struct Params {};
    static constexpr dsp::ParamTable<Params> params{};
    static dsp::Shape shape(const Params&, const dsp::Context&) { return {}; }
    static void design(const Params&, const dsp::Context&, dsp::CoeffWriter&) {}
    static std::unique_ptr<PlanarProcessor> make(const Params&, const dsp::Context&)
    {
        return std::make_unique<Burst>();
    }
    void run(float* const* channels, int) override
    {
        if (!std::exchange(done_, true)) channels[0][0] = 1e30f;
    }
    void aim(std::span<const float>, bool) override {}
    void clear() override {}
    void take(const PlanarProcessor&) override {}

private:
    bool done_ = false;
};
constexpr dsp::ProcessorType burst = dsp::type_of<Burst>();
} // namespace

// The level over 300 ms would be infinite for ever after.
TEST_CASE("sound too large to have a power is silenced and counted, and the levels recover", "[graph]")
{
    GraphRig rig(lone(burst, 1));
    const auto out = rig.run({sine(96000, 1000, 0.5)}, 64)[0];
    CHECK(out[0] == 0);
    CHECK(rig.graph().readings().bad_samples() == 1);
    CHECK(rig.graph().readings().mean_square(0, 0) == Approx(0.125f).epsilon(0.02)); // 2 s are seven of its times
}
