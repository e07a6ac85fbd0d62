// The comparison at the master, measured: what is heard on either side, and on the way between them.
#include "control/desk.h"
#include "daemon/engine.h"
#include "daemon/loudness/meter.h"
#include "tests/bench/programme.h"
#include "tests/support/clicks.h"
#include "tests/support/flushed_denormals.h"
#include "tests/support/levels.h"

#include <catch2/catch.hpp>

using namespace fohd;

namespace {

constexpr int rate = 48000, block = 64;
using Row = std::vector<float>;

/// A desk and its engine, with one stereo sound in and one out, as `render` runs them.
struct Rig {
    explicit Rig(const std::string& chain, const std::string& ab = "strip: main")
        : desk(config_of("fohd: 1\n"
                         "inputs: {mix: {channels: 2, sends: {main: {}}}}\n"
                         "buses: {main: {chain: " +
                         chain + ", loudness: true}}\noutputs: {foh: {from: main}}\nmaster: {ab: {" + ab + "}}\n")),
          engine(desk.sound(), rate)
    {
        desk.connect(engine, engine);
    }

    static config::Config config_of(const std::string& text)
    {
        const auto loaded = config::load_text(text);
        for (const auto& problem : loaded.problems) UNSCOPED_INFO(to_line(problem, "test"));
        REQUIRE(loaded.config);
        return *loaded.config;
    }

    void set(std::string_view address, float value)
    {
        INFO(address);
        REQUIRE(desk.layout().find(address) >= 0);
        store.set(desk.layout().find(address), value, 1);
        store.publish();
    }

    float read(std::string_view address)
    {
        for (const auto& reading : desk.additions().readings)
            if (reading.address == address) {
                float value = 0;
                desk.read(reading, {&value, 1});
                return value;
            }
        FAIL("no reading " << address);
        return 0;
    }

    /// The left of what comes out; both sides hear the same.
    Row run(const Row& sound)
    {
        const test::FlushedDenormals flushed;
        Row left(sound.size()), right(sound.size());
        for (std::size_t at = 0; at < sound.size(); at += block) {
            desk.tend(engine.frames(), rate);
            engine.tend();
            const float* in[] = {sound.data() + at, sound.data() + at};
            float* out[] = {left.data() + at, right.data() + at};
            engine.process(in, out, static_cast<int>(std::min<std::size_t>(block, sound.size() - at)));
            for (const auto& [strip, tap] : engine.taps()) tap->measure();
        }
        return left;
    }

    control::Desk desk;
    daemon::Engine engine;
    control::Store store{desk.layout(), desk};
};

Row slice(const Row& row, double from_seconds)
{
    return {row.begin() + static_cast<std::ptrdiff_t>(from_seconds * rate), row.end()};
}

float integrated(const Row& sound)
{
    daemon::loudness::Meter meter(1, rate);
    meter.push(sound);
    return meter.reading().integrated;
}

float difference(const Row& a, const Row& b)
{
    float most = 0;
    for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
    return most;
}

Row programme(double seconds) { return bench::programme(static_cast<std::size_t>(seconds * rate), rate, 5, 0.4); }

/// Raises the programme by 6 dB and takes some of its bursts.
const std::string loud = "[eq: {}, compressor: {threshold: -20 dB, ratio: 2, attack: 10 ms, makeup: 6 dB}, "
                         "limiter: {ceiling: 0 dB, lookahead: 3 ms}]";
} // namespace

TEST_CASE("both sides are equally loud once the match has heard the programme")
{
    // The same 15 s after 15 s of programme, heard with the processors and without.
    Rig with(loud), without(loud);
    const Row sound = programme(30);
    const Row first(sound.begin(), sound.begin() + 15 * rate), second = slice(sound, 15);
    with.run(first);
    without.run(first);
    const float match = without.read("/master/ab/match");
    INFO("match " << match << " dB");
    CHECK(match > 2); // or nothing was tested
    CHECK(match ==
          Approx(without.read("/master/ab/loudness/with") - without.read("/master/ab/loudness/without")).margin(0.001));
    without.set("/master/ab", 0);
    const float a = integrated(slice(with.run(second), 0.1)), b = integrated(slice(without.run(second), 0.1));
    INFO(a << " LUFS with, " << b << " LUFS without");
    CHECK(std::abs(a - b) < 0.1f);
}

TEST_CASE("the side without is the strip's own sound once more")
{
    const Rig rig(loud);
    const auto& strips = rig.desk.sound().strips;
    const auto twin = std::ranges::find(strips, "main~without", &dsp::Strip::name);
    REQUIRE(twin != strips.end());
    CHECK(twin->repeats == "/bus/main");
}

TEST_CASE("the loudness and the meters of the strip are those of what is heard")
{
    Rig rig("[eq: {bands: [{type: bell, frequency: 1 kHz, gain: 0 dB}]}, compressor: {threshold: 0 dB, makeup: 12 dB}]",
            "strip: main, processors: [compressor]");
    const auto readings = control::readings_of(rig.desk.surface());
    const auto momentary = [&] {
        float value = 0;
        for (const auto& reading : readings)
            if (reading.address == "/bus/main/loudness/momentary") rig.desk.read(reading, {&value, 1});
        return value;
    };
    const Row sound = test::sine(997, -30, rate, 1);
    rig.run(sound);
    CHECK(momentary() == Approx(-30 - 0.7f + 12 + 0.7f).margin(0.05)); // a sine of equal sides: its level in LUFS
    rig.set("/bus/main/mute", 1);
    rig.run(sound);
    CHECK(momentary() == -120);
    rig.set("/bus/main/mute", 0);
    rig.set("/master/ab", 0);
    rig.run(sound);
    CHECK(momentary() == Approx(-18).margin(0.1)); // as loud without, thanks to the match
}

TEST_CASE("what changes nothing nulls, whichever side is heard and on the way")
{
    Rig still(loud), switched(loud);
    for (const char* processor : {"eq", "compressor", "limiter"})
        for (Rig* rig : {&still, &switched}) rig->set("/bus/main/" + std::string(processor) + "/bypass", 1);
    still.run(programme(1));
    switched.run(programme(1));
    float most = 0;
    for (int i = 0; i < 10; ++i) {
        switched.set("/master/ab", static_cast<float>(i % 2));
        const Row sound = programme(0.041 + 0.01 * i); // some presses come amid a crossfade
        most = std::max(most, difference(still.run(sound), switched.run(sound)));
    }
    CHECK(most < 1e-6f); // the rounding of two gains that sum to 1
    CHECK(switched.read("/master/ab/match") == 0);
}

TEST_CASE("both sides are equally late, to the sample")
{
    for (const float with : {1.0f, 0.0f}) {
        Rig rig("[eq: {}, compressor: {threshold: 0 dB, lookahead: 5 ms}, limiter: {lookahead: 3 ms}]");
        rig.set("/master/ab", with);
        rig.run(Row(4800));
        Row impulse(4800);
        impulse[0] = 0.25f;
        const Row out = rig.run(impulse);
        const auto peak = std::ranges::max_element(out, {}, [](float x) { return std::abs(x); }) - out.begin();
        CHECK(peak == rig.engine.latency().outputs[0]);
    }
}

TEST_CASE("switching under a sine makes no step and no click")
{
    Rig rig(loud);
    const double hz = 200;
    const Row sound = test::sine(hz, -14, rate, 1); // whole periods
    for (int second = 0; second < 3; ++second) rig.run(sound);
    Row out;
    for (int i = 0; i < 6; ++i) {
        rig.set("/master/ab", static_cast<float>(i % 2));
        const Row more = rig.run(sound);
        out.insert(out.end(), more.begin(), more.end());
    }
    const Row high = slice(test::above_3k(out), 0.1);
    const float click = std::abs(*std::ranges::max_element(high, {}, [](float x) { return std::abs(x); }));
    INFO("above 3 kHz: " << test::db(static_cast<double>(click)) << " dBFS");
    CHECK(click < test::amplitude(-80)); // a step of one sample by -70 dBFS reads -70 here
}

TEST_CASE("silence keeps the match, and a change of the processors measures it anew")
{
    Rig rig(loud);
    rig.run(programme(6));
    const float match = rig.read("/master/ab/match");
    rig.run(Row(5 * rate));
    CHECK(rig.read("/master/ab/match") == Approx(match).margin(0.3)); // the last 400 ms fade out
    const float kept = rig.read("/master/ab/match");
    rig.run(Row(5 * rate));
    CHECK(rig.read("/master/ab/match") == kept);
    rig.set("/bus/main/compressor/makeup", 0);
    rig.run(programme(4));
    CHECK(rig.read("/master/ab/match") == Approx(match - 6).margin(1));
}

TEST_CASE("no match lifts a peak above the limiter's ceiling, and what is missing is said")
{
    Rig rig("[compressor: {threshold: 0 dB, makeup: 12 dB}, limiter: {ceiling: -6 dB}]");
    const Row sound = test::sine(997, -8, rate, 3);
    rig.run(sound); // with: held at -6 dB
    CHECK(rig.read("/master/ab/match") == Approx(2).margin(0.1));
    CHECK(rig.read("/master/ab/shortfall") == Approx(0).margin(0.1));

    Row bursts = test::sine(997, -30, rate, 3); // with: -18 dB, but a single peak leaves no room
    for (int i = 0; i < 48; ++i) bursts[static_cast<std::size_t>(i)] *= test::amplitude(22);
    Rig quiet("[compressor: {threshold: 0 dB, makeup: 12 dB}, limiter: {ceiling: -6 dB}]");
    quiet.run(bursts);
    CHECK(quiet.read("/master/ab/match") == Approx(2.3).margin(0.5)); // the peak of -8 dB falls by 0.1 dB a second
    CHECK(quiet.read("/master/ab/match") + quiet.read("/master/ab/shortfall") == Approx(12).margin(0.5));
    quiet.set("/master/ab", 0);
    const Row out = slice(quiet.run(bursts), 0.1);
    CHECK(*std::ranges::max_element(out) < test::amplitude(-6));
}

TEST_CASE("an action reaches what sounds, whichever side is heard, and answers once")
{
    for (const float with : {1.0f, 0.0f}) {
        Rig rig("[eq: {}, insert: {send: [a:1, a:2], return: [b:1, b:2]}]", "strip: main, processors: [eq, insert]");
        rig.set("/master/ab", with);
        // The gear is two wires: what goes out comes back in the next block.
        const test::FlushedDenormals flushed;
        Row silence(block), foh[2] = {silence, silence}, sent[2] = {silence, silence}, back[2] = {silence, silence};
        const auto run = [&](int blocks) {
            for (int i = 0; i < blocks; ++i) {
                rig.desk.tend(rig.engine.frames(), rate);
                rig.engine.tend();
                const float* in[] = {silence.data(), silence.data(), back[0].data(), back[1].data()};
                float* out[] = {foh[0].data(), foh[1].data(), sent[0].data(), sent[1].data()};
                rig.engine.process(in, out, block);
                std::swap(sent, back);
            }
        };
        run(100);
        const auto& chain = rig.desk.surface().strips[1].chain;
        REQUIRE(chain[1].type->id == "insert");
        rig.desk.act(1, 1, 0);
        run(2 * rate / block);
        const auto findings = rig.engine.take_findings();
        REQUIRE(findings.size() == 1);
        CHECK(findings[0].first == "/bus/main/insert");
        REQUIRE(findings[0].second.values.size() == 3);
        CHECK(findings[0].second.values[0].second == block);
    }
}
