#include "tests/support/automated_desk.h"
#include "tests/support/graph_rig.h"

#include <cmath>

using namespace fohd;
using namespace fohd::test;

namespace {

/// What goes in comes out.
constexpr const char* straight = "inputs: {vox: {sends: {main: {}}}}\n"
                                 "buses: {main: {channels: 1}}\n"
                                 "outputs: {foh: {from: main}}\n";

/// Everything that glides in its own way.
constexpr const char* rich = "inputs:\n"
                             "  vox:\n"
                             "    chain: [high_pass: {}, eq: {}, compressor: {threshold: -30 dB}]\n"
                             "    sends: {main: {}, hall: {level: -6 dB, tap: pre}}\n"
                             "buses:\n"
                             "  hall: {chain: [reverb: {}, delay: {time: 20 ms}], sends: {main: {}}}\n"
                             "  main: {chain: [eq: {}, saturator: {}, fader, limiter: {}]}\n"
                             "outputs: {foh: {from: main}}\n"
                             "dcas: {all: {strips: [vox, hall]}}\n"
                             "mute_groups: {band: {strips: [vox]}}\n";

std::string at(std::int64_t frame, int rate, const std::string& rest)
{
    char text[40];
    std::snprintf(text, sizeof text, "%.9f ", static_cast<double>(frame) / rate);
    return text + rest + "\n";
}

double decibels(float amplitude) { return 20 * std::log10(std::abs(static_cast<double>(amplitude))); }

std::size_t first_other(const std::vector<float>& sound, float value)
{
    return static_cast<std::size_t>(std::ranges::find_if(sound, [=](float s) { return s != value; }) - sound.begin());
}

const std::string busy_song = "0 /input/vox/fader -20 dB\n"
                              "0.3 /input/vox/fader 0 dB linear\n"
                              "0.31337 /input/vox/mute on\n"
                              "0.4 /input/vox/mute off\n"
                              "0.5 /input/vox/fader -40 dB smooth\n"
                              "0.05 /input/vox/eq/2/frequency 300 Hz\n"
                              "0.6 /input/vox/eq/2/frequency 3 kHz linear\n"
                              "0.123 /input/vox/eq/2/gain 12 dB\n"
                              "0.1 /bus/main/pan -1\n"
                              "0.7 /bus/main/pan 1 linear\n"
                              "0.2 /bus/main/saturator/drive 12 dB\n"
                              "0.25 /bus/hall/reverb/decay 4 s\n"
                              "0.27 /dca/all/fader -5 dB\n"
                              "0.5 /dca/all/fader 5 dB linear\n"
                              "0.55 /mute_group/band/mute on\n"
                              "0.58 /mute_group/band/mute off\n"
                              "0.33 /input/vox/send/hall/level 3 dB\n"
                              "0.44 /input/vox/compressor/bypass on\n";
} // namespace

TEST_CASE("a mute and a step begin at their frame", "[automation]")
{
    const int rate = GENERATE(44100, 48000, 96000), block = GENERATE(1, 17, 64, 1024);
    const std::string what = GENERATE("/input/vox/mute on", "/input/vox/fader -20 dB", "/bus/main/mute on",
                                      "/input/vox/send/main/level -6 dB");
    for (const std::int64_t frame : {0, 1, 1000, 3337, 4096}) {
        AutomatedDesk desk(straight, rate);
        desk.load_automation(at(frame, rate, what));
        desk.player().play();
        const std::vector<float> in(7000, 1.0f);
        const auto out = desk.run(in, block);
        INFO(what << " at " << frame << " of " << rate << " Hz in blocks of " << block);
        CHECK(first_other(out[0], 1) == static_cast<std::size_t>(frame));
        // It has arrived when its glide of 20 ms is over.
        CHECK(out[0].back() == Approx(what.find("mute") != what.npos  ? 0
                                      : what.find("-20") != what.npos ? 0.1
                                                                      : 0.501187)
                                   .margin(1e-6));
    }
}

TEST_CASE("an automated desk sounds the same at every block size", "[automation]")
{
    constexpr int rate = 48000;
    const auto in = noise(static_cast<std::size_t>(rate), 0.3f, 7);
    const auto sound = [&](int block) {
        AutomatedDesk desk(rich, rate);
        desk.load_automation(busy_song);
        desk.player().play();
        return desk.run(in, block);
    };
    const auto whole = sound(1024);
    double most = 0;
    for (const int block : {1, 17, 64}) {
        const auto other = sound(block);
        for (std::size_t c = 0; c < whole.size(); ++c)
            for (std::size_t i = 0; i < whole[c].size(); ++i)
                most = std::max(most, std::abs(static_cast<double>(whole[c][i]) - static_cast<double>(other[c][i])));
    }
    // What glides is rounded at the end of each block; a saturator driven by 12 dB and a compressor's make-up add to it.
    CHECK(20 * std::log10(most) < -95);
}

TEST_CASE("when the control thread comes is not heard", "[automation]")
{
    constexpr int rate = 48000;
    const std::size_t block = GENERATE(17, 64);
    const auto in = noise(2 * static_cast<std::size_t>(rate), 0.3f, 7);
    const std::string song = busy_song + "1.2 /bus/main/saturator/drive 0 dB\n1.21 /input/vox/eq/2/gain 0 dB\n"
                                         "1.9 /input/vox/fader 0 dB linear\n1.9 /bus/main/eq/1/gain 6 dB\n";
    const auto sound = [&](std::size_t every) {
        AutomatedDesk desk(rich, rate);
        desk.load_automation(song);
        desk.player().play();
        return std::pair(desk.run(in, static_cast<int>(block), every), desk.player().late());
    };
    const auto render = sound(1);
    for (const std::size_t every : {3, 50, 101}) { // up to 143 ms
        const auto live = sound(every);
        CHECK(live.first == render.first);
        CHECK(live.second == 0);
    }
}

TEST_CASE("a curve is where it says", "[automation]")
{
    const int rate = GENERATE(44100, 48000, 96000), block = GENERATE(17, 64, 1024);
    AutomatedDesk desk(straight, rate);
    desk.load_automation("0 /input/vox/fader -30 dB\n1 /input/vox/fader -10 dB linear\n"
                         "1.5 /bus/main/fader 0 dB\n2.5 /bus/main/fader -10 dB smooth\n");
    desk.player().play();
    const auto out = desk.run(std::vector<float>(static_cast<std::size_t>(3 * rate), 1.0f), block);
    const auto& spec = *desk.desk().layout().parameters[0].spec;
    double most = 0;
    for (double t = 0.03; t < 3; t += 0.001) {
        const double share = std::min(t, 1.0), x = std::clamp(t - 1.5, 0.0, 1.0);
        const float first = dsp::from_norm(spec, static_cast<float>(0.25 + share * 0.25));
        const float second = dsp::from_norm(spec, static_cast<float>(0.75 - x * x * (3 - 2 * x) * 0.25));
        const double expected = static_cast<double>(first) + static_cast<double>(second);
        const double heard = decibels(out[0][static_cast<std::size_t>(t * rate)]);
        if (std::abs(heard - expected) > most) most = std::abs(heard - expected);
    }
    // The corner at the end of 20 dB a second is rounded by 5 ms.
    CHECK(most < 0.1);
}
