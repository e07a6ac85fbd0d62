#include "control/recording.h"
#include "tests/support/automated_desk.h"
#include "tests/support/graph_rig.h"

#include <cmath>

using namespace fohd;
using namespace fohd::test;

namespace {

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

TEST_CASE("a step glides as long at every block size", "[automation]")
{
    constexpr int rate = 48000;
    const std::string step = GENERATE("0.3 /input/vox/eq/2/gain 10 dB", "0.31 /input/vox/compressor/bypass on",
                                      "0.2 /bus/main/saturator/drive 12 dB");
    const auto in = noise(rate / 2, 0.3f, 7);
    const auto sound = [&](int block) {
        AutomatedDesk desk(rich, rate);
        desk.load_automation(step);
        desk.player().play();
        return desk.run(in, block);
    };
    const auto whole = sound(64), other = sound(17);
    double most = 0;
    for (std::size_t c = 0; c < whole.size(); ++c)
        for (std::size_t i = 0; i < in.size(); ++i)
            most = std::max(most, std::abs(static_cast<double>(whole[c][i]) - static_cast<double>(other[c][i])));
    CHECK(20 * std::log10(most) < -110); // rounding; a glide that ends a few frames elsewhere is -66 to -79 dB
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

TEST_CASE("a hand takes a value out of an automation until it is played again", "[automation]")
{
    constexpr int rate = 48000;
    AutomatedDesk desk(straight, rate);
    desk.load_automation("0 /input/vox/fader -40 dB\n10 /input/vox/fader 0 dB linear\n"
                         "0 /bus/main/fader 0 dB\n10 /bus/main/fader -10 dB linear\n");
    desk.player().play();
    const std::vector<float> second(rate, 1.0f);
    desk.run(second, 64);
    desk.set("/input/vox/fader", -6);
    desk.store().publish();
    const auto at_once = desk.run(std::vector<float>(rate / 5, 1.0f), 64, 0); // before the player looks again
    CHECK(decibels(at_once[0].back()) == Approx(-6 - 1.2).margin(0.1));
    CHECK(desk.player().released() == std::vector<std::string>{"/input/vox/fader"});
    auto out = desk.run(second, 64);
    CHECK(desk.value("/input/vox/fader") == -6);
    CHECK(desk.value("/bus/main/fader") == Approx(-2.2).margin(0.01));
    CHECK(decibels(out[0].back()) == Approx(-6 - 2.2).margin(0.05));
    for (std::size_t i = rate / 10; i < out[0].size(); ++i) // the hand is never fought: no step back up or down
        if (!(std::abs(decibels(out[0][i]) - decibels(out[0][i - 1])) < 0.05)) FAIL("a jump at " << i);
    desk.player().play();
    CHECK(desk.player().released().empty());
    desk.run(second, 64);
    CHECK(desk.value("/input/vox/fader") == Approx(-40 + 0).margin(30));
    CHECK(desk.value("/input/vox/fader") != -6);
}

TEST_CASE("what stops stays, what is located is there", "[automation]")
{
    constexpr int rate = 48000;
    const int block = GENERATE(17, 256);
    AutomatedDesk desk(straight, rate);
    desk.load_automation("0 /input/vox/fader -20 dB\n2 /input/vox/fader -10 dB linear\n1 /bus/main/pan 0.5\n"
                         "3 /bus/main/mute on\n3.5 /bus/main/mute off\n");
    desk.player().play();
    const std::vector<float> second(rate, 1.0f), little(rate / 10, 1.0f);
    desk.run(second, block);
    desk.player().stop();
    CHECK_FALSE(desk.player().rolls());
    auto out = desk.run(second, block);
    CHECK(desk.value("/input/vox/fader") == Approx(-15).margin(0.02));
    // The sound is where the store says, exactly.
    CHECK(out[0].back() == Approx(std::pow(10, desk.value("/input/vox/fader") / 20)).epsilon(1e-6));
    CHECK(desk.player().seconds() == Approx(1).margin(0.01));

    desk.player().locate(3.25); // moves nothing while it stands
    CHECK(desk.run(little, block)[0].back() == out[0].back());
    desk.player().play();
    CHECK(desk.run(little, block)[0].back() == 0); // it is muted there
    CHECK(desk.value("/bus/main/mute") == 1);
    desk.player().locate(0.5); // back, as it plays
    out = desk.run(little, block);
    CHECK(desk.value("/input/vox/fader") == Approx(-17).margin(0.1));
    CHECK(desk.value("/bus/main/mute") == 1); // of what comes later nothing is known here
    CHECK(desk.player().rolls());
    desk.player().locate(3.6);
    out = desk.run(second, block);
    CHECK(desk.value("/bus/main/mute") == 0);
    CHECK(out[0].back() == Approx(std::pow(10, -10.0 / 20)).epsilon(1e-6));
    CHECK_FALSE(desk.player().rolls()); // behind the last point it stops by itself
}

TEST_CASE("other values of what is automated are the hand's", "[automation]")
{
    // The gain of a band by hand while its frequency is played; a DCA over a fader that is played.
    constexpr int rate = 48000;
    AutomatedDesk desk("inputs: {vox: {sends: {main: {}}, chain: [eq: {}]}}\nbuses: {main: {channels: 1}}\n"
                       "outputs: {foh: {from: main}}\ndcas: {all: {strips: [vox]}}\n",
                       rate);
    desk.load_automation("0 /input/vox/fader -10 dB\n4 /input/vox/fader -10 dB linear\n"
                         "0 /input/vox/eq/2/frequency 100 Hz\n4 /input/vox/eq/2/frequency 110 Hz linear\n");
    desk.player().play();
    const auto tone = sine(rate, 105, 0.1);
    desk.run(tone, 64);
    desk.set("/input/vox/eq/2/gain", 12);
    desk.set("/dca/all/fader", 5);
    const auto out = desk.run(tone, 64);
    for (int tenth = 1; tenth < 10; ++tenth) { // at once, and it stays
        const auto begin = out[0].begin() + tenth * rate / 10;
        CHECK(decibels(*std::max_element(begin, begin + rate / 10) / 0.1f) == Approx(12 - 10 + 5).margin(0.3));
    }
    CHECK(desk.value("/input/vox/fader") == -10);
    CHECK(desk.player().released().empty());
}

TEST_CASE("an automation follows a transport to the frame", "[automation]")
{
    constexpr int rate = 48000, block = 64;
    AutomatedDesk desk(straight, rate);
    desk.load_automation(at(48'000 + 1000, rate, "/input/vox/mute on") +
                         at(48'000 + 4000, rate, "/input/vox/mute off"));
    desk.player().follow(true);
    const std::vector<float> in(block, 1.0f);
    std::uint32_t frame = 48'000;
    const auto run = [&](bool rolling, int blocks) {
        std::vector<float> heard;
        for (int n = 0; n < blocks; ++n) {
            desk.engine().follow({rolling, frame, 0});
            const auto out = desk.run(in, block);
            heard.insert(heard.end(), out[0].begin(), out[0].end());
            if (rolling) frame += block;
        }
        return heard;
    };
    CHECK(first_other(run(false, 100), 1) == 6400); // it stands
    CHECK_FALSE(desk.player().rolls());
    const auto first = run(true, 50);
    CHECK(desk.player().rolls());
    CHECK(first_other(first, 1) == 1000); // the first roll is exact, since what comes was there
    CHECK(first.back() == 0);
    run(false, 10); // stops while it is muted, and stays so
    CHECK(desk.value("/input/vox/mute") == 1);
    CHECK(run(false, 10).back() == 0);
    frame = 48'000 + 3500; // located, and rolls on
    run(false, 2);
    const auto second = run(true, 50);
    CHECK(first_other(second, 0) == 500);
    CHECK(second.back() == 1);
    frame = 48'000 + 2000; // jumps while it rolls
    CHECK(run(true, 20).back() == 0);
    CHECK(desk.value("/input/vox/mute") == 1);
    CHECK(desk.player().late() == 0);
}

TEST_CASE("what was recorded from a hand is played as the hand was heard", "[automation]")
{
    constexpr int rate = 48000, block = 64;
    const auto in = noise(block, 1, 3);
    const std::vector<float> ones(block, 1.0f);
    const auto hand = [](double t) { // draws a fader up and down, and holds it between
        return static_cast<float>(t < 0.5 ? -20 : t < 1.5 ? -20 + 15 * (t - 0.5) : t < 2.2 ? -5 : -5 - 20 * (t - 2.2));
    };
    AutomatedDesk desk(straight, rate);
    config::Automation made;
    std::vector<float> heard;
    {
        double now = 0;
        control::Recording recording(desk.store(), [&] { return std::optional(now); });
        for (int n = 0; n < 3 * rate / block; ++n) {
            now = static_cast<double>(n) * block / rate;
            if (n % 15 == 0) desk.set("/input/vox/fader", hand(now)); // 50 Hz
            const auto out = desk.run(ones, block);
            heard.insert(heard.end(), out[0].begin(), out[0].end());
        }
        made = control::over({}, recording.take(), 3);
    }
    const std::string text = config::automation_text(made);
    CHECK(std::ranges::count(text, '\n') < 15);
    AutomatedDesk again(straight, rate);
    again.load_automation(text);
    again.player().play();
    const auto played = again.run(std::vector<float>(heard.size(), 1.0f), block)[0];
    double most = 0;
    for (std::size_t i = rate / 10; i < heard.size(); ++i)
        most = std::max(most, std::abs(decibels(played[i]) - decibels(heard[i])));
    // 0.1 dB of thinning; a hand of 20 dB a second is heard up to 20 ms late, a curve is not.
    CHECK(most < 0.1 + 20 * 0.02);
}

TEST_CASE("ten thousand lines in two seconds are played in time", "[automation]")
{
    constexpr int rate = 48000;
    std::string song;
    for (int n = 0; n < 10'000; ++n) { // a step of some value every 0.2 ms
        const char* const where[] = {"/input/vox/fader", "/input/vox/pan", "/bus/main/fader", "/input/vox/eq/2/gain"};
        song += at(10 * n + 3, rate, where[n % 4] + std::string(n / 4 % 2 ? " 0" : n % 4 == 1 ? " 0.5" : " -3"));
    }
    AutomatedDesk desk(rich, rate);
    desk.load_automation(song);
    desk.player().play();
    std::vector<float> in(3 * static_cast<std::size_t>(rate), 0.1f);
    desk.run(in, 64);
    CHECK(desk.player().late() == 0);
    for (const char* fader : {"/input/vox/fader", "/bus/main/fader"}) CHECK(desk.value(fader) == 0);
}
