#include "dsp/processors/gate.h"
#include "tests/support/figures.h"
#include "tests/support/levels.h"
#include "tests/support/processor_rig.h"
#include <random>

using namespace fohd;
using namespace fohd::test;

namespace {

constexpr dsp::ProcessorType gate = dsp::type_of<dsp::GateProcessor>();

/// Times that the gain, out over in, crosses half way between closed and open.
int crossings(const std::vector<float>& in, const std::vector<float>& out)
{
    int count = 0;
    bool open = false;
    for (std::size_t i = 0; i < in.size(); ++i) {
        if (std::abs(in[i]) < 1e-7f) continue;
        const bool now = std::abs(out[i]) > 0.5f * std::abs(in[i]);
        count += now != open;
        open = now;
    }
    return count;
}
} // namespace

TEST_CASE("gate: opens and closes once on a noisy edge")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const int block = GENERATE(1, 17, 64, 1024);
    std::mt19937 random(1);
    std::normal_distribution<float> noise(0, 1);
    std::vector<float> in(static_cast<std::size_t>(4 * rate));
    for (std::size_t i = 0; i < in.size(); ++i) { // rms from -64 up to -52 dB and down: peaks slowly pass the threshold
        const double place = static_cast<double>(i) / static_cast<double>(in.size());
        in[i] = noise(random) * amplitude(-64 + 24 * std::min(place, 1 - place));
    }
    ProcessorRig rig(gate, rate, 1);
    const int changes = crossings(in, rig.run({in}, block)[0]);
    CHECK(changes == 2);
    figure("gate", "changes of state over a noisy edge up and a noisy edge down", at_most(2, ""), changes);

    SECTION("and without hysteresis more often: the test can tell")
    {
        ProcessorRig nervous(gate, rate, 1, {{"hysteresis", 0.f}, {"hold", 0.f}, {"release", 5.f}});
        CHECK(crossings(in, nervous.run({in}, block)[0]) > 2);
    }
}

TEST_CASE("gate: threshold, hysteresis, range, attack, hold and release as set")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    ProcessorRig rig(gate, rate, 1,
                     {{"threshold", -40.f},
                      {"hysteresis", 10.f},
                      {"range", 50.f},
                      {"attack", 5.f},
                      {"hold", 100.f},
                      {"release", 80.f}});
    std::vector<float> in;
    const auto step = [&](double level, double seconds) {
        append_level(in, level, rate, seconds);
        return in.size();
    };
    const auto below = step(-40.5, 0.1), up = below, above = step(-39.5, 0.2), kept = step(-49.5, 0.5),
               closed = step(-50.5, 1.5);
    const auto out = rig.run({in}, 64)[0];
    const auto gain = [&](std::size_t i) { return static_cast<double>(out[i] / in[i]); };
    const auto after = [&](std::size_t from, double ms) {
        return from + static_cast<std::size_t>(std::lround(ms * rate / 1000));
    };
    CHECK(db(gain(below - 1)) == Approx(-50).margin(0.01));
    const double floor = amplitude(-50), part = 1 - std::exp(-1.0);
    CHECK(gain(after(up, 5) - 1) == Approx(floor + (1 - floor) * part).epsilon(0.02));
    figure("gate", "attack and release, to 63 %: error of the gain then", at_most(2, "%"),
           100 * std::max(std::abs(gain(after(up, 5) - 1) / (floor + (1 - floor) * part) - 1),
                          std::abs(gain(after(kept, 100 + 80)) / (1 - (1 - floor) * part) - 1)));
    figure("gate", "range, closed: error", at_most(0.01, "dB"), std::abs(db(gain(closed - 1)) + 50));
    CHECK(gain(above - 1) == 1);
    CHECK(gain(kept - 1) == 1); // within the hysteresis
    CHECK(gain(after(kept, 99)) == 1);
    CHECK(gain(after(kept, 100 + 80)) == Approx(1 - (1 - floor) * part).epsilon(0.02));
    CHECK(db(gain(closed - 1)) == Approx(-50).margin(0.01));
}

TEST_CASE("gate: opening and closing make no click")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    // A loud 100 Hz tone starts and stops being heard: what a click adds lies far above it. The key makes the gate act
    // in mid-wave.
    const auto sound = sine(100, -6, rate, 1.0);
    std::vector<float> key(sound.size());
    std::fill(key.begin() + static_cast<std::ptrdiff_t>(0.1026 * rate),
              key.begin() + static_cast<std::ptrdiff_t>(0.5026 * rate), 0.5f);
    const auto highest_above_5k = [&](float attack, float release) {
        ProcessorRig rig(gate, rate, 1, {{"attack", attack}, {"release", release}}, true);
        auto out = rig.run({sound, key}, 64)[0];
        const double pole = std::exp(-2 * std::numbers::pi * 5000 / rate); // four one-pole high passes
        for (int pass = 0; pass < 4; ++pass) {
            double low = 0;
            for (float& x : out) {
                low = pole * low + (1 - pole) * static_cast<double>(x);
                x -= static_cast<float>(low);
            }
        }
        double top = 0;
        for (float x : out) top = std::max(top, std::abs(static_cast<double>(x)));
        return db(top);
    };
    const double click = highest_above_5k(1, 100);
    CHECK(click < -50);
    figure("gate", "click of opening in 1 ms into a loud tone of 100 Hz: above 5 kHz", at_most(-50, "dBFS"), click);
    CHECK(highest_above_5k(5, 100) < -65);
    CHECK(highest_above_5k(0.01f, 100) > -35); // as good as switched: the test can tell
}

TEST_CASE("gate: a finite ratio expands along its line, within 0.1 dB")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    for (double level = -75; level < -41; level += 3) {
        ProcessorRig rig(gate, rate, 1, {{"threshold", -40.f}, {"ratio", 2.5f}, {"range", 40.f}});
        std::vector<float> in;
        append_level(in, level, rate, 0.3);
        const auto out = rig.run({in}, 64)[0];
        INFO("level " << level);
        const double expected = std::min(40.0, 1.5 * (-40 - level)), reduction = db(in.back() / out.back());
        CHECK(reduction == Approx(expected).margin(0.1));
        figure("gate", "expander, static curve: error", at_most(0.1, "dB"), std::abs(reduction - expected));
    }
}

TEST_CASE("gate: a duck lowers the sound while the key is above the threshold")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto sound = sine(500, -20, rate, 1.5);
    std::vector<float> key;
    append_level(key, -80, rate, 0.2);
    append_level(key, -20, rate, 0.3);
    append_level(key, -80, rate, 1.0);
    const auto gain_at = [&](double seconds, ProcessorRig::Values values) {
        ProcessorRig rig(gate, rate, 1, values, true);
        const auto out = rig.run({sound, key}, 64)[0];
        auto i = static_cast<std::size_t>(seconds * rate);
        while (std::abs(sound[i]) < 0.05f) ++i;
        return db(out[i] / sound[i]);
    };
    const ProcessorRig::Values duck{{"mode", 1.f}, {"range", 12.f}, {"threshold", -40.f}};
    CHECK(gain_at(0.0, duck) == 0); // from the first frame on
    CHECK(gain_at(0.45, duck) == Approx(-12).margin(0.1));
    CHECK(gain_at(1.4, duck) == Approx(0).margin(0.05));
    const ProcessorRig::Values gentle{{"mode", 1.f}, {"range", 40.f}, {"threshold", -40.f}, {"ratio", 1.5f}};
    CHECK(gain_at(0.45, gentle) == Approx(-10).margin(0.1)); // 20 dB above, half a dB each
}

TEST_CASE("gate: the sides of a pair open together")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto left = sine(440, -20, rate, 0.3), right = sine(440, -70, rate, 0.3);
    for (float ratio : {100.f, 3.f}) {
        ProcessorRig pair(gate, rate, 2, {{"ratio", ratio}}, true);
        const auto out = pair.run({right, right, left, right}, 64);
        CHECK(out[0] == out[1]);
        CHECK(out[1].back() == right.back());
    }
}

TEST_CASE("gate: open, it is transparent to the bit; blocks of any size give the same bits")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const float ratio = GENERATE(100.f, 3.f);
    const auto in = sine(97, -20, rate, 0.5);
    const auto in_blocks = [&](int block) {
        ProcessorRig rig(gate, rate, 1, {{"ratio", ratio}, {"threshold", -30.f}});
        return rig.run({in}, block)[0];
    };
    const auto reference = in_blocks(64);
    for (int block : {1, 17, 1024}) CHECK(in_blocks(block) == reference);
    CHECK(std::equal(in.begin() + static_cast<std::ptrdiff_t>(in.size() / 2), in.end(),
                     reference.begin() + static_cast<std::ptrdiff_t>(in.size() / 2)));
}
