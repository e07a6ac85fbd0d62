// The kernel of all linear filters: what is heard is what was designed, exactly repeatable, quiet, and calm while it is moved.
#include "tests/support/figures.h"
#include "tests/support/sections.h"
#include <catch2/catch.hpp>
#include <random>

using namespace fohd::dsp;
using namespace fohd::dsp::test;

namespace {
std::vector<float> noise(std::size_t count)
{
    std::mt19937 generator(1);
    std::uniform_real_distribution<float> any(-0.5f, 0.5f);
    std::vector<float> sound(count);
    for (auto& x : sound) x = any(generator);
    return sound;
}

std::vector<float> sine(std::size_t count, double hz, double rate)
{
    std::vector<float> sound(count);
    for (std::size_t i = 0; i < count; ++i)
        sound[i] = 0.5f * float(std::sin(2 * std::numbers::pi * hz * double(i) / rate));
    return sound;
}
} // namespace

TEST_CASE("the impulse response of the kernel is that of the design")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto type = static_cast<BandType>(GENERATE(range(0, 9)));
    const std::array bands{design_band(type, 200, 9, 2, rate), design_band(type, 3000, -9, 0.5, rate),
                           design_band(type, 15000, 6, 1, rate)};
    for (const Kernels* kernels : usable_kernels()) {
        LaneRig rig(*kernels, "sections", 3);
        rig.aim(0, bands, 0);
        std::vector<float> sound(1 << 14);
        sound[0] = 1;
        rig.run(sound, max_block);
        for (double hz = 20; hz < 0.49 * rate; hz *= 1.3) {
            CAPTURE(kernels->isa, int(type), hz);
            const Complex designed = response(bands, hz, rate);
            CHECK(std::abs(spectrum(sound, hz, rate) - designed) < 1e-5 * (1 + std::abs(designed)));
        }
    }
}

TEST_CASE("at rest every block size gives the same bits")
{
    const int size = GENERATE(1, 4, 8);
    std::vector<Section> bands;
    for (int i = 0; i < size; ++i) bands.push_back(design_band(BandType::bell, 60 << i, 6, 1, 48000));
    std::vector<float> first;
    for (const Kernels* kernels : usable_kernels())
        for (int block : {64, 17, 1}) {
            LaneRig rig(*kernels, "sections", size);
            rig.aim(0, bands, 0);
            auto sound = noise(3 * 1024);
            rig.run(sound, block);
            if (first.empty()) first = sound;
            CHECK(sound == first);
        }
}

TEST_CASE("low bands at high rates are exact to -120 dB")
{
    const double hz = GENERATE(10.0, 30.0), rate = GENERATE(96000.0, 192000.0);
    const double a = std::pow(10, 12.0 / 40), g = std::tan(std::numbers::pi * hz / rate), k = 1 / a;
    LaneRig rig(*usable_kernels().back(), "sections", 1);
    rig.aim(0, trapezoidal_section(g, k, 1, k * a * a, 1), 0);
    auto sound = noise(std::size_t(2 * rate));
    double band = 0, low = 0, error = 0, power = 0;
    std::vector<double> exact;
    for (double x : sound) { // Zavalishin's own form, in double
        const double v1 = (band + g * (x - low)) / (1 + g * (g + k)), v2 = low + g * v1;
        band = 2 * v1 - band, low = 2 * v2 - low;
        exact.push_back(x + k * (a * a - 1) * v1);
    }
    rig.run(sound, max_block);
    for (std::size_t i = 0; i < sound.size(); ++i) {
        error += std::pow(sound[i] - exact[i], 2);
        power += exact[i] * exact[i];
    }
    INFO(10 * std::log10(error / power));
    CHECK(10 * std::log10(error / power) < -120);
}

TEST_CASE("a band swept over ten octaves leaves no zipper")
{
    // A 100 Hz tone under a narrow bell that travels from 20 Hz to 20 kHz in 2 s, in steps of 20 ms as a knob sends them. What
    // such a slow change may add lies near 100 Hz; everything above 2 kHz is zipper noise.
    const double rate = 48000;
    const auto zipper_dbfs = [&](int glide) {
        LaneRig rig(*usable_kernels().back(), "sections", 1);
        auto sound = sine(96000, 100, rate);
        for (std::size_t at = 0; at < sound.size(); at += 960) {
            const double hz = 20 * std::pow(1000, double(at) / double(sound.size()));
            rig.aim(0, design_band(BandType::bell, hz, 12, 4, rate), at == 0 ? 0 : glide);
            rig.run(std::span(sound).subspan(at, 960), max_block);
        }
        double highest = 0;
        const std::size_t window = 4800;
        for (std::size_t at = 0; at + window <= sound.size(); at += window / 2) {
            std::vector<float> part(sound.begin() + std::ptrdiff_t(at), sound.begin() + std::ptrdiff_t(at + window));
            for (std::size_t i = 0; i < window; ++i) { // Blackman-Harris: side lobes below -92 dB
                const double t = 2 * std::numbers::pi * double(i) / double(window);
                part[i] *=
                    float((0.35875 - 0.48829 * std::cos(t) + 0.14128 * std::cos(2 * t) - 0.01168 * std::cos(3 * t)) /
                          0.35875);
            }
            for (double hz = 2000; hz < 20000; hz *= 1.1)
                highest = std::max(highest, std::abs(spectrum(part, hz, rate)) * 2 / double(window));
        }
        return to_db(highest);
    };
    const double gliding = zipper_dbfs(960), jumping = zipper_dbfs(0);
    INFO(gliding << " dBFS gliding, " << jumping << " dBFS in steps");
    CHECK(gliding < -110);
    fohd::test::figure("eq", "a bell swept over ten octaves in 2 s beside a tone of 100 Hz: zipper noise above 2 kHz",
                       fohd::test::at_most(-110, "dBFS"), gliding);
    CHECK(jumping > -100); // so the measure does tell
}

TEST_CASE("any two designs may be mixed: a glide never bursts")
{
    // Without input the state of a section only shrinks, whatever the coefficients do. Here it is thrown about the whole range.
    std::mt19937 generator(7);
    std::uniform_real_distribution<double> octaves(0, 10.9), gain(-30, 30), q(-5, 5);
    LaneRig rig(*usable_kernels().back(), "sections", 1);
    for (int i = 0; i < 500; ++i) {
        const auto type = static_cast<BandType>(generator() % 9);
        rig.aim(0,
                design_band(type, 10 * std::exp2(octaves(generator)), gain(generator), std::exp2(q(generator)), 48000),
                64);
        auto sound = noise(96);
        rig.run(sound, 64);
        for (float x : sound) REQUIRE(std::abs(x) < 200); // the highest gain is 32, and narrow resonances may be struck
    }
}

TEST_CASE("a pair goes to middle and side and back")
{
    for (const Kernels* kernels : usable_kernels()) {
        const auto left = noise(200), right = sine(200, 1000, 48000);
        auto middle = left, side = right;
        LaneRig encode(*kernels, "pair_mix", 0), decode(*kernels, "pair_mix", 0);
        encode.aim(0, to_middle, 0), encode.aim(1, to_side, 0);
        decode.aim(0, to_left, 0), decode.aim(1, to_right, 0);
        encode.run(middle, side, 64);
        CHECK(middle[7] == Approx((left[7] + right[7]) / 2));
        CHECK(side[7] == Approx((left[7] - right[7]) / 2));
        decode.run(middle, side, 64);
        for (std::size_t i = 0; i < left.size(); ++i) {
            CHECK(middle[i] == Approx(left[i]).margin(1e-7));
            CHECK(side[i] == Approx(right[i]).margin(1e-7));
        }
    }
}
