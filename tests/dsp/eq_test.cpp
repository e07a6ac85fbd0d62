// The filters as processors: what their parameters ask for is what a strip hears.
#include "tests/support/stages.h"
#include <catch2/catch.hpp>

using namespace fohd::dsp;
using namespace fohd::dsp::test;

namespace {
struct Pair {
    std::vector<float> left, right;
};

constexpr double rate = 48000;

float index(BandType type) { return static_cast<float>(type); }

/// One band as the values of an `eq`: type, frequency, gain, q, channels.
std::vector<float> band(BandType type, float hz, float gain, float q, int channels)
{
    return {index(type), hz, gain, q, static_cast<float>(channels)};
}

Pair impulse(const char* type, std::span<const float> values, float left, float right, int block = max_block)
{
    Pair sound{std::vector<float>(1 << 13), std::vector<float>(1 << 13)};
    sound.left[0] = left, sound.right[0] = right;
    StageRig rig(*usable_kernels().back(), *find_processor_type(type), values, 2, rate);
    CHECK(rig.wrote_what_the_shape_says());
    rig.run(sound.left, sound.right, block);
    return sound;
}

double gain_db(std::span<const float> sound, double hz) { return to_db(std::abs(spectrum(sound, hz, rate))); }
double energy(std::span<const float> sound)
{
    double sum = 0;
    for (float x : sound) sum += double(x) * double(x);
    return sum;
}
} // namespace

TEST_CASE("an empty eq has the four bands of a console, and is flat")
{
    const ProcessorType& eq = *find_processor_type("eq");
    CHECK(eq.initial_band_count() == 4);
    const auto sound = impulse("eq", eq.initial_bands, 1, 0.5f);
    for (double hz = 20; hz < 20000; hz *= 1.5) {
        CHECK(gain_db(sound.left, hz) == Approx(0).margin(1e-4));
        CHECK(gain_db(sound.right, hz) == Approx(-6.0206).margin(1e-4));
    }
}

TEST_CASE("a band works on the part of a pair that it names")
{
    const int channels = GENERATE(range(0, 5));
    const auto values = band(BandType::bell, 1000, 12, 1, channels);
    const auto left = impulse("eq", values, 1, 0), right = impulse("eq", values, 0, 1);
    const auto middle = impulse("eq", values, 1, 1), side = impulse("eq", values, 1, -1);
    CAPTURE(channels);
    const bool stereo = channels == 0, on_left = channels == 1, on_right = channels == 2, mid = channels == 3;
    if (stereo || on_left || on_right) {
        CHECK(gain_db(left.left, 1000) == Approx(on_right ? 0 : 12).margin(0.01));
        CHECK(gain_db(right.right, 1000) == Approx(on_left ? 0 : 12).margin(0.01));
        CHECK(energy(left.right) == 0); // nothing crosses over
        CHECK(energy(right.left) == 0);
    } else {
        CHECK(gain_db(middle.left, 1000) == Approx(mid ? 12 : 0).margin(0.01));
        CHECK(gain_db(middle.right, 1000) == Approx(mid ? 12 : 0).margin(0.01));
        CHECK(gain_db(side.left, 1000) == Approx(mid ? 0 : 12).margin(0.01));
        CHECK(gain_db(side.right, 1000) == Approx(mid ? 0 : 12).margin(0.01));
    }
}

TEST_CASE("sixteen bands of every kind are heard in series, at any block size")
{
    std::vector<float> values;
    for (int i = 0; i < 16; ++i) {
        const auto one = band(BandType::bell, 40.0f * std::exp2(float(i) / 2), i % 2 ? 6 : -6, 2, (i * 3) % 5);
        values.insert(values.end(), one.begin(), one.end());
    }
    const auto sound = impulse("eq", values, 1, 1);
    for (int block : {1, 17}) CHECK(impulse("eq", values, 1, 1, block).left == sound.left);
    // Left and right alike: the middle is what is heard on the left of bands stereo, left and mid, the rest on the right too.
    for (double hz : {100., 1000., 5000.}) CHECK(std::abs(gain_db(sound.left, hz)) < 20);
    // Put after its own opposite it is gone, if every band is where it says it is.
    std::vector<float> both = values;
    both.clear();
    for (int i = 0; i < 8; ++i)
        for (float sign : {1.0f, -1.0f}) {
            const auto one = band(BandType::bell, 40.0f * std::exp2(float(i)), sign * 9, 2, (i * 3) % 5);
            both.insert(both.end(), one.begin(), one.end());
        }
    const auto undone = impulse("eq", both, 1, 0.25f);
    CHECK(undone.left[0] == Approx(1).margin(1e-4));
    CHECK(energy(undone.left) == Approx(1).margin(1e-3));
    CHECK(energy(undone.right) == Approx(0.0625).margin(1e-3));
}

TEST_CASE("bands of one way share a kernel, and only middle and side pay for the turn")
{
    const auto stages = [](std::vector<int> channels, int of) {
        std::vector<float> values;
        for (int c : channels) {
            const auto one = band(BandType::bell, 1000, 3, 1, c);
            values.insert(values.end(), one.begin(), one.end());
        }
        std::vector<std::string> names;
        for (const Stage& stage : find_processor_type("eq")->shape(values, {rate, of, 0}).core)
            names.push_back(std::string(stage.kernel) + std::to_string(stage.size));
        return names;
    };
    using Names = std::vector<std::string>;
    CHECK(stages({0, 1, 2, 0}, 2) == Names{"sections4"});
    CHECK(stages({0, 3, 0, 4}, 2) == Names{"sections1", "pair_mix0", "sections3", "pair_mix0"});
    CHECK(stages({3, 4}, 1) == Names{"sections2"}); // one channel has no side
    CHECK(stages(std::vector<int>(16, 0), 2) == Names{"sections8", "sections8"});
}

TEST_CASE("high-pass and low-pass processors: -3.01 dB at f and the slope asked for")
{
    const float slope = GENERATE(6.0f, 12.0f, 18.0f, 24.0f, 36.0f, 48.0f);
    const std::array values{1000.0f, slope};
    const auto high = impulse("high_pass", values, 1, 1), low = impulse("low_pass", values, 1, 1);
    CHECK(gain_db(high.left, 1000) == Approx(-3.0103).margin(0.01));
    CHECK(gain_db(low.right, 1000) == Approx(-3.0103).margin(0.01));
    const double order = double(slope) / 6, fall = 10 * std::log10(1 + std::pow(4, 2 * order));
    CHECK(-gain_db(high.left, 250) == Approx(fall).margin(0.2));
    CHECK(-gain_db(low.left, 4000) == Approx(fall).margin(0.2));
}
