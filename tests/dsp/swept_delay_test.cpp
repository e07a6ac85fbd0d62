// Chorus and flanger: each voice is as late as set at every moment, and nothing is heard of how it is read.
#include "dsp/processors/chorus.h"
#include "dsp/processors/flanger.h"
#include "tests/support/figures.h"
#include "tests/support/processor_rig.h"
#include "tests/support/tones.h"
#include <random>

using namespace fohd;
using namespace fohd::test;

namespace {
constexpr dsp::ProcessorType chorus = dsp::type_of<dsp::ChorusProcessor>();
constexpr dsp::ProcessorType flanger = dsp::type_of<dsp::FlangerProcessor>();
constexpr double pi = std::numbers::pi;

double cosine_at(double hz, double seconds) { return 0.5 * std::cos(2 * pi * std::fmod(hz * seconds, 1.0)); }

std::vector<float> cosine(double hz, double rate, double seconds)
{
    std::vector<float> sound(static_cast<std::size_t>(seconds * rate));
    for (std::size_t i = 0; i < sound.size(); ++i)
        sound[i] = static_cast<float>(cosine_at(hz, static_cast<double>(i) / rate));
    return sound;
}

/// What is set, in seconds and turns.
struct Sweep {
    double hz, depth, delay;
    double late(double seconds, double turns) const
    {
        return delay + depth / 2 * (1 + std::sin(2 * pi * (hz * seconds - turns)));
    }
};

/// Level in dB, against the tone, of all that is not the mean of the voices as theory has it. `turns`: of each voice.
double error_of(const std::vector<float>& heard, double tone, const Sweep& sweep, const std::vector<double>& turns,
                double rate)
{
    double wrong = 0, whole = 0;
    for (std::size_t i = static_cast<std::size_t>(rate / 10); i < heard.size(); ++i) {
        const double now = static_cast<double>(i) / rate;
        double expected = 0;
        for (const double voice : turns)
            expected += cosine_at(tone, now - sweep.late(now + 1 / rate, voice)) / static_cast<double>(turns.size());
        wrong += std::pow(static_cast<double>(heard[i]) - expected, 2);
        whole += 0.125;
    }
    return 10 * std::log10(wrong / whole);
}

std::vector<float> noise_of(double seconds, double rate, unsigned seed)
{
    std::mt19937 generator(seed);
    std::uniform_real_distribution<float> any(-1, 1);
    std::vector<float> sound(static_cast<std::size_t>(seconds * rate));
    for (float& x : sound) x = any(generator);
    return sound;
}

double energy(std::span<const float> sound)
{
    double sum = 0;
    for (float x : sound) sum += static_cast<double>(x) * static_cast<double>(x);
    return sum;
}

/// Of an impulse response, from the end by Horner.
std::complex<double> response(const std::vector<float>& heard, double hz, double rate)
{
    const auto z = std::polar(1.0, -2 * pi * hz / rate);
    double re = 0, im = 0;
    for (std::size_t i = heard.size(); i-- > 0;) {
        const double next = re * z.real() - im * z.imag() + static_cast<double>(heard[i]);
        im = im * z.real() + re * z.imag();
        re = next;
    }
    return {re, im};
}

std::vector<float> impulse_through(const dsp::ProcessorType& type, const ProcessorRig::Values& values, double rate,
                                   double seconds)
{
    std::vector<float> in(static_cast<std::size_t>(seconds * rate));
    in[0] = 1;
    return ProcessorRig(type, rate, 1, values).run({in}, 64)[0];
}
} // namespace

// The tone that comes out is the tone that went in, later by what is set: rate, depth, delay and the quadrature of the sides
// are in it, and what the interpolator adds is all that is left. A sweep 0.1 % too fast leaves -40 dB.
TEST_CASE("chorus, flanger: at every moment as late as set, the right side a quarter of a sweep behind", "[swept]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const bool is_chorus = GENERATE(true, false);
    const auto [tone, asked] = GENERATE(table<double, double>({{1000, -75}, {5000, -65}, {10000, -50}}));
    const Sweep sweep = is_chorus ? Sweep{0.7, 0.006, 0.010} : Sweep{1.3, 0.003, 0.0005};
    ProcessorRig::Values values{{"rate", static_cast<float>(sweep.hz)},
                                {"depth", static_cast<float>(1000 * sweep.depth)},
                                {"delay", static_cast<float>(1000 * sweep.delay)},
                                {"mix", 100.f}};
    if (is_chorus) values.emplace_back("voices", 0.f);
    const auto& type = is_chorus ? chorus : flanger;
    ProcessorRig rig(type, rate, 2, values);
    const auto sound = cosine(tone, rate, 1.6);
    const auto out = rig.run({sound, sound}, 64);
    for (std::size_t side = 0; side < 2; ++side) {
        const double error = error_of(out[side], tone, sweep, {side == 1 ? 0.25 : 0.0}, rate);
        INFO(type.id << ", " << tone << " Hz, side " << side << " at " << rate);
        CHECK(error < asked);
        figure(type.id,
               "a voice of " + std::to_string(static_cast<int>(tone / 1000)) +
                   " kHz, later by rate, depth and delay as set: all else",
               at_most(asked, "dB"), error);
    }
}

TEST_CASE("chorus: voices are spread over a sweep, and those of the right lie between", "[swept]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const int voices = GENERATE(2, 3, 4, 5, 8);
    const Sweep sweep{0.7, 0.004, 0.012};
    ProcessorRig rig(chorus, rate, 2, {{"rate", 0.7f}, {"mix", 100.f}, {"voices", static_cast<float>(voices - 1)}});
    const auto sound = cosine(1000, rate, 1.6);
    const auto out = rig.run({sound, sound}, 64);
    for (std::size_t side = 0; side < 2; ++side) {
        std::vector<double> turns;
        for (int v = 0; v < voices; ++v) turns.push_back((v + (side == 1 ? 0.5 : 0)) / voices);
        const double error = error_of(out[side], 1000, sweep, turns, rate);
        INFO(voices << " voices, side " << side << " at " << rate);
        CHECK(error < -75);
        figure("chorus", "2 to 8 voices of 1 kHz, each as set: all else", at_most(-75, "dB"), error);
    }
}

TEST_CASE("chorus, flanger: the treble stays", "[swept]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const bool is_chorus = GENERATE(true, false);
    const auto [tone, asked] = GENERATE(table<double, double>({{10000, 0.05}, {12000, 0.15}, {16000, 1.3}}));
    ProcessorRig::Values values{{"rate", 0.3f}, {"depth", 2.f}, {"mix", 100.f}};
    if (is_chorus) values.emplace_back("voices", 0.f);
    const auto& type = is_chorus ? chorus : flanger;
    const auto heard = ProcessorRig(type, rate, 1, values).run({cosine(tone, rate, 2)}, 64)[0];
    double most = 0;
    const auto window = static_cast<std::size_t>(rate / 500);
    for (std::size_t i = heard.size() / 4; i + window <= heard.size(); i += window)
        most = std::max(most, std::abs(10 * std::log10(energy(std::span(heard).subspan(i, window)) /
                                                       (0.125 * static_cast<double>(window)))));
    INFO(type.id << ", " << tone << " Hz at " << rate);
    CHECK(most < asked);
    figure(type.id, std::to_string(static_cast<int>(tone / 1000)) + " kHz at any fraction of a frame: change of level",
           at_most(asked, "dB"), most);
}

// 60 % of the sound and 40 % of a mean of voices: whatever their phases, 20 % is left.
TEST_CASE("chorus: neither a side nor the mono sum has a full notch at any moment", "[swept]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    double least = 0;
    for (double hz = 50; hz < 13000; hz *= std::exp2(1 / 3.0)) {
        const double tone = std::round(hz / 50) * 50; // whole periods in 20 ms
        ProcessorRig rig(chorus, rate, 2);
        const auto sound = cosine(tone, rate, 2.1);
        auto out = rig.run({sound, sound}, 64);
        const auto window = static_cast<std::size_t>(rate / 50);
        std::vector<float> sum(sound.size());
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = (out[0][i] + out[1][i]) / 2;
        out.push_back(sum);
        for (const auto& heard : out)
            for (std::size_t i = static_cast<std::size_t>(rate / 10); i + window <= sum.size(); i += window)
                least = std::min(least, 10 * std::log10(energy(std::span(heard).subspan(i, window)) /
                                                        (0.125 * static_cast<double>(window))));
    }
    CHECK(least > -14.1);
    figure("chorus", "left, right and their mono sum, 50 Hz to 12 kHz: lowest level in any 20 ms of a sweep",
           at_least(-14.1, "dB"), least);
}

TEST_CASE("flanger: standing still it is a comb, with feedback the one of theory", "[swept]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const float percent = GENERATE(0.f, -95.f, 50.f, 95.f), mix = GENERATE(50.f, -50.f);
    const double k = static_cast<double>(percent) / 100, frames = 96;
    const auto time = static_cast<float>(1000 * frames / rate);
    const auto heard =
        impulse_through(flanger, {{"depth", 0.f}, {"delay", time}, {"feedback", percent}, {"mix", mix}}, rate, 1.5);
    double worst = 0, deepest = -300;
    for (int n = 1; n < 40; n += 2) {
        const double hz = n * rate / frames / 4;
        const auto late = std::polar(1.0, -2 * pi * hz * frames / rate);
        const auto expected = 0.5 + static_cast<double>(mix) / 100 * std::sqrt(1 - k * k) * late / (1.0 - k * late);
        worst = std::max(worst, std::abs(response(heard, hz, rate) - expected) / std::abs(expected));
        if (n < 12) deepest = std::max(deepest, db(std::abs(response(heard, (n - 0.5) * rate / frames, rate))));
    }
    CHECK(worst < 0.005);
    figure("flanger", "-95 to 95 % of feedback, standing still: error of the response", at_most(0.5, "%"), 100 * worst);
    if (percent != 0 || mix < 0) return;
    CHECK(deepest < -60);
    figure("flanger", "no feedback: level in its notches", at_most(-60, "dB"), deepest);
}

// Sound that is read faster or slower keeps its level, and the level makes up for what k adds to noise: 1 / (1 - k^2). Peaks of
// the loop that the sweep stays at for a while may be up to 16 dB.
TEST_CASE("chorus, flanger: no sweep makes the loop grow, and after it comes silence, exactly", "[swept]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const float feedback = GENERATE(-95.f, 95.f), depth = GENERATE(0.1f, 3.f, 20.f), delay = GENERATE(0.2f, 2.f);
    ProcessorRig rig(flanger, rate, 1,
                     {{"rate", 20.f}, {"depth", depth}, {"delay", delay}, {"feedback", feedback}, {"mix", 100.f}});
    const auto sound = noise_of(2, rate, 3);
    const double gain = 10 * std::log10(energy(rig.run({sound}, 64)[0]) / energy(sound));
    INFO(feedback << " %, " << depth << " ms from " << delay << " ms at " << rate);
    CHECK(gain < 3);
    figure("flanger", "noise through 95 % of feedback, swept 20 times a second: gain", at_most(3, "dB"), gain);

    ProcessorRig soft(chorus, rate, 2, {{"feedback", 50.f}});
    soft.run({sound, sound}, 64);
    const auto tail = soft.run(Sound(2, std::vector<float>(static_cast<std::size_t>(3 * rate))), 64);
    for (const auto& side : tail) CHECK(energy(std::span(side).last(1000)) == 0);
}

TEST_CASE("chorus, flanger: blocks of any size give the same bits, even while everything glides", "[swept]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const bool is_chorus = GENERATE(true, false);
    const Sound in{noise_of(0.2, rate, 1), noise_of(0.2, rate, 2)};
    const auto in_blocks = [&](int block) {
        ProcessorRig rig(is_chorus ? chorus : flanger, rate, 2, {{"rate", 3.f}, {"feedback", 40.f}, {"delay", 1.f}});
        Sound out = rig.run(in, block);
        for (const auto& [id, value] : {std::pair{"rate", 11.f},
                                        {"depth", 9.f},
                                        {"delay", 17.f},
                                        {"feedback", 20.f},
                                        {"spread", 10.f},
                                        {"mix", 90.f}})
            rig.set(id, value);
        if (is_chorus) rig.set("voices", 6.f);
        const Sound more = rig.run(in, block);
        for (std::size_t c = 0; c < 2; ++c) out[c].insert(out[c].end(), more[c].begin(), more[c].end());
        return out;
    };
    const auto reference = in_blocks(64);
    for (int block : {1, 17, 1024}) CHECK(in_blocks(block) == reference);
}
