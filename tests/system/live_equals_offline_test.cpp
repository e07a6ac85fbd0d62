// What is heard live through JACK is what `fohd render` writes, to the bit.
#include "tests/support/adversarial.h"
#include "tests/support/jack_player.h"
#include "tests/support/jack_server.h"
#include "tests/system/running_daemon.h"
#include "tests/system/sound_files.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace fohd::test;

namespace {

/// Every processor, a key, a look-ahead, an echo by a pre-fader send, a muted strip.
constexpr const char* graph = R"(
inputs:
  vox:
    chain:
      - high_pass: {frequency: 90 Hz, slope: 24}
      - gate: {threshold: -45 dB, range: 20 dB, hold: 50 ms}
      - eq: {bands: [{type: low_shelf, frequency: 160 Hz, gain: -2 dB}, {type: bell, frequency: 2.5 kHz, gain: 4 dB, q: 1.2}]}
      - compressor: {threshold: -24 dB, ratio: 4, attack: 5 ms, lookahead: 2 ms, makeup: 3 dB}
    fader: -3 dB
    pan: -0.3
    polarity: on
    sends: {main: {}, echo: {level: -9 dB, tap: pre}}
  music:
    channels: 2
    chain:
      - low_pass: {frequency: 9 kHz}
      - compressor: {name: ducker, key: vox, threshold: -35 dB, ratio: 3}
    fader: -6 dB
    pan: 0.2
    sends: {main: {}}
  muted:
    mute: on
    sends: {main: {}}
buses:
  echo:
    chain: [delay: {time: 181 ms, feedback: 40 %, ping_pong: on, high_cut: 5 kHz}]
    sends: {main: {}}
  main:
    chain: [eq: {bands: [{type: high_shelf, gain: 3 dB}]}, compressor: {threshold: -20 dB}, fader, limiter: {ceiling: -1 dB}]
    fader: 6 dB
    loudness: true
outputs:
  foh: {from: main}
  tower: {from: main, chain: [delay: {distance: 12 m}]}
)";

/// Four seconds of something like music on three channels, which begin after more than a second of silence: by then the fade-in
/// of the start is over and everything is at rest.
Channels song()
{
    const std::vector<float> music = programme(48000, 4);
    Channels sound(3, std::vector<float>(65536));
    for (std::size_t n = 0; n < 3; ++n)
        for (std::size_t frame = 0; frame < music.size(); ++frame)
            sound[n].push_back(0.4f * music[(frame + 7001 * n) % music.size()]);
    return sound;
}

} // namespace

TEST_CASE("live through JACK and offline are equal to the bit")
{
    const int block = GENERATE(64, 256);
    const TempFolder folder;
    const Channels sound = song();
    write_wav(folder / "vox.wav", {sound[0]});
    write_wav(folder / "music.wav", {sound[1], sound[2]});

    const JackServer server(48000, block);
    const std::string fohd = server.client("fohd");
    RunningDaemon daemon(graph, fohd);
    JackPlayer player(server.client("player"), {fohd + ":vox", fohd + ":music_1", fohd + ":music_2", fohd + ":muted"},
                      {fohd + ":foh_1", fohd + ":foh_2", fohd + ":tower_1", fohd + ":tower_2"});
    const Channels vox = read_wav(folder / "vox.wav"), music = read_wav(folder / "music.wav");
    const std::size_t frames = vox[0].size() + 24000;
    const Channels heard = player.play({vox[0], music[0], music[1], vox[0]}, frames);

    Program render({FOHD, "render", "--config", daemon.config(), "--block", std::to_string(block), "--tail", "0.5",
                    "--in", "vox=" + (folder / "vox.wav"), "--in", "music=" + (folder / "music.wav"), "--in",
                    "muted=" + (folder / "vox.wav"), "--out", "foh=" + (folder / "foh.wav"), "--out",
                    "tower=" + (folder / "tower.wav")});
    INFO(render.err());
    REQUIRE(render.exit_code(std::chrono::minutes(2)) == 0);
    Channels rendered = read_wav(folder / "foh.wav");
    for (auto& channel : read_wav(folder / "tower.wav")) rendered.push_back(channel);

    REQUIRE(rendered.size() == heard.size());
    for (std::size_t n = 0; n < heard.size(); ++n) {
        INFO("channel " << n << " in blocks of " << block);
        REQUIRE(rendered[n].size() == frames);
        const auto [live, offline] = std::mismatch(heard[n].begin(), heard[n].end(), rendered[n].begin());
        if (live != heard[n].end())
            FAIL_CHECK("frame " << live - heard[n].begin() << " is " << *live << " live and " << *offline
                                << " offline");
        double energy = 0;
        for (const float sample : heard[n]) energy += double(sample) * double(sample);
        CHECK(std::sqrt(energy / static_cast<double>(frames)) > 0.01); // It was no comparison of silences.
    }
}
