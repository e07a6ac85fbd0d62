// An automation while something else changes: the graph, the file, the tempo.
#include "tests/support/automated_desk.h"
#include "tests/support/graph_rig.h"

#include <cmath>

using namespace fohd;
using namespace fohd::test;

TEST_CASE("a graph that is made anew goes on with the automation", "[automation]")
{
    constexpr int rate = 48000;
    AutomatedDesk desk("inputs: {vox: {sends: {main: {}}, chain: [high_pass: {frequency: 20 Hz}]}}\n"
                       "buses: {main: {channels: 1}}\noutputs: {foh: {from: main}}\n",
                       rate);
    desk.load_automation("0 /input/vox/fader -20 dB\n2 /input/vox/fader 0 dB linear\n"
                         "0.3 /input/vox/high_pass/slope 24\n1.5 /input/vox/mute on\n");
    desk.player().play();
    const auto tone = sine(2 * rate, 1000, 1);
    const auto out = desk.run(tone, 64);
    CHECK(desk.value("/input/vox/high_pass/slope") == 24); // what changes the shape is heard through a transition
    for (const double t : {0.2, 0.6, 1.0, 1.4}) {
        const auto begin = out[0].begin() + static_cast<std::ptrdiff_t>(t * rate);
        const float expected =
            dsp::from_norm(*desk.desk().layout().parameters[0].spec, static_cast<float>(0.375 + 0.375 * t / 2));
        CHECK(decibels(*std::max_element(begin, begin + 480)) ==
              Approx(expected).margin(0.4)); // it moves by 0.3 dB meanwhile
    }
    CHECK(out[0].back() == Approx(0).margin(1e-9));
    CHECK(desk.player().late() == 0);
}

TEST_CASE("an automation plays on, to the frame, while another file is taken over", "[automation]")
{
    constexpr int rate = 48000;
    const int block = GENERATE(17, 64, 256);
    AutomatedDesk desk(straight, rate);
    const std::int64_t swap = 94 * 256, within = swap + 333, behind = swap + 5000; // the crossfade is over after 960
    desk.load_automation("0 /input/vox/fader -20 dB\n1 /input/vox/fader 0 dB linear\n" +
                         at(within, rate, "/bus/main/fader -6 dB") + at(behind, rate, "/bus/main/mute on"));
    desk.player().play();
    std::vector<float> heard;
    const auto run = [&](std::int64_t until) {
        while (static_cast<std::int64_t>(heard.size()) < until) {
            const auto out = desk.run(std::vector<float>(static_cast<std::size_t>(block), 1.0f), block);
            heard.insert(heard.end(), out[0].begin(), out[0].end());
        }
    };
    run(swap);
    // Other places of every value, and another graph: a strip before, and what is heard of vox through one more bus.
    desk.reload("inputs: {aux: {mute: true, sends: {main: {}}}, vox: {sends: {group: {}}}}\n"
                "buses: {group: {channels: 1, sends: {main: {}}}, main: {channels: 1}}\n"
                "outputs: {foh: {from: main}}\n");
    run(rate);
    const auto& spec = *desk.desk().layout().parameters[0].spec;
    for (std::int64_t n = 2000; n < behind; n += 100) {
        if (n > swap - 100 && n < within + 960) continue; // glides and the crossfade
        const double fader = static_cast<double>(
            dsp::from_norm(spec, static_cast<float>(0.375 + 0.375 * static_cast<double>(n) / rate)));
        CHECK(decibels(heard[static_cast<std::size_t>(n)]) == Approx(fader - (n > swap ? 6 : 0)).margin(0.1));
    }
    // A mute is 20 ms of a cosine: where it begins the sound leaves its straight way.
    const auto mute = static_cast<std::size_t>(behind);
    const auto bend = [&](std::size_t n) { return heard[n + 1] - 2 * heard[n] + heard[n - 1]; };
    CHECK(std::abs(bend(mute - 1)) < 1e-6f);
    CHECK(heard[mute + 960] == 0);
    CHECK(heard[mute + 958] != 0);
    CHECK(desk.player().late() == 0);
    CHECK(desk.player().seconds() == Approx(static_cast<double>(heard.size()) / rate));
    CHECK(desk.value("/bus/main/mute") == 1);
    CHECK(desk.value("/bus/main/fader") == -6);
    CHECK(desk.player().released().empty());
}

TEST_CASE("echoes follow an automated tempo to the frame", "[automation][tempo]")
{
    constexpr int rate = 48000;
    const int block = GENERATE(1, 17, 64, 1024);
    AutomatedDesk desk("tempo: 120\ninputs: {vox: {chain: [delay: {sync: 1/4}], sends: {main: {}}}}\n"
                       "buses: {main: {channels: 1}}\noutputs: {foh: {from: main}}\n",
                       rate);
    constexpr std::int64_t step = 60'007, begin = 100'000, end = 110'000;
    desk.load_automation(at(step, rate, "/tempo 100") + at(begin, rate, "/tempo 100") +
                         at(end, rate, "/tempo 150 linear"));
    desk.player().play();
    std::vector<float> in(3 * static_cast<std::size_t>(rate));
    for (std::size_t n = 0; n < in.size(); ++n) in[n] = static_cast<float>(n) / (1 << 20); // each frame says which
    const auto out = desk.run(in, block)[0];
    const auto is_late_by = [&](std::int64_t frames, std::int64_t from, std::int64_t until) {
        for (std::int64_t n = from; n < until; ++n)
            if (out[static_cast<std::size_t>(n)] != in[static_cast<std::size_t>(n - frames)]) return n;
        return until;
    };
    CHECK(is_late_by(24'000, 24'000, in.size()) == step);    // 60 / 120 s, until the fade begins
    CHECK(is_late_by(28'800, step + 2'400, begin) == begin); // 60 / 100 s
    CHECK(is_late_by(19'200, end + 2'400, in.size()) == static_cast<std::int64_t>(in.size()));
    CHECK(desk.value("/tempo") == 150);
    CHECK(desk.player().late() == 0);
}
