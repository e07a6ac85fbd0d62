// What a reverb keeps: the dry sound, its level, the sum of its sides, and peace when something changes.
#include "dsp/processors/reverb.h"
#include "tests/support/figures.h"
#include "tests/support/levels.h"
#include "tests/support/processor_rig.h"
#include "tests/support/rooms.h"
#include <random>

using namespace fohd;
using namespace fohd::test;

namespace {

constexpr dsp::ProcessorType reverb = dsp::type_of<dsp::ReverbProcessor>();

Sound noise(double rate, double seconds, int channels)
{
    std::mt19937 generator(4);
    std::uniform_real_distribution<float> any(-0.5f, 0.5f);
    Sound sound(static_cast<std::size_t>(channels), std::vector<float>(static_cast<std::size_t>(seconds * rate)));
    for (auto& row : sound)
        for (float& sample : row) sample = any(generator);
    return sound;
}

Sound clicks(double rate, double seconds, int channels)
{
    Sound sound(static_cast<std::size_t>(channels), std::vector<float>(static_cast<std::size_t>(seconds * rate)));
    for (auto& row : sound) row[0] = 1;
    return sound;
}

double octave_db(std::span<const float> sound, double hz, double rate)
{
    return 10 * std::log10(energy(octave_of(sound, hz, rate)));
}
} // namespace

TEST_CASE("reverb: the dry sound is exact")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const int block = GENERATE(1, 17, 64, 1024), channels = GENERATE(1, 2, 5);
    const Sound in = noise(rate, 0.2, channels);
    ProcessorRig dry(reverb, rate, channels, {{"mix", 0.f}});
    CHECK(dry.run(in, block) == in);
    // All of the reverb comes after the pre-delay.
    ProcessorRig half(reverb, rate, channels, {{"mix", 50.f}, {"pre_delay", 150.f}});
    const Sound out = half.run(in, block);
    const auto before = static_cast<std::size_t>(0.15 * rate);
    int wrong = 0;
    for (std::size_t c = 0; c < in.size(); ++c)
        for (std::size_t i = 0; i < before; ++i) wrong += out[c][i] != 0.5f * in[c][i];
    CHECK(wrong == 0);
    figure("reverb", "samples of the dry sound that differ from the input", at_most(0, ""), wrong);
}

TEST_CASE("reverb: the pre-delay moves all of it by whole frames")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto at = [&](float ms) {
        ProcessorRig rig(reverb, rate, 2, {{"mix", 100.f}, {"pre_delay", ms}, {"modulation", 0.f}});
        return rig.run(clicks(rate, 0.8, 2), 64)[0];
    };
    const auto early = at(10), late = at(250);
    const auto later = static_cast<std::size_t>(std::lround(0.24 * rate));
    float most = 0;
    for (std::size_t i = later; i < late.size(); ++i) most = std::max(most, std::abs(late[i] - early[i - later]));
    CHECK(most < 1e-6f);
    CHECK(std::all_of(late.begin(), late.begin() + static_cast<std::ptrdiff_t>(0.25 * rate),
                      [](float x) { return x == 0; }));
    // A plate of 15 m says its first echo after 0.013 of the way, 44 ms, give or take 6 %.
    ProcessorRig plate(reverb, rate, 2, {{"kind", 2.f}, {"mix", 100.f}, {"pre_delay", 100.f}});
    const auto heard = plate.run(clicks(rate, 0.2, 2), 64)[0];
    const auto first = std::find_if(heard.begin(), heard.end(), [](float x) { return x != 0; }) - heard.begin();
    CHECK(static_cast<double>(first) / rate - 0.1 == Approx(0.013 * 15 / 343).epsilon(0.06).margin(2 / rate));
}

TEST_CASE("reverb: blocks of any size give the same bits")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const int channels = GENERATE(1, 2, 5);
    const Sound in = noise(rate, 0.3, channels);
    for (const float kind : {0.f, 1.f, 2.f}) {
        const auto in_blocks = [&](int block) {
            ProcessorRig rig(reverb, rate, channels,
                             {{"kind", kind}, {"modulation", 100.f}, {"modulation_rate", 3.f}, {"pre_delay", 3.f}});
            return rig.run(in, block);
        };
        const auto reference = in_blocks(64);
        for (int block : {1, 17, 1024}) CHECK(in_blocks(block) == reference);
    }
}

// Of noise the wet sound has the power of the input at every decay and size, between the crossovers.
TEST_CASE("reverb: it is equally loud at every decay and size")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const int channels = GENERATE(1, 2, 5);
    const double click = octave_db(clicks(rate, 0.1, 1)[0], 1000, rate);
    for (const float decay : {200.f, 1000.f, 6000.f})
        for (const float size : {8.f, 15.f, 30.f}) {
            // The power of noise through a response is the response's energy; several settings are one mean of it.
            double power = 0;
            for (const float kind : {0.f, 1.f, 2.f}) {
                ProcessorRig rig(reverb, rate, channels,
                                 {{"kind", kind}, {"decay", decay}, {"size", size}, {"mix", 100.f}, {"early", -60.f}});
                Sound in = clicks(rate, static_cast<double>(decay) / 1000 + 0.3, channels);
                for (std::size_t c = 1; c < in.size(); ++c) in[c][0] = 0;
                const Sound out = rig.run(in, 64);
                for (const auto& row : out)
                    power += std::pow(10, octave_db(row, 1000, rate) / 10) / static_cast<double>(3);
            }
            // A click in one channel of many has their share of the power, and all of them hear it.
            const double level = 10 * std::log10(power) - click;
            INFO(channels << " channels, " << decay << " ms, " << size << " m at " << rate << ": " << level);
            CHECK(std::abs(level) < 1.5);
            figure("reverb", "level of the late sound, 0.2 to 6 s, 8 to 30 m: off 0 dB", at_most(1.5, "dB"),
                   std::abs(level));
        }
}

TEST_CASE("reverb: the sides are unlike, their sum keeps its level, and without width they are one")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    for (const float kind : {0.f, 1.f, 2.f}) {
        const Sound in = clicks(rate, 2.5, 2);
        ProcessorRig rig(reverb, rate, 2, {{"kind", kind}, {"mix", 100.f}});
        const Sound out = rig.run(in, 64);
        std::vector<float> sum = out[0];
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += out[1][i];
        for (const double hz : {125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0}) {
            const double apart =
                10 * std::log10(energy(octave_of(out[0], hz, rate)) + energy(octave_of(out[1], hz, rate)));
            const double off = octave_db(sum, hz, rate) - apart;
            INFO(kind << ", " << hz << " Hz at " << rate);
            CHECK(std::abs(off) < 3);
            figure("reverb", "sum of the sides, octaves 125 Hz to 8 kHz: off the sum of their powers", at_most(3, "dB"),
                   std::abs(off));
        }
        ProcessorRig narrow(reverb, rate, 2, {{"kind", kind}, {"mix", 100.f}, {"width", 0.f}});
        const Sound mono = narrow.run(in, 64);
        CHECK(mono[0] == mono[1]);
        const double wider = octave_db(out[0], 1000, rate) / 2 + octave_db(out[1], 1000, rate) / 2;
        CHECK(octave_db(mono[0], 1000, rate) == Approx(wider).margin(2));
    }
}

// Were the lines' lengths to glide instead, 440 Hz would sweep over two octaves on the way. Half a second round the change is heard.
TEST_CASE("reverb: a new size is a fade, not a swoop")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto tone = sine(440, -6, rate, 3);
    const auto change = static_cast<std::ptrdiff_t>(2 * rate);
    const auto part = [](std::span<const float> sound, double from, double to) {
        const auto begin = static_cast<std::size_t>(from), end = static_cast<std::size_t>(to);
        return sound.subspan(begin, end - begin);
    };
    const auto peak = [](std::span<const float> sound) {
        float most = 0;
        for (const float sample : sound) most = std::max(most, std::abs(sample));
        return static_cast<double>(most);
    };
    for (const auto& [from, to] : {std::pair{30.f, 3.f}, {3.f, 30.f}}) {
        ProcessorRig rig(reverb, rate, 1, {{"size", from}, {"mix", 100.f}, {"modulation", 0.f}});
        Sound out = rig.run({{tone.begin(), tone.begin() + change}}, 64);
        rig.set("size", to);
        const Sound after = rig.run({{tone.begin() + change, tone.end()}}, 64);
        out[0].insert(out[0].end(), after[0].begin(), after[0].end());
        const std::span heard(out[0]);
        const double at_rest =
            std::max(peak(part(heard, 1.5 * rate, 2 * rate)), peak(part(heard, 2.7 * rate, 3 * rate)));
        const double over = db(peak(part(heard, 2 * rate, 2.7 * rate)) / at_rest);
        const auto round = part(heard, 1.75 * rate, 2.5 * rate);
        const auto power = power_spectrum(std::vector<double>(round.begin(), round.end()));
        const auto octave_above = static_cast<std::ptrdiff_t>(880 / (rate / 2) * static_cast<double>(power.size()));
        double all = 0, stray = 0;
        for (const double bin : power) all += bin;
        for (auto bin = power.begin() + octave_above; bin != power.end(); ++bin) stray += *bin;
        INFO(from << " m to " << to << " m at " << rate << ": " << over << " dB over, strays "
                  << db(std::sqrt(stray / all)));
        CHECK(over < 3);
        CHECK(db(std::sqrt(stray / all)) < -50);
        figure("reverb", "440 Hz while 30 m become 3 m, or 3 m 30 m: peak above that at rest", at_most(3, "dB"), over);
        figure("reverb", "440 Hz while the size changes so: what lies above 880 Hz, of the whole", at_most(-50, "dB"),
               db(std::sqrt(stray / all)));
    }
}
