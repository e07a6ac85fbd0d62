#include "config/compare.h"
#include "config/config.h"
#include "dsp/graph/layout.h"
#include "tests/support/temp_folder.h"
#include <catch2/catch.hpp>
#include <sys/stat.h>

using namespace fohd;
using config::load_text;

namespace {

/// Loads a text that must be right, and shows its errors where it is not.
config::Config good(std::string_view text)
{
    const auto loaded = load_text(text);
    for (const auto& problem : loaded.problems) UNSCOPED_INFO(to_line(problem, "test"));
    REQUIRE(loaded.config);
    return *loaded.config;
}
} // namespace

TEST_CASE("a file with nothing but its version has every default")
{
    const auto config = good("fohd: 1\n");
    CHECK(config.audio == config::Audio{});
    CHECK(config.control == config::Control{});
    CHECK(config.graph.strips.empty());
}

TEST_CASE("devices and network")
{
    const auto config = good(R"(fohd: 1
audio: {backend: alsa, client: stage-left, alsa: {device: "hw:2", rate: 96000, period: 128, periods: 3}, source: noise}
control: {osc: {port: 9100, bind: 0.0.0.0, allow: [192.168.1.0/24, 10.0.0.7, "fd00::/8"], targets: [192.168.1.20:9001, "[fd00::1]:9002"]}, midi: on}
)");
    CHECK(config.audio.backend == "alsa");
    CHECK(config.audio.client == "stage-left");
    CHECK(config.audio.alsa == config::Audio::Alsa{"hw:2", 96000, 128, 3});
    CHECK(config.audio.source == "noise");
    CHECK(config.control.port == 9100);
    CHECK(config.control.midi);
    CHECK(config.control.bind == "0.0.0.0");
    CHECK(config.control.allow == std::vector<std::string>{"192.168.1.0/24", "10.0.0.7/32", "fd00::/8"});
    CHECK(config.control.targets == std::vector<config::Control::Target>{{"192.168.1.20", 9001}, {"fd00::1", 9002}});
}

TEST_CASE("strips stand in order of kind, with their sends and their source resolved")
{
    const auto config = good(R"(fohd: 1
outputs:
  foh: {from: main, connect: [system:playback_1, system:playback_2], align: false}
  vox_out: {from: lead}
buses:
  hall: {sends: {main: {}}}
  main: {channels: 2, loudness: true, fader: -inf, mute_pre: no}
inputs:
  lead: {connect: system:capture_1, fader: -3 dB, pan: -0.5, mute: on, polarity: yes, pan_law: -4.5 dB,
         sends: {main: {}, hall: {level: -12 dB, tap: pre, mute: on, align: off}}}
  keys:
    channels: 2
    sends:
      main:
)");
    const auto& strips = config.graph.strips;
    REQUIRE(strips.size() == 6);
    const auto& lead = strips[0];
    CHECK(lead.name == "lead");
    CHECK(lead.kind == dsp::StripKind::input);
    CHECK(lead.channels == 1);
    CHECK(lead.fader == -3);
    CHECK(lead.pan == -0.5f);
    CHECK(lead.mute);
    CHECK(lead.polarity);
    CHECK(lead.pan_law == -4.5f);
    REQUIRE(lead.sends.size() == 2);
    CHECK(lead.sends[0] == dsp::Send{3, 0, false, dsp::Tap::post, true});
    CHECK(lead.sends[1] == dsp::Send{2, -12, true, dsp::Tap::pre, false});
    CHECK(strips[1].sends == std::vector<dsp::Send>{{3, 0, false, dsp::Tap::post, true}});
    const auto& main = strips[3];
    CHECK(main.name == "main");
    CHECK(main.fader == -90);
    CHECK(main.loudness);
    CHECK_FALSE(main.mute_pre);
    const auto& foh = strips[4];
    CHECK(foh.from == 3);
    CHECK(foh.channels == 2);
    CHECK_FALSE(foh.align);
    CHECK(strips[5].channels == 1); // as its source
    CHECK(strips[5].from == 0);
    CHECK(config.extras[0].connect == std::vector<std::string>{"system:capture_1"});
    CHECK(config.extras[0].position == config::Position{9, 3});
    CHECK(config.extras[4].connect.size() == 2);
}

TEST_CASE("loudness is measured, and kept where that is asked for; a reload that asks for it changes no sound")
{
    const auto of = [](const std::string& how) { return good("fohd: 1\nbuses: {main: {loudness: " + how + "}}\n"); };
    for (const char* on : {"true", "on", "yes", "1", "keep"}) CHECK(of(on).graph.strips[0].loudness);
    for (const char* off : {"false", "off", "no", "0", ""}) CHECK_FALSE(of(off).graph.strips[0].loudness);
    CHECK(of("keep").extras[0].keeps_loudness);
    CHECK_FALSE(of("on").extras[0].keeps_loudness);
    const auto difference = compare(of("on"), of("keep"));
    CHECK(difference.strips == std::vector<std::string>{"bus main differs"});
    CHECK_FALSE(difference.device);
    CHECK(of("on").graph == of("keep").graph);
    CHECK(compare(of("keep"), of("keep")).nothing());
}

TEST_CASE("a bus wins over an input of the same name")
{
    const auto config =
        good("fohd: 1\ninputs: {main: {sends: {main: {}}}}\nbuses: {main: {}}\noutputs: {foh: {from: main}}\n");
    CHECK(config.graph.strips[2].from == 1);
}

TEST_CASE("an alias stands for what it names")
{
    const auto config =
        good("fohd: 1\ninputs:\n  a: &like {fader: -6 dB, sends: {main: {}}}\n  b: *like\nbuses: {main: {}}\n");
    CHECK(config.graph.strips[1].fader == -6);
    CHECK(config.graph.strips[1].sends.size() == 1);
}

TEST_CASE("text files of other systems")
{
    CHECK(good("\xef\xbb\xbf"
               "fohd: 1\r\nbuses:\r\n  main: {fader: -6 dB}\r\n")
              .graph.strips[0]
              .fader == -6);
}

TEST_CASE("a file that cannot be read is one error at 1:1")
{
    const test::TempFolder folder;
    const std::string pipe = folder / "pipe"; // whoever opens it waits for a writer
    REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
    for (const std::string& path : {std::string("/nonexistent/fohd.yaml"), std::string("/"), pipe}) {
        const auto loaded = config::load_file(path);
        CHECK_FALSE(loaded.config);
        REQUIRE(loaded.problems.size() == 1);
        CHECK(to_line(loaded.problems[0], path).starts_with(path + ":1:1: error: cannot read"));
    }
}

TEST_CASE("keys, sends and sources name strips, with their kind where kinds share a name")
{
    const auto config = good(R"(fohd: 1
inputs:
  kick: {sends: {bus/main: {}, fx: {}}}
  fx: {sends: {bus/fx: {}}}
buses:
  fx: {sends: {main: {}}}
  main: {chain: [compressor: {key: input/kick}, gate: {key: input/fx}, gate: {name: second, key: bus/fx}]}
outputs:
  main: {from: bus/main}
  foh: {from: input/kick}
)");
    const auto& strips = config.graph.strips; // kick, fx, fx, main, main, foh
    REQUIRE(strips.size() == 6);
    REQUIRE(strips[0].sends.size() == 2);
    CHECK(strips[0].sends[0].to == 3);
    CHECK(strips[0].sends[1].to == 2);
    CHECK(strips[1].sends.at(0).to == 2);
    CHECK(strips[3].chain.at(0).key == 0);
    CHECK(strips[3].chain.at(1).key == 1);
    CHECK(strips[3].chain.at(2).key == 2);
    CHECK(strips[4].from == 3);
    CHECK(strips[5].from == 0);
}

TEST_CASE("a chain: bare names, maps, bands, names, keys and the place of the fader")
{
    const auto config = good(R"(fohd: 1
inputs: {vox: {sends: {main: {}}}}
buses:
  main:
    chain:
      - eq
      - eq: {name: tone, bypass: on, bands: [{type: high_shelf, frequency: 8 kHz, gain: -2.5 dB}, {}]}
      - high_pass: {frequency: 1.2 kHz, slope: 24}
      - compressor: {key: vox, ratio: inf}
      - crossover: {frequencies: [90 Hz, 1.6 kHz], way: 3}
      - multiband: {crossovers: [200 Hz, 3 kHz], bands: [{ratio: 3}, {}, {threshold: -9 dB}]}
      - multiband: {name: two, crossovers: [1 kHz]}
      - multiband: {name: four}
      - fader
      - limiter:
)");
    const auto& strip = config.graph.strips[1];
    REQUIRE(strip.chain.size() == 9);
    CHECK(strip.fader_position == 8);
    CHECK(strip.chain[0] == dsp::make_node(*dsp::find_processor_type("eq")));
    const auto& tone = strip.chain[1];
    CHECK(tone.name == "tone");
    CHECK(tone.bypass);
    REQUIRE(tone.bands() == 2);
    const dsp::Layout layout(config.graph);
    const auto value = [&](std::string_view address) {
        INFO(address);
        const int index = layout.find(address);
        REQUIRE(index >= 0);
        return layout.parameters[static_cast<std::size_t>(index)].initial;
    };
    CHECK(value("/bus/main/tone/1/type") == 2);
    CHECK(value("/bus/main/tone/1/frequency") == 8000);
    CHECK(value("/bus/main/tone/1/gain") == -2.5f);
    CHECK(value("/bus/main/tone/2/frequency") == 1000);
    CHECK(value("/bus/main/high_pass/frequency") == 1200);
    CHECK(value("/bus/main/high_pass/slope") == 24);
    CHECK(value("/bus/main/compressor/ratio") == 100);
    CHECK(value("/bus/main/crossover/frequency/1") == 90);
    CHECK(value("/bus/main/crossover/frequency/2") == 1600);
    CHECK(value("/bus/main/crossover/way") == 3);
    CHECK(layout.find("/bus/main/crossover/frequency/3") == -1);
    CHECK(value("/bus/main/multiband/crossover/2") == 3000);
    CHECK(value("/bus/main/multiband/1/ratio") == 3);
    CHECK(value("/bus/main/multiband/3/threshold") == -9);
    CHECK(strip.chain[6].bands() == 2);
    CHECK(strip.chain[7].bands() == 4);
    CHECK(strip.chain[3].key == 0);
    CHECK(strip.chain[8].key == -1);
}
