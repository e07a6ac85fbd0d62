// Dither: an error of a known power and spectrum that tells nothing of the sound.
#include "dsp/processors/dither.h"
#include "tests/support/figures.h"
#include "tests/support/processor_rig.h"
#include "tests/support/tones.h"
#include <numeric>

using namespace fohd;
using namespace fohd::test;

namespace {
constexpr dsp::ProcessorType dither = dsp::type_of<dsp::DitherProcessor>();
enum Bits { sixteen, twenty, twenty_four };
enum Noise { none, tpdf, shaped };
constexpr std::size_t frames = 1 << 17;

double step_of(Bits bits) { return std::exp2(1 - (16 + 4 * bits)); }

ProcessorRig rig_of(Bits bits, Noise noise, double rate = 48000, int channels = 1)
{
    return {dither, rate, channels, {{"bits", static_cast<float>(bits)}, {"shape", static_cast<float>(noise)}}};
}

/// What the processor adds, in steps.
std::vector<double> error_of(const std::vector<float>& in, Bits bits, Noise noise, double rate = 48000)
{
    auto rig = rig_of(bits, noise, rate);
    const auto out = rig.run({in}, 64)[0];
    std::vector<double> error;
    for (std::size_t i = 0; i < in.size(); ++i)
        error.push_back((static_cast<double>(out[i]) - static_cast<double>(in[i])) / step_of(bits));
    return error;
}

double mean(const std::vector<double>& of)
{
    return std::accumulate(of.begin(), of.end(), 0.0) / static_cast<double>(of.size());
}

double correlation(std::span<const double> a, std::span<const double> b)
{
    const std::size_t count = std::min(a.size(), b.size());
    return std::inner_product(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(count), b.begin(), 0.0) /
           static_cast<double>(count);
}

/// Sounds that plain rounding would err on in a pattern: between two steps, nearly silent, loud.
std::vector<std::vector<float>> sounds(Bits bits, double rate)
{
    std::vector<std::vector<float>> all;
    for (const double level : {0.001, 0.25, 0.5, 100.7}) // steps
        all.emplace_back(frames, static_cast<float>(level * step_of(bits)));
    all.push_back(sine(997, db(0.4 * step_of(bits)), rate, static_cast<double>(frames) / rate));
    all.push_back(sine(997, -3, rate, static_cast<double>(frames) / rate));
    return all;
}
} // namespace

// The error of a float that has no more than 24 bits itself is in the sound already: near full scale it is half a step.
TEST_CASE("dither: the error has the mean 0 and the power of a quarter step squared, whatever the sound", "[dither]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    for (const Bits bits : {sixteen, twenty, twenty_four})
        for (const auto& sound : sounds(bits, rate)) {
            const auto error = error_of(sound, bits, tpdf, rate);
            INFO(16 + 4 * bits << " bits, sound begins with " << sound[1]);
            CHECK(mean(error) == Approx(0).margin(5 * 0.5 / std::sqrt(frames)));
            const double power = 10 * std::log10(correlation(error, error) / 0.25);
            CHECK(power == Approx(0).margin(0.1));
            figure("dither", "tpdf: power of the error against a quarter of a step squared, whatever the sound",
                   at_most(0.1, "dB"), std::abs(power));
            figure("dither", "tpdf: mean of the error", at_most(5 * 0.5 / std::sqrt(frames), "steps"),
                   std::abs(mean(error)));
        }
}

TEST_CASE("dither: mean and power of the error are the same wherever between two steps the sound is", "[dither]")
{
    const auto sound = sine(7, -60, 48000, static_cast<double>(frames) / 48000);
    for (const Noise noise : {none, tpdf}) {
        const auto error = error_of(sound, sixteen, noise);
        double sums[8]{}, squares[8]{}, counts[8]{}, worst_mean = 0, worst_power = 0;
        for (std::size_t i = 0; i < frames; ++i) {
            const double x = static_cast<double>(sound[i]) / step_of(sixteen);
            const auto bin = static_cast<std::size_t>(8 * (x - std::floor(x)));
            sums[bin] += error[i];
            squares[bin] += error[i] * error[i];
            ++counts[bin];
        }
        for (int bin = 0; bin < 8; ++bin) {
            worst_mean = std::max(worst_mean, std::abs(sums[bin] / counts[bin]));
            worst_power = std::max(worst_power, std::abs(squares[bin] / counts[bin] - 0.25));
        }
        // Of 16,000 samples a bin the means vary by 0.004 and 0.0023.
        CHECK((worst_mean < 0.02) == (noise == tpdf)); // plain rounding errs by up to 0.44
        CHECK((worst_power < 0.012) == (noise == tpdf));
    }
}

TEST_CASE("dither: the noise is white, without a pattern, and of each channel another", "[dither]")
{
    const auto error = error_of(std::vector<float>(frames, 0.3f * static_cast<float>(step_of(sixteen))), sixteen, tpdf);
    for (std::size_t lag = 1; lag < 300; ++lag)
        if (std::abs(correlation(error, std::span(error).subspan(lag))) > 6 * 0.25 / std::sqrt(frames)) FAIL_CHECK(lag);

    auto rig = rig_of(sixteen, tpdf, 48000, 2);
    const auto out = rig.run(Sound(2, std::vector<float>(frames, 1e-9f)), 64);
    std::vector<double> left(out[0].begin(), out[0].end()), right(out[1].begin(), out[1].end());
    CHECK(std::abs(correlation(left, right)) < 5 * correlation(left, left) / std::sqrt(frames));
}

TEST_CASE("dither: shaped noise has the spectrum of its filter, and no pattern either", "[dither]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto coeffs = dsp::design_shaped_dither(0, rate);
    std::vector<double> filter{1};
    for (const float tap : coeffs.taps) filter.push_back(static_cast<double>(tap));
    for (const auto& sound : sounds(sixteen, rate)) {
        const auto error = error_of(sound, sixteen, shaped, rate);
        const double power = correlation(error, error);
        INFO("at " << rate << " Hz, sound begins with " << sound[1]);
        CHECK(mean(error) == Approx(0).margin(0.02));
        for (std::size_t lag = 0; lag < 20; ++lag) { // the autocorrelation is the spectrum
            double expected = 0;
            for (std::size_t k = 0; k + lag < filter.size(); ++k) expected += 0.25 * filter[k] * filter[k + lag];
            const double found = correlation(error, std::span(error).subspan(lag));
            figure("dither", "shaped: error of the spectrum (its autocorrelation) against the filter's",
                   at_most(2.5, "%"), 100 * std::abs(found - expected) / power);
            if (std::abs(found - expected) > 0.025 * power) FAIL_CHECK(lag << ": " << found << " for " << expected);
        }
    }
    CHECK(dsp::shaping_db(coeffs, 3500, rate) < -22);
    figure("dither", "shaped: noise at 3.5 kHz against tpdf", at_most(-22, "dB"), dsp::shaping_db(coeffs, 3500, rate));
    CHECK(dsp::shaping_db(coeffs, 1000, rate) < -13);
    double power = 0;
    for (const double tap : filter) power += tap * tap;
    CHECK(10 * std::log10(power) < 14);
}

TEST_CASE("dither: what comes out is whole steps, also near full scale", "[dither]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    for (const Bits bits : {sixteen, twenty, twenty_four})
        for (const Noise noise : {none, tpdf, shaped}) {
            auto rig = rig_of(bits, noise, rate);
            bool whole = true;
            const Sound out = rig.run({sine(997, 0, rate, 0.1)}, 64);
            for (const float sample : out[0]) {
                const double steps = static_cast<double>(sample) / step_of(bits);
                whole &= steps == std::round(steps);
            }
            CHECK(whole);
        }
}

TEST_CASE("dither: none rounds to the nearest step", "[dither]")
{
    const auto error = error_of(sine(997, -3, 48000, 1), sixteen, none);
    CHECK(*std::max_element(error.begin(), error.end()) <= 0.5);
    CHECK(*std::min_element(error.begin(), error.end()) >= -0.5);
}

TEST_CASE("dither: half a second into digital silence it is silent, and a sound wakes it", "[dither]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    for (const Noise noise : {tpdf, shaped}) {
        auto rig = rig_of(sixteen, noise, rate);
        const auto second = static_cast<std::size_t>(rate);
        rig.run({sine(997, -60, rate, 0.1)}, 64);
        const auto silent = rig.run({std::vector<float>(second)}, 64)[0];
        const auto sounds = [&](std::size_t from, std::size_t to) {
            return std::any_of(silent.begin() + static_cast<std::ptrdiff_t>(from),
                               silent.begin() + static_cast<std::ptrdiff_t>(to), [](float x) { return x != 0; });
        };
        CHECK(sounds(second / 2 - 100, second / 2 - 10));
        CHECK_FALSE(sounds(second / 2 + 1, second));
        const auto awake = rig.run({std::vector<float>(second / 10, 1e-9f)}, 64)[0];
        CHECK(std::any_of(awake.begin(), awake.end(), [](float x) { return x != 0; }));
    }
}

TEST_CASE("dither: blocks of any size give the same bits", "[dither]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const Sound in{sine(220, -3, rate, 0.1), sine(3331, -70, rate, 0.1)};
    for (const Noise noise : {tpdf, shaped}) {
        const auto reference = rig_of(sixteen, noise, rate, 2).run(in, 64);
        for (const int block : {1, 17, 1024}) CHECK(rig_of(sixteen, noise, rate, 2).run(in, block) == reference);
    }
}
