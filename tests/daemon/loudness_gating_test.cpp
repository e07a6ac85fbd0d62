// Integrated loudness and range as a list of all blocks would give them, and what is kept of them.
#include "daemon/loudness/energy.h"
#include "daemon/loudness/gating.h"
#include "daemon/loudness/meter.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <random>
#include <vector>

using namespace fohd;
using namespace fohd::daemon::loudness;

namespace {

/// ITU-R BS.1770-5 Annex 1, word for word: LUFS.
double integrated_of(std::vector<double> blocks)
{
    const auto mean = [&] {
        double sum = 0;
        for (double energy : blocks) sum += energy;
        return sum / static_cast<double>(blocks.size());
    };
    std::erase_if(blocks, [](double energy) { return energy < energy_of(-70); });
    const double gate = mean() / 10;
    std::erase_if(blocks, [&](double energy) { return energy < gate; });
    return static_cast<double>(lufs(mean()));
}

/// EBU Tech 3342, word for word: LU.
double range_of(std::vector<double> windows)
{
    std::erase_if(windows, [](double energy) { return energy < energy_of(-70); });
    double sum = 0;
    for (double energy : windows) sum += energy;
    const double gate = sum / static_cast<double>(windows.size()) / 100;
    std::erase_if(windows, [&](double energy) { return energy < gate; });
    std::ranges::sort(windows);
    const auto at = [&](double part) {
        return windows[static_cast<std::size_t>(std::lround(part * static_cast<double>(windows.size() - 1)))];
    };
    return 10 * std::log10(at(0.95) / at(0.10));
}

constexpr unsigned rate = 8000; // a fast test: what a block is does not depend on it

/// Mono noise at a level (dBFS) that is asked for every 50 ms.
std::vector<float> noise(double seconds, const std::function<double(double)>& level)
{
    std::mt19937 random(1);
    std::normal_distribution<double> any;
    std::vector<float> samples;
    double gain = 0;
    for (unsigned i = 0; i < static_cast<unsigned>(seconds * rate); ++i) {
        if (i % (rate / 20) == 0) gain = std::pow(10.0, level(static_cast<double>(i) / rate) / 20);
        samples.push_back(static_cast<float>(gain * any(random)));
    }
    return samples;
}

struct Programme {
    const char* name;
    std::vector<float> samples;
};

std::vector<Programme> programmes()
{
    std::mt19937 random(7);
    std::normal_distribution<double> step(0, 3);
    double drift = -30;
    return {{"a level that drifts", noise(90, [&](double) { return drift += step(random) - 0.05 * (drift + 30); })},
            {"speech with pauses",
             noise(60, [](double t) { return std::fmod(t, 2.7) < 1.9 ? -24 - std::fmod(7 * t, 9) : -62; })},
            {"beats that ring", noise(60, [](double t) { return -12 - 40 * std::fmod(t, 0.5); })},
            {"a quiet half and a loud one", noise(60, [](double t) { return t < 30 ? -31.5 : -22; })},
            {"a slow fade into silence", noise(60, [](double t) { return -20 - 1.2 * t; })}};
}
} // namespace

TEST_CASE("gating: integrated loudness within 0.01 LU of libebur128 with a list of all blocks", "[loudness]")
{
    for (const Programme& programme : programmes()) {
        Meter meter(1, rate);
        meter.push(programme.samples);
        ebur128_state* exact = ebur128_init(1, rate, EBUR128_MODE_I);
        ebur128_add_frames_float(exact, programme.samples.data(), programme.samples.size());
        double integrated = 0;
        ebur128_loudness_global(exact, &integrated);
        ebur128_destroy(&exact);
        INFO(programme.name);
        CHECK(meter.reading().integrated == Approx(integrated).margin(0.01));
    }
}

TEST_CASE("gating: the range within 0.03 LU of a list of libebur128's short-term readings, ten a second", "[loudness]")
{
    for (const Programme& programme : programmes()) {
        Meter meter(1, rate);
        meter.push(programme.samples);
        ebur128_state* exact = ebur128_init(1, rate, EBUR128_MODE_S);
        std::vector<double> windows;
        for (std::size_t at = 0; at + rate / 10 <= programme.samples.size(); at += rate / 10) {
            ebur128_add_frames_float(exact, programme.samples.data() + at, rate / 10);
            double now = 0;
            ebur128_loudness_shortterm(exact, &now);
            if (at + rate / 10 >= 3 * rate) windows.push_back(energy_of(now));
        }
        ebur128_destroy(&exact);
        INFO(programme.name);
        CHECK(meter.reading().range == Approx(range_of(windows)).margin(0.03));
    }
}

TEST_CASE("gating: a night of 100,000 blocks is as a list of them", "[loudness]")
{
    for (double spread : {1.0, 4.0, 9.0, 16.0}) {
        std::mt19937 random(3);
        std::normal_distribution<double> level(-27, spread);
        Gating gating;
        std::vector<double> energies;
        for (int i = 0; i < 100'000; ++i) {
            energies.push_back(energy_of(level(random)));
            gating.add_block(energies.back());
            gating.add_window(energies.back());
        }
        INFO("a spread of " << spread << " dB");
        CHECK(gating.integrated() == Approx(integrated_of(energies)).margin(0.005));
        CHECK(gating.range() == Approx(range_of(energies)).margin(0.02));
    }
}

TEST_CASE("gating: of a steady tone the level itself is read, not that of its class", "[loudness]")
{
    for (double level : {-69.999, -23.013, -23.0, -0.001, 29.99, 40.0}) {
        Gating gating;
        for (int i = 0; i < 1000; ++i) {
            CHECK(gating.add_block(energy_of(level)));
            CHECK(gating.add_window(energy_of(level)));
        }
        CHECK(gating.integrated() == Approx(level).margin(1e-4));
        CHECK(gating.range() == 0);
    }
}

TEST_CASE("gating: what lies a hair above the gates counts, and a hair below it does not", "[loudness]")
{
    Gating gating;
    CHECK_FALSE(gating.add_block(energy_of(-70.0001)));
    CHECK_FALSE(gating.add_block(0));
    CHECK(gating.integrated() == lowest);
    CHECK(gating.range() == 0);
    for (const double beside : {-0.001, 0.001}) {
        // 99 loud blocks and a quiet one at (99 + q) / 100 / 10 of a loud one's energy: q = 99 / 999.
        const double quiet = 99.0 / 999.0 * std::pow(10.0, beside / 10);
        Gating near_gate;
        std::vector<double> energies(99, energy_of(-20));
        energies.push_back(energy_of(-20) * quiet);
        for (double energy : energies) near_gate.add_block(energy);
        CHECK(near_gate.integrated() == Approx(integrated_of(energies)).margin(1e-4));
        CHECK((near_gate.integrated() < -20.01f) == (beside > 0));
    }
}

TEST_CASE("gating: kept as text, read and gone on with, it is as if never stopped, to the bit", "[loudness]")
{
    std::mt19937 random(5);
    std::normal_distribution<double> level(-30, 12);
    Gating whole, part;
    for (int restart = 0; restart < 5; ++restart) {
        for (int i = 0; i < 2000; ++i) {
            const double block = energy_of(level(random)), window = energy_of(level(random));
            for (Gating* gating : {&whole, &part}) {
                gating->add_block(block);
                gating->add_window(window);
            }
        }
        config::Integration saved;
        saved.channels = 2;
        part.save(saved);
        const auto read = config::read_loudness(config::loudness_text(saved));
        INFO(read.error);
        REQUIRE(read.integration);
        part = {};
        part.restore(*read.integration);
        config::Integration expected;
        expected.channels = 2;
        whole.save(expected);
        REQUIRE(*read.integration == expected);
        REQUIRE(part.integrated() == whole.integrated());
        REQUIRE(part.range() == whole.range());
    }
}

TEST_CASE("meter: one that goes on from another reads what it read, and counts what comes", "[loudness]")
{
    const auto loud = noise(20, [](double) { return -20; }), quiet = noise(20, [](double) { return -28; });
    Meter whole(1, rate), before(1, rate), after(1, rate);
    whole.push(loud), whole.push(quiet);
    before.push(loud);
    const auto untouched = after.changes();
    after.restore(before.integration());
    CHECK(after.changes() != untouched);
    CHECK(after.integration().blocks == before.integration().blocks);
    for (auto value : {&Reading::integrated, &Reading::range, &Reading::max_momentary, &Reading::max_shortterm})
        CHECK(after.reading().*value == before.reading().*value);
    CHECK(after.reading().max_truepeak == Approx(before.reading().max_truepeak).margin(1e-4));
    CHECK(after.reading().momentary == lowest); // nothing was heard yet
    after.push(quiet);
    // What it lacks are the 3 blocks and 29 windows that would hear both sides.
    CHECK(after.reading().integrated == Approx(whole.reading().integrated).margin(0.02));
    CHECK(after.reading().range == Approx(whole.reading().range).margin(0.2));
    CHECK(after.reading().max_shortterm == whole.reading().max_shortterm);
    after.reset();
    CHECK(after.integration() == Meter(1, rate).integration());
}

TEST_CASE("meter: it changes while something counts, and not in silence or a pause", "[loudness]")
{
    Meter meter(1, rate);
    const auto sound = noise(1, [](double) { return -20; });
    const std::vector<float> silence(rate);
    const auto changes_by = [&](const std::vector<float>& samples) {
        const auto before = meter.changes();
        meter.push(samples);
        return meter.changes() - before;
    };
    CHECK(changes_by(sound) > 0);
    CHECK(changes_by(silence) > 0); // blocks and windows that still hear the sound
    for (int second = 0; second < 3; ++second) meter.push(silence);
    CHECK(changes_by(silence) == 0);
    meter.pause(true);
    CHECK(changes_by(sound) == 0);
    meter.pause(false);
    const auto before = meter.changes();
    meter.reset();
    CHECK(meter.changes() != before);
}
