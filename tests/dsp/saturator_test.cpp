// Saturator: the harmonics that its curve predicts, and next to nothing beside them.
#include "dsp/processors/saturator.h"
#include "tests/support/figures.h"
#include "tests/support/processor_rig.h"
#include "tests/support/tones.h"

using namespace fohd;
using namespace fohd::test;

namespace {
constexpr dsp::ProcessorType saturator = dsp::type_of<dsp::SaturatorProcessor>();
using Shape = dsp::SaturatorShape;
constexpr Shape every_shape[] = {Shape::tape, Shape::tube, Shape::soft, Shape::hard, Shape::fold};

float index(Shape shape) { return static_cast<float>(shape); }

/// A steady sine, heard once everything before it has gone: a tenth of a second of it.
std::vector<float> steady(ProcessorRig::Values values, double hz, double level_db, double rate, int block = 64)
{
    ProcessorRig rig(saturator, rate, 1, values);
    const auto out = rig.run({sine(hz, level_db, rate, 1.1)}, block)[0];
    return {out.end() - static_cast<std::ptrdiff_t>(rate / 10), out.end()};
}

/// The amplitude of a harmonic of the curve itself, by its Fourier integral.
double predicted(Shape shape, double peak, double bias, int harmonic)
{
    constexpr int points = 1 << 14;
    std::complex<double> sum = 0;
    for (int i = 0; i < points; ++i) {
        const double phase = 2 * std::numbers::pi * i / points;
        sum += dsp::saturated(shape, peak * std::sin(phase), bias) * std::polar(2.0 / points, -harmonic * phase);
    }
    return std::abs(sum);
}
} // namespace

TEST_CASE("saturator: at 36 dB of drive no aliased partial of a 5 kHz tone is above -75 dBc below 18 kHz",
          "[saturator]")
{
    for (const double rate : {44100.0, 48000.0, 96000.0})
        for (const Shape shape : every_shape)
            for (const float bias : {0.0f, 0.3f}) {
                const auto out = steady({{"drive", 36.f}, {"shape", index(shape)}, {"bias", bias}}, 5000, 0, rate);
                double carrier = 0, worst = 0, where = 0;
                for (double hz = 100; hz < 18000 * std::min(1.0, rate / 48000); hz += 100) {
                    const double level = std::abs(tone_in(out, hz, rate));
                    const bool harmonic = std::fmod(hz, 5000) < 1;
                    if (harmonic) carrier = std::max(carrier, level);
                    if (!harmonic && level > worst) worst = level, where = hz;
                }
                INFO(dsp::SaturatorProcessor::shapes[static_cast<std::size_t>(shape)]
                     << " at " << rate << " Hz, bias " << bias << ": " << db(worst / carrier) << " dBc at " << where
                     << " Hz");
                CHECK(db(worst / carrier) < -75);
                figure("saturator",
                       "5 kHz at 36 dB of drive, " +
                           std::string(dsp::SaturatorProcessor::shapes[static_cast<std::size_t>(shape)]) +
                           ": highest aliased partial below 18 kHz",
                       at_most(-75, "dBc"), db(worst / carrier));
            }
}

TEST_CASE("saturator: harmonics are those of the curve, within 0.1 dB", "[saturator]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto [drive, bias] = GENERATE(table<float, float>({{0.f, 0.f}, {12.f, 0.f}, {12.f, 0.4f}, {30.f, -0.2f}}));
    for (const Shape shape : every_shape) {
        const auto out = steady({{"drive", drive}, {"shape", index(shape)}, {"bias", bias}}, 500, -3, rate);
        const double peak = static_cast<double>(amplitude(static_cast<double>(drive) - 3));
        for (int harmonic = 1; harmonic <= 9; ++harmonic) {
            const double expected = predicted(shape, peak, static_cast<double>(bias), harmonic);
            INFO(dsp::SaturatorProcessor::shapes[static_cast<std::size_t>(shape)] << " harmonic " << harmonic);
            if (expected < 1e-3) continue;
            const double error = db(std::abs(tone_in(out, 500 * harmonic, rate)) / expected);
            CHECK(error == Approx(0).margin(0.1));
            figure("saturator", "harmonics 1 to 9 of 500 Hz against the curve's own: error", at_most(0.1, "dB"),
                   std::abs(error));
        }
        double mean = 0; // no direct current is left
        for (float x : out) mean += static_cast<double>(x) / static_cast<double>(out.size());
        CHECK(std::abs(mean) < 1e-3);
    }
}

TEST_CASE("saturator: a small sound keeps its level and arrives with the dry one", "[saturator]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    for (const Shape shape : every_shape)
        for (const double hz : {50.0, 1000.0, 0.25 * rate, 0.375 * rate}) {
            ProcessorRig wet(saturator, rate, 1, {{"drive", 0.f}, {"shape", index(shape)}}),
                dry(saturator, rate, 1, {{"drive", 0.f}, {"shape", index(shape)}, {"mix", 0.f}});
            const auto heard =
                tone_through(wet, {0.001f}, hz, rate, 1)[0] / tone_through(dry, {0.001f}, hz, rate, 1)[0];
            INFO(dsp::SaturatorProcessor::shapes[static_cast<std::size_t>(shape)] << " " << hz << " Hz of " << rate);
            CHECK(db(std::abs(heard)) == Approx(0).margin(0.1));
            CHECK(std::abs(std::arg(heard)) < (shape == Shape::tube && hz < 100 ? 0.2 : 0.01)); // its DC blocker's 5 Hz
        }
}

TEST_CASE("saturator: mix, tone and auto gain are what they say", "[saturator]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto in = sine(997, -6, rate, 0.2);
    const auto dry = ProcessorRig(saturator, rate, 1, {{"drive", 30.f}, {"mix", 0.f}}).run({in}, 64)[0];
    CHECK(std::equal(in.begin(), in.end() - dsp::curve_latency, dry.begin() + dsp::curve_latency));

    const auto level = [&](float tone, double hz) {
        ProcessorRig rig(saturator, rate, 1, {{"drive", 0.f}, {"tone", tone}});
        return db(std::abs(tone_through(rig, {0.001f}, hz, rate, 1)[0]) / 0.001);
    };
    CHECK(level(100, 50) == Approx(-6).margin(0.1));
    CHECK(level(100, 10000) == Approx(6).margin(0.3));
    CHECK(level(-50, 50) == Approx(3).margin(0.1));
    CHECK(level(100, 1000) == Approx(0).margin(0.1));

    for (const Shape shape : every_shape)
        for (const float drive : {0.0f, 12.0f, 36.0f}) {
            double squares = 0;
            const auto out = steady({{"drive", drive}, {"shape", index(shape)}, {"auto_gain", 1.f}}, 1000, -12, rate);
            for (float x : out) squares += static_cast<double>(x) * static_cast<double>(x);
            const double power = 10 * std::log10(squares / static_cast<double>(out.size()));
            CHECK(power == Approx(-15.05).margin(0.1));
            figure("saturator", "auto gain: error of the level of a sine of -12 dBFS", at_most(0.1, "dB"),
                   std::abs(power + 15.05));
        }
}

TEST_CASE("saturator: blocks of any size give the same bits", "[saturator]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const Sound in{sine(220, -3, rate, 0.1), sine(3331, -9, rate, 0.1)};
    for (const Shape shape : every_shape) {
        const auto in_blocks = [&](int block) {
            return ProcessorRig(
                       saturator, rate, 2,
                       {{"drive", 24.f}, {"shape", index(shape)}, {"bias", 0.2f}, {"tone", 40.f}, {"mix", 70.f}})
                .run(in, block);
        };
        const auto reference = in_blocks(64);
        for (int block : {1, 17, 1024}) {
            const bool same = in_blocks(block) == reference;
            CHECK(same);
        }
    }
}
