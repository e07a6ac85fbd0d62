// Phaser: notches where theory puts them, a sweep as set, and a loop that nothing can make grow.
#include "dsp/processors/phaser.h"
#include "tests/support/figures.h"
#include "tests/support/processor_rig.h"
#include "tests/support/tones.h"
#include <random>

using namespace fohd;
using namespace fohd::test;

namespace {
constexpr dsp::ProcessorType phaser = dsp::type_of<dsp::PhaserProcessor>();
constexpr double pi = std::numbers::pi;

std::vector<float> impulse_through(const ProcessorRig::Values& values, double rate, double seconds)
{
    std::vector<float> in(static_cast<std::size_t>(seconds * rate));
    in[0] = 1;
    return ProcessorRig(phaser, rate, 1, values).run({in}, 64)[0];
}

std::complex<double> response(const std::vector<float>& heard, double hz, double rate)
{
    const double c = std::cos(2 * pi * hz / rate), sn = std::sin(2 * pi * hz / rate);
    double re = 0, im = 0; // Horner, from the end
    for (std::size_t i = heard.size(); i-- > 0;) {
        const double next = re * c + im * sn + static_cast<double>(heard[i]);
        im = im * c - re * sn;
        re = next;
    }
    return {re, im};
}

/// Stages of the first order whose phase is -90 degrees at `centre`, by the bilinear transform.
std::complex<double> all_pass(double hz, double centre, int stages, double rate)
{
    return std::polar(1.0, -2 * stages * std::atan(std::tan(pi * hz / rate) / std::tan(pi * centre / rate)));
}

/// The frequency at which the two stages of a chain stand, every 5 ms, told by the phase of a tone that passes them alone.
std::vector<double> sweep_of(const std::vector<float>& heard, double hz, double rate)
{
    const auto window = static_cast<std::size_t>(rate / 200);
    std::vector<double> at;
    for (std::size_t i = 0; i + window <= heard.size(); i += window) {
        double turned = std::arg(tone_in(std::span(heard).subspan(i, window), hz, rate) *
                                 std::polar(1.0, -2 * pi * std::fmod(hz * static_cast<double>(i) / rate, 1.0)));
        if (turned > 0) turned -= 2 * pi; // two stages turn by 0 to -360 degrees
        at.push_back(rate / pi * std::atan(std::tan(pi * hz / rate) / std::tan(-turned / 4)));
    }
    return at;
}

std::vector<float> cosine(double hz, double rate, double seconds)
{
    std::vector<float> sound(static_cast<std::size_t>(seconds * rate));
    for (std::size_t i = 0; i < sound.size(); ++i)
        sound[i] = static_cast<float>(0.5 * std::cos(2 * pi * std::fmod(hz * static_cast<double>(i) / rate, 1.0)));
    return sound;
}

std::vector<float> noise_of(std::size_t frames, unsigned seed)
{
    std::mt19937 generator(seed);
    std::uniform_real_distribution<float> any(-1, 1);
    std::vector<float> sound(frames);
    for (float& x : sound) x = any(generator);
    return sound;
}

double energy(const std::vector<float>& sound)
{
    double sum = 0;
    for (float x : sound) sum += static_cast<double>(x) * static_cast<double>(x);
    return sum;
}
} // namespace

TEST_CASE("phaser: half as many notches as stages, each where theory puts it", "[phaser]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const int choice = GENERATE(0, 1, 2, 3, 4, 5), stages = 2 * (choice + 1);
    const float centre = GENERATE(100.f, 800.f, 4000.f);
    const auto heard =
        impulse_through({{"depth", 0.f}, {"centre", centre}, {"stages", static_cast<float>(choice)}}, rate, 0.2);
    INFO(stages << " stages at " << centre << " Hz, rate " << rate);

    int notches = 0; // on a grid of a 40th of an octave, in dB
    double before = 0, last = 0;
    for (double hz = 5; hz < 0.498 * rate; hz *= std::exp2(1 / 40.0)) {
        const double level = db(std::abs(response(heard, hz, rate)));
        notches += last < before && last < level && last < -12;
        before = last;
        last = level;
    }
    CHECK(notches == stages / 2);
    figure("phaser", "notches in excess of half the stages, or missing", at_most(0, ""),
           std::abs(notches - stages / 2));

    for (int n = 1; n <= stages / 2; ++n) {
        const double at =
            rate / pi *
            std::atan(std::tan(pi * static_cast<double>(centre) / rate) * std::tan((2 * n - 1) * pi / (2 * stages)));
        const double depth = db(std::abs(response(heard, at, rate)));
        CHECK(depth < -70);
        figure("phaser", "level at each notch, 2 to 12 stages, centre 100 Hz to 4 kHz", at_most(-70, "dB"), depth);
    }
}

TEST_CASE("phaser: sweeps as many octaves round the centre as set, as often as set, the right side later", "[phaser]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const int block = GENERATE(1, 17, 64, 1024);
    const double centre = GENERATE(300.0, 1500.0), octaves = GENERATE(1.0, 3.0), hz = 0.7, seconds = 4.2;
    ProcessorRig rig(phaser, rate, 2,
                     {{"rate", static_cast<float>(hz)},
                      {"depth", static_cast<float>(octaves)},
                      {"centre", static_cast<float>(centre)},
                      {"stages", 0.f},
                      {"mix", 100.f}});
    const double tone = std::round(centre / 200) * 200; // whole periods in 5 ms
    const auto sound = cosine(tone, rate, seconds);
    const auto out = rig.run({sound, sound}, block);
    for (std::size_t side = 0; side < 2; ++side) {
        const auto at = sweep_of(out[side], tone, rate);
        double worst = 0;
        for (std::size_t i = 4; i < at.size(); ++i) { // the first 20 ms are the tone's beginning
            const double turns =
                hz * (static_cast<double>(i) + 0.5) * std::floor(rate / 200) / rate - (side == 1 ? 0.25 : 0);
            worst = std::max(worst, std::abs(std::log2(at[i] / centre) - octaves / 2 * std::sin(2 * pi * turns)));
        }
        INFO(centre << " Hz, " << octaves << " octaves, side " << side << " at " << rate);
        CHECK(worst < 0.02);
        figure("phaser",
               "1 and 3 octaves round 300 Hz and 1.5 kHz, 0.7 a second for 4 s: farthest from the sweep as set",
               at_most(0.02, "octaves"), worst);
    }
}

TEST_CASE("phaser: feedback comes without delay, and makes peaks but not more of the whole", "[phaser]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const float percent = GENERATE(-95.f, -50.f, 50.f, 95.f), mix = GENERATE(100.f, -30.f);
    const int choice = GENERATE(0, 2, 5), stages = 2 * (choice + 1);
    const double k = static_cast<double>(percent) / 100, m = static_cast<double>(mix) / 100, centre = 2000;
    const auto heard = impulse_through({{"depth", 0.f},
                                        {"centre", static_cast<float>(centre)},
                                        {"stages", static_cast<float>(choice)},
                                        {"feedback", percent},
                                        {"mix", mix}},
                                       rate, 0.5);
    double worst = 0;
    for (double hz = 25; hz < 0.49 * rate; hz *= 1.13) {
        const auto shifted = all_pass(hz, centre, stages, rate);
        const auto expected = 1 - std::abs(m) + m * std::sqrt(1 - k * k) * shifted / (1.0 - k * shifted);
        worst = std::max(worst, std::abs(response(heard, hz, rate) - expected) / std::abs(expected));
    }
    INFO(percent << " % over " << stages << " stages at " << rate);
    CHECK(worst < 0.005);
    figure("phaser", "feedback of -95 to 95 %: error of the response against theory", at_most(0.5, "%"), 100 * worst);
}

// Each stage turns its input and its memory without lengthening them: what goes in comes out, and a loop of k amplifies by
// 1 / (1 - k)^2 at the most. Stages that are not normalised gain and lose while they are swept.
TEST_CASE("phaser: no sweep adds energy, and so no sweep makes the loop grow", "[phaser]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const float feedback = GENERATE(0.f, -95.f, 95.f), centre = GENERATE(200.f, 800.f, 8000.f);
    ProcessorRig rig(
        phaser, rate, 1,
        {{"rate", 20.f}, {"depth", 4.f}, {"centre", centre}, {"stages", 5.f}, {"feedback", feedback}, {"mix", 100.f}});
    auto sound = noise_of(static_cast<std::size_t>(rate), 5);
    sound.resize(static_cast<std::size_t>(1.5 * rate)); // and what rings on
    const double gain = 10 * std::log10(energy(rig.run({sound}, 64)[0]) / energy(sound));
    INFO(feedback << " % round " << centre << " Hz at " << rate);
    if (feedback == 0) {
        CHECK(gain == Approx(0).margin(0.001));
        figure("phaser", "noise through 12 stages, 4 octaves 20 times a second: change of its energy",
               at_most(0.001, "dB"), std::abs(gain));
        return;
    }
    const double most = 10 * std::log10(1 - 0.95 * 0.95) - 20 * std::log10(1 - 0.95);
    CHECK(gain < most);
    figure("phaser", "the same with 95 % of feedback", at_most(most, "dB"), gain);
}

TEST_CASE("phaser: blocks of any size give the same bits, and stages come while the sweep goes on", "[phaser]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const Sound in{noise_of(static_cast<std::size_t>(rate / 4), 1), noise_of(static_cast<std::size_t>(rate / 4), 2)};
    const auto in_blocks = [&](int block) {
        ProcessorRig rig(phaser, rate, 2, {{"rate", 3.f}, {"feedback", 70.f}, {"stages", 4.f}});
        return rig.run(in, block);
    };
    const auto reference = in_blocks(64);
    for (int block : {1, 17, 1024}) CHECK(in_blocks(block) == reference);

    // After a way through other stages the sweep stands where it would have stood.
    ProcessorRig away(phaser, rate, 2, {{"stages", 1.f}}), still(phaser, rate, 2, {{"stages", 1.f}});
    Sound other, stayed;
    for (float stages : {1.f, 5.f, 0.f, 1.f}) {
        away.set("stages", stages);
        other = away.run(in, 64);
        stayed = still.run(in, 64);
    }
    for (std::size_t c = 0; c < 2; ++c)
        for (std::size_t i = in[c].size() * 3 / 4; i < in[c].size(); i += 7)
            if (std::abs(other[c][i] - stayed[c][i]) > 1e-5f) FAIL("frame " << i);
}
