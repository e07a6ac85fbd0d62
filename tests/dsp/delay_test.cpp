#include "dsp/processors/delay.h"
#include "tests/support/figures.h"
#include "tests/support/levels.h"
#include "tests/support/processor_rig.h"
#include <complex>

using namespace fohd;
using namespace fohd::test;

namespace {

constexpr dsp::ProcessorType delay = dsp::type_of<dsp::DelayProcessor>();

std::vector<float> impulse(double rate, double seconds)
{
    std::vector<float> sound(static_cast<std::size_t>(seconds * rate));
    sound[0] = 1;
    return sound;
}

std::complex<double> response(const std::vector<float>& impulse_response, double hz, double rate)
{
    std::complex<double> sum;
    for (std::size_t i = 0; i < impulse_response.size(); ++i)
        sum += static_cast<double>(impulse_response[i]) *
               std::polar(1.0, -2 * std::numbers::pi * hz * static_cast<double>(i) / rate);
    return sum;
}
} // namespace

TEST_CASE("delay: whole frames are exact, at every block size")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const int block = GENERATE(1, 17, 64, 1024);
    for (const std::size_t frames : {1u, 2u, 63u, 64u, 1632u, 11025u}) {
        ProcessorRig rig(delay, rate, 2, {{"time", static_cast<float>(1000.0 * static_cast<double>(frames) / rate)}});
        const Sound in{sine(440, -6, rate, 0.4), sine(997, -3, rate, 0.4)};
        const Sound out = rig.run(in, block);
        for (std::size_t c = 0; c < 2; ++c) {
            CHECK(std::equal(out[c].begin() + static_cast<std::ptrdiff_t>(frames), out[c].end(), in[c].begin()));
            int wrong = 0;
            for (std::size_t i = frames; i < out[c].size(); ++i) wrong += out[c][i] != in[c][i - frames];
            figure("delay", "whole frames: samples that differ from the input", at_most(0, ""), wrong);
            CHECK(std::all_of(out[c].begin(), out[c].begin() + static_cast<std::ptrdiff_t>(frames),
                              [](float x) { return x == 0; }));
        }
    }
}

TEST_CASE("delay: fractions of a frame are within 0.001 dB and 0.0002 frames up to 0.4 of the rate")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const double frames = GENERATE(16.5, 20.25, 100.7, 1499.4, 30000.5);
    ProcessorRig rig(delay, rate, 1, {{"time", static_cast<float>(1000 * frames / rate)}});
    const double exact = static_cast<double>(static_cast<float>(1000 * frames / rate)) * rate / 1000;
    const auto heard = rig.run({impulse(rate, 0.8)}, 64)[0];
    for (double part = 0.002; part < 0.4; part += 0.037) {
        const auto h = response(heard, part * rate, rate) * std::polar(1.0, 2 * std::numbers::pi * part * exact);
        INFO("frames " << frames << " at " << part << " of the rate");
        const double late = std::arg(h) / (2 * std::numbers::pi * part);
        CHECK(db(std::abs(h)) == Approx(0).margin(0.001));
        CHECK(late == Approx(0).margin(0.0002));
        figure("delay", "fractions of a frame, to 0.4 of the rate: error of the level", at_most(0.001, "dB"),
               std::abs(db(std::abs(h))));
        figure("delay", "fractions of a frame, to 0.4 of the rate: error of the time", at_most(0.0002, "frames"),
               std::abs(late));
    }
}

TEST_CASE("delay: by distance through air of a temperature")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto [celsius, speed] = GENERATE(table<float, double>({{0.f, 331.3}, {20.f, 343.2}, {35.f, 351.9}}));
    ProcessorRig rig(delay, rate, 1, {{"distance", 34.32f}, {"temperature", celsius}});
    const auto heard = rig.run({impulse(rate, 0.3)}, 64)[0];
    const auto top = std::max_element(heard.begin(), heard.end()) - heard.begin();
    CHECK(static_cast<double>(top) / rate == Approx(34.32 / speed).epsilon(0.001));
    figure("delay", "34.32 m at 0, 20 and 35 °C: error", at_most(0.1, "%"),
           100 * std::abs(static_cast<double>(top) / rate * speed / 34.32 - 1));
}

TEST_CASE("delay: the longest time, 5 s")
{
    ProcessorRig rig(delay, 48000, 1, {{"time", 5000.f}});
    const auto heard = rig.run({impulse(48000, 5.1)}, 64)[0];
    CHECK(heard[240000] == 1);
}

TEST_CASE("delay: a new time fades over 20 ms, the newest wins, and nothing clicks")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    ProcessorRig rig(delay, rate, 1, {{"time", 10.f}});
    const auto in = sine(100, 0, rate, 1.0);
    const auto quarter = static_cast<std::ptrdiff_t>(in.size() / 4);
    std::vector<float> out;
    const auto run_quarter = [&](std::ptrdiff_t n) {
        const auto part = rig.run({{in.begin() + n * quarter, in.begin() + (n + 1) * quarter}}, 17)[0];
        out.insert(out.end(), part.begin(), part.end());
    };
    run_quarter(0);
    rig.set("time", 15.0f);
    run_quarter(1);
    rig.set("time", 40.0f);
    {
        const auto begin = in.begin() + 2 * quarter;
        const auto some = rig.run({{begin, begin + 100}}, 17)[0];
        rig.set("time", 30.0f);
        const auto more = rig.run({{begin + 100, begin + 200}}, 17)[0];
        rig.set("time", 1000.0f * 480 / static_cast<float>(rate));
        const auto rest = rig.run({{begin + 200, begin + quarter}}, 17)[0];
        for (const auto* part : {&some, &more, &rest}) out.insert(out.end(), part->begin(), part->end());
    }
    run_quarter(3);
    double steepest = 0;
    for (std::size_t i = static_cast<std::size_t>(rate / 50); i < out.size(); ++i)
        steepest = std::max(steepest, std::abs(static_cast<double>(out[i] - out[i - 1])));
    // The tone's own slope and that of a fade between two of its phases: 2 full scale with 1.5 / 20 ms at the most.
    CHECK(steepest < 2 * std::numbers::pi * 100 / rate + 2 * 1.5 / (0.02 * rate));
    CHECK(std::equal(out.end() - 1000, out.end(), in.begin() + 4 * quarter - 1000 - 480));
}

TEST_CASE("delay: echoes return by the feedback, through the cuts")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const int block = GENERATE(1, 17, 64, 1024);
    const std::size_t frames = 40; // less than a block
    const auto time = static_cast<float>(1000.0 * frames / rate);
    ProcessorRig plain(delay, rate, 1, {{"time", time}, {"feedback", 50.f}});
    const auto heard = plain.run({impulse(rate, 0.05)}, block)[0];
    for (std::size_t n = 1; n <= 6; ++n)
        CHECK(db(heard[n * frames]) == Approx(-6.0206 * static_cast<double>(n - 1)).margin(0.001));

    ProcessorRig cut(delay, rate, 1, {{"time", 100.f}, {"feedback", 50.f}, {"low_cut", 200.f}, {"high_cut", 4000.f}});
    const auto filtered = cut.run({impulse(rate, 0.295)}, block)[0];
    const auto second = std::vector(filtered.begin() + static_cast<std::ptrdiff_t>(0.199 * rate), filtered.end());
    CHECK(db(std::abs(response(second, 200, rate))) == Approx(-6.02 - 3.01).margin(0.1));
    CHECK(db(std::abs(response(second, 900, rate))) == Approx(-6.02).margin(0.1));
    CHECK(db(std::abs(response(second, 4000, rate))) == Approx(-6.02 - 3.01).margin(0.1));
}

TEST_CASE("delay: ping-pong echoes change sides; mix keeps the sound")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const std::size_t frames = 480;
    ProcessorRig rig(
        delay, rate, 2,
        {{"time", static_cast<float>(1000.0 * frames / rate)}, {"feedback", 50.f}, {"ping_pong", 1.f}, {"mix", 25.f}});
    Sound in{impulse(rate, 0.1), impulse(rate, 0.1)};
    const auto out = rig.run(in, 64);
    CHECK(out[0][0] == 0.75f);
    CHECK(out[1][0] == 0.75f);
    for (std::size_t n = 1; n <= 4; ++n) {
        CHECK(out[n % 2 ? 0 : 1][n * frames] == Approx(0.25 * std::pow(0.5, n - 1)));
        CHECK(out[n % 2 ? 1 : 0][n * frames] == 0);
    }
}

TEST_CASE("delay: blocks of any size give the same bits")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const Sound in{sine(220, -3, rate, 0.2), sine(331, -9, rate, 0.2)};
    const auto in_blocks = [&](int block) {
        ProcessorRig rig(delay, rate, 2,
                         {{"time", 0.7f}, {"feedback", 60.f}, {"ping_pong", 1.f}, {"low_cut", 100.f}, {"mix", 40.f}});
        return rig.run(in, block);
    };
    const auto reference = in_blocks(64);
    for (int block : {1, 17, 1024}) CHECK(in_blocks(block) == reference);
}

TEST_CASE("delay: cut echoes end in exact silence")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    ProcessorRig rig(delay, rate, 2,
                     {{"time", 20}, {"feedback", 50}, {"low_cut", 100}, {"high_cut", 6000}, {"mix", 50}});
    rig.run({sine(440, -6, rate, 1), sine(997, -3, rate, 1)}, 64);
    const std::vector<float> nothing(static_cast<std::size_t>(4 * rate));
    for (const auto& channel : rig.run({nothing, nothing}, 64))
        CHECK(std::all_of(channel.end() - 4800, channel.end(), [](float x) { return x == 0; }));
}
