// Crossover: the ways, and that they are one sound again where they meet.
#include "dsp/processors/crossover.h"
#include "tests/support/figures.h"
#include "tests/support/processor_rig.h"
#include "tests/support/tones.h"

using namespace fohd;
using namespace fohd::test;

namespace {
constexpr dsp::ProcessorType crossover = dsp::type_of<dsp::Crossover>();

/// An impulse through one way.
std::vector<float> way(int number, float slope, const std::vector<float>& frequencies, double rate, int block = 64)
{
    ProcessorRig rig(crossover, rate, 1, {{"way", static_cast<float>(number)}, {"slope", slope}}, false, frequencies);
    std::vector<float> impulse(static_cast<std::size_t>(rate / 4)); // 12 time constants of the slowest
    impulse[0] = 1;
    return rig.run({impulse}, block)[0];
}

double level(std::span<const float> impulse_response, double hz, double rate)
{
    return db(std::abs(tone_in(impulse_response, hz, rate)) * static_cast<double>(impulse_response.size()) / 2);
}

/// Linkwitz-Riley as analogue filters: the square of a Butterworth filter of half the order.
double low_passed(double ratio, float slope)
{
    return db(1 / (1 + std::pow(ratio, 2 * static_cast<double>(slope) / 12)));
}
} // namespace

TEST_CASE("crossover: the ways sum flat to 0.05 dB, at every rate, slope and number of ways")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const float slope = GENERATE(12.0f, 24.0f, 36.0f, 48.0f);
    for (const auto& frequencies : std::vector<std::vector<float>>{
             {100}, {90, 1600}, {120, 1000, 6000}, {60, 250, 1000, 4000, 12000}, {1000, 1000, 1050}, {20, 20000}}) {
        std::vector<float> sum(static_cast<std::size_t>(rate / 4));
        for (int n = 1; n <= static_cast<int>(frequencies.size()) + 1; ++n) {
            const auto one = way(n, slope, frequencies, rate);
            for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += one[i];
        }
        double worst = 0;
        for (double hz = 20; hz < 0.45 * rate; hz *= 1.15) worst = std::max(worst, std::abs(level(sum, hz, rate)));
        INFO(rate << " Hz, " << slope << " dB/oct, " << frequencies.size() + 1 << " ways: " << worst << " dB");
        CHECK(worst < 0.05);
        figure("crossover", "sum of all ways: deviation from flat, 20 Hz to 0.45 of the rate", at_most(0.05, "dB"),
               worst);
    }
}

TEST_CASE("crossover: a way is 6 dB down where it meets the next and falls with its slope")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const float slope = GENERATE(12.0f, 24.0f, 36.0f, 48.0f);
    const std::vector<float> frequencies{200, 2000};
    const auto low = way(1, slope, frequencies, rate), middle = way(2, slope, frequencies, rate);
    CHECK(level(low, 200, rate) == Approx(-6.02).margin(0.05));
    figure("crossover", "a way where it meets the next: error of its -6.02 dB", at_most(0.05, "dB"),
           std::abs(level(low, 200, rate) + 6.02));
    figure("crossover", "a way one octave on: error against Linkwitz-Riley", at_most(0.2, "dB"),
           std::abs(level(low, 400, rate) - low_passed(2, slope)));
    CHECK(level(middle, 2000, rate) == Approx(-6.02 + low_passed(0.1, slope)).margin(0.05));
    CHECK(level(low, 400, rate) == Approx(low_passed(2, slope)).margin(0.2));
    CHECK(level(middle, 50, rate) == Approx(low_passed(4, slope)).margin(0.2));
    CHECK(level(middle, 632, rate) == Approx(2 * low_passed(std::sqrt(0.1), slope)).margin(0.1));
}

TEST_CASE("crossover: gain and polarity of a way are exact")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const std::vector<float> frequencies{1000};
    const auto tone = sine(3000, -6, rate, 0.2);
    const auto heard = [&](ProcessorRig::Values values) {
        return ProcessorRig(crossover, rate, 1, values, false, frequencies).run({tone}, 64)[0];
    };
    const auto plain = heard({{"way", 2.f}}), inverted = heard({{"way", 2.f}, {"polarity", 1.f}}),
               louder = heard({{"way", 2.f}, {"gain", 6.f}});
    for (std::size_t i = 0; i < plain.size(); ++i) {
        if (inverted[i] != -plain[i]) FAIL("not the inverse at " << i);
        if (std::abs(louder[i] - plain[i] * amplitude(6)) > 1e-5f) FAIL("not 6 dB louder at " << i);
    }
}

TEST_CASE("crossover: blocks of any size give the same bits")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const std::vector<float> frequencies{120, 1000, 6000};
    for (int number = 1; number <= 4; ++number) {
        const auto reference = way(number, 48, frequencies, rate);
        for (int block : {1, 17, 1024}) {
            const bool same = way(number, 48, frequencies, rate, block) == reference;
            CHECK(same);
        }
    }
}

TEST_CASE("crossover: frequencies out of order count as equal, a way beyond the last is the last")
{
    const bool same_frequencies = way(2, 24, {1000, 300}, 48000) == way(2, 24, {1000, 1000}, 48000);
    const bool same_way = way(6, 24, {1000}, 48000) == way(2, 24, {1000}, 48000);
    CHECK(same_frequencies);
    CHECK(same_way);
}
