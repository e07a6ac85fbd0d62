// What is heard of a reverb's decay: how long, how dense, how even, and that it ends.
#include "dsp/processors/reverb.h"
#include "tests/support/figures.h"
#include "tests/support/levels.h"
#include "tests/support/processor_rig.h"
#include "tests/support/rooms.h"
#include <numeric>

using namespace fohd;
using namespace fohd::test;

namespace {

constexpr dsp::ProcessorType reverb = dsp::type_of<dsp::ReverbProcessor>();
constexpr std::array kinds{dsp::ReverbKind::room, dsp::ReverbKind::hall, dsp::ReverbKind::plate};

/// What a strip of so many channels says to a click in one of them.
Sound response(double rate, double seconds, ProcessorRig::Values values, int channels = 2, std::size_t clicked = 0)
{
    values.push_back({"mix", 100.f});
    ProcessorRig rig(reverb, rate, channels, values);
    Sound in(static_cast<std::size_t>(channels), std::vector<float>(static_cast<std::size_t>(seconds * rate)));
    in[clicked][0] = 1;
    return rig.run(in, 64);
}

/// T60 of an octave, in s, from eight channels and two sources: as a room is measured at several places, since the decay at one is as
/// uneven as noise.
double measured(double rate, double hz, double seconds, ProcessorRig::Values values)
{
    values.push_back({"early", -60.f});
    std::vector<std::vector<double>> places;
    for (const std::size_t source : {0u, 1u})
        for (const auto& place : response(rate, seconds, values, 8, source))
            places.push_back(octave_of(place, hz, rate));
    return decay_time(places, rate);
}

/// Late sound without its decay, one side: as even as noise, or not.
std::vector<double> evened(double rate, dsp::ReverbKind kind)
{
    const double decay = 1.8;
    const Sound heard = response(rate, 1.9,
                                 {{"kind", static_cast<float>(kind)},
                                  {"pre_delay", 0.f},
                                  {"decay", 1800.f},
                                  {"low_multiplier", 1.f},
                                  {"high_multiplier", 1.f},
                                  {"early", -60.f}});
    std::vector<double> even;
    for (std::size_t i = static_cast<std::size_t>(0.2 * rate); i < heard[0].size(); ++i)
        even.push_back(static_cast<double>(heard[0][i]) * std::pow(10, 3 * static_cast<double>(i) / rate / decay));
    return even;
}
} // namespace

TEST_CASE("reverb: it decays in the time that is set")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    for (const auto kind : kinds)
        for (const float decay : {0.1f, 0.3f, 1.0f, 1.8f, 5.0f, 20.0f}) {
            if (decay > 5 && (rate > 48000 || kind != dsp::ReverbKind::hall)) continue; // long to listen to
            for (const double hz : {500.0, 1000.0, 2000.0}) {
                const double asked = static_cast<double>(decay);
                const ProcessorRig::Values values{{"kind", static_cast<float>(kind)}, {"decay", 1000 * decay}};
                const double error = 100 * std::abs(measured(rate, hz, 1.1 * asked + 0.2, values) / asked - 1);
                INFO(static_cast<int>(kind) << ", " << asked << " s at " << hz << " Hz, " << rate);
                CHECK(error < 5);
                figure("reverb", "T60 at 500 Hz, 1 and 2 kHz, decays of 0.1 to 20 s: error", at_most(5, "%"), error);
            }
        }
}

TEST_CASE("reverb: below and above the crossovers it decays by the multipliers")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    for (const float times : {0.25f, 0.5f, 1.0f, 2.0f, 3.0f}) {
        const double asked = 2 * static_cast<double>(times);
        const double low = measured(rate, 63, 1.1 * asked + 0.5,
                                    {{"decay", 2000.f}, {"low_multiplier", times}, {"low_crossover", 400.f}});
        INFO("times " << times << " at " << rate);
        CHECK(100 * std::abs(low / asked - 1) < 12);
        figure("reverb", "T60 at 63 Hz, 0.25 to 3 times the decay below 400 Hz: error", at_most(12, "%"),
               100 * std::abs(low / asked - 1));
        if (times > 2) continue;
        const double high = measured(rate, 8000, 1.1 * asked + 0.5,
                                     {{"decay", 2000.f}, {"high_multiplier", times}, {"high_crossover", 2000.f}});
        CHECK(100 * std::abs(high / asked - 1) < 10);
        figure("reverb", "T60 at 8 kHz, 0.25 to 2 times the decay above 2 kHz: error", at_most(10, "%"),
               100 * std::abs(high / asked - 1));
    }
}

TEST_CASE("reverb: its lines are of sixteen lengths without a common period")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    for (const auto kind : kinds)
        for (double size = 3; size <= 30; size *= 1.02) {
            const auto coeffs = dsp::design_reverb({.kind = kind,
                                                    .size = size,
                                                    .pre_delay = 0,
                                                    .decay = 2,
                                                    .low_multiplier = 1,
                                                    .high_multiplier = 1,
                                                    .low_crossover = 200,
                                                    .high_crossover = 5000,
                                                    .diffusion = 1,
                                                    .modulation = 0,
                                                    .modulation_rate = 1,
                                                    .width = 1,
                                                    .early = 1,
                                                    .late = 1,
                                                    .mix = 1},
                                                   rate, 2);
            std::vector<int> lengths;
            for (const float line : coeffs.taps.line) lengths.push_back(static_cast<int>(line));
            for (std::size_t a = 0; a < lengths.size(); ++a)
                for (std::size_t b = 0; b < a; ++b)
                    if (std::gcd(lengths[a], lengths[b]) != 1) FAIL_CHECK(lengths[a] << " and " << lengths[b]);
            CHECK(std::ranges::max(lengths) < dsp::longest_reverb_line * rate);
        }
}

TEST_CASE("reverb: single echoes become one sound")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    for (const auto kind : kinds) {
        const auto heard = response(rate, 0.6, {{"kind", static_cast<float>(kind)}, {"pre_delay", 0.f}})[0];
        double dense = 0.02;
        while (dense < 0.5 && echo_density(heard, dense, rate) < 1) dense += 0.005;
        const double soon = kind == dsp::ReverbKind::plate ? 0.1 : 0.2;
        INFO(static_cast<int>(kind) << " at " << rate);
        CHECK(dense <= soon);
        double mean = 0;
        int count = 0;
        for (double at = 0.25; at < 0.55; at += 0.01, ++count) mean += echo_density(heard, at, rate);
        CHECK(mean / count > 0.95);
        if (kind == dsp::ReverbKind::plate)
            figure("reverb", "plate: echo density 1 (Abel and Huang) after", at_most(100, "ms"), 1000 * dense);
        else
            figure("reverb", "room and hall: echo density 1 (Abel and Huang) after", at_most(200, "ms"), 1000 * dense);
        figure("reverb", "mean echo density from 0.25 s on", at_least(0.95, ""), mean / count);
    }
}

// Noise of as many frames is like itself to 0.02, and the loudest of as many of its bins is 10 dB above their mean. A comb, whose
// echoes return as they were, has 0.9; one mode that outlives the others stands 30 dB out.
TEST_CASE("reverb: no period, and no mode that stands out")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    for (const auto kind : kinds) {
        const auto even = evened(rate, kind);
        const auto some = static_cast<std::size_t>(0.5 * rate);
        const double likeness = longest_likeness(std::span(even).first(some), rate);
        INFO(static_cast<int>(kind) << " at " << rate);
        CHECK(likeness < 0.2);
        figure("reverb", "likeness of the late sound to itself 1 to 150 ms later", at_most(0.2, ""), likeness);
        const auto power = power_spectrum(std::span(even).last(static_cast<std::size_t>(1.5 * rate)));
        const double bin = rate / 2 / static_cast<double>(power.size());
        const auto neighbours = static_cast<std::size_t>(100 / bin);
        double highest = 0;
        for (auto i = static_cast<std::size_t>(200 / bin); static_cast<double>(i) * bin < 5000; ++i) {
            double mean = 0;
            for (std::size_t k = i - neighbours; k <= i + neighbours; ++k) mean += power[k];
            highest = std::max(highest, power[i] * static_cast<double>(2 * neighbours + 1) / mean);
        }
        CHECK(10 * std::log10(highest) < 20);
        figure("reverb", "loudest mode above the mean of its neighbours", at_most(20, "dB"), 10 * std::log10(highest));
    }
}

TEST_CASE("reverb: it ends in silence, exactly, and begins anew as it began")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const int block = GENERATE(1, 17, 64, 1024);
    const auto frames = static_cast<std::size_t>(4 * rate);
    for (const float decay : {100.f, 500.f}) {
        ProcessorRig rig(reverb, rate, 2, {{"decay", decay}, {"modulation", 0.f}, {"mix", 100.f}});
        Sound in(2, std::vector<float>(frames));
        for (auto& row : in) std::ranges::copy(sine(330, -6, rate, 0.1), row.begin());
        const Sound first = rig.run(in, block), again = rig.run(in, block);
        for (std::size_t c = 0; c < 2; ++c) {
            CHECK(std::any_of(first[c].begin(), first[c].end(), [](float x) { return x != 0; }));
            int wrong = 0, small = 0;
            const auto end =
                static_cast<std::size_t>(rate * (static_cast<double>(decay) / 1000 * 200 / 60 * 1.3 + 0.8));
            for (std::size_t i = 0; i < frames; ++i) {
                wrong += i >= end && first[c][i] != 0;
                small += first[c][i] != 0 && std::abs(first[c][i]) < 1e-30f;
            }
            CHECK(wrong == 0);
            CHECK(small == 0);
            CHECK(first[c] == again[c]);
            figure("reverb", "samples that are not 0 after the tail has fallen below -200 dBFS", at_most(0, ""), wrong);
            figure("reverb", "denormal samples in a tail", at_most(0, ""), small);
        }
    }
}
