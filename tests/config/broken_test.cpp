#include "config/config.h"
#include <catch2/catch.hpp>

using namespace fohd;

namespace {

struct Broken {
    std::string_view text;     ///< after the line `fohd: 1`
    std::string_view place;    ///< LINE:COL
    std::string_view fragment; ///< of its error
};

const Broken broken_files[] = {
    // the frame of the file
    {"input: {}", "2:1", "the file has no key `input`, did you mean `inputs`?"},
    {"buses: {}\nbuses: {}", "3:1", "duplicate key `buses`, first in line 2"},
    {"buses: [main]", "2:8", "takes a map of strips"},
    {"inputs: vox", "2:9", "takes a map of strips"},
    {"buses: {main: 3}", "2:15", "a bus takes a map"},
    {"fohd: 1", "2:1", "duplicate key `fohd`, first in line 1"},
    {"---\nbuses: {}", "2:1", "second document"},
    {"buses: {main: {}", "3:1", "not valid YAML"},
    {"buses: {main: {name: \"x}}", "2:22", "never closed"},
    {"buses: {main: {name: 'it''s}}", "2:22", "never closed"},
    {"buses: !x {}", "2:8", "tags"},
    {"buses: {[a]: {}}", "2:9", "key must be a plain name"},
    {"buses: {~: {}}", "2:9", "key must be a plain name"},
    {"buses:\n\tmain: {}", "3:6", "not valid YAML"},
    {"buses: *nobody", "2:8", "not valid YAML"},
    {"buses: &a {x: *a}", "2:15", "inside of what it stands for"},
    // devices
    {"audio: jack", "2:8", "audio takes a map"},
    {"audio: {backend: jackd}", "2:18", "`jackd` is not known, did you mean `jack`?"},
    {"audio: {backend: [jack]}", "2:18", "takes a text, not a list"},
    {"audio: {client: \"a:b\"}", "2:17", "no name for a JACK client"},
    {"audio: {source: program}", "2:17", "did you mean `programme`?"},
    {"audio: {rate: 48000}", "2:9", "audio has no key `rate`"},
    {"audio: {alsa: {rate: 4800}}", "2:22", "`4800` is out of range; allowed: 8000..192000"},
    {"audio: {alsa: {period: 64 frames}}", "2:24", "not a whole number; allowed: 16..8192"},
    // tempo
    {"tempo: 0", "2:8", "tempo: `0` is out of range; allowed: 20..300 bpm"},
    {"tempo: -3 bpm", "2:8", "`-3 bpm` is out of range; allowed: 20..300 bpm"},
    {"tempo: 1e9", "2:8", "out of range; allowed: 20..300 bpm"},
    {"tempo: fast", "2:8", "tempo: `fast` is not a number; allowed: 20..300 bpm"},
    {"tempo: .nan", "2:8", "is not a number"},
    {"tempo: 120 Hz", "2:8", "`120 Hz` is not in bpm"},
    {"tempo: [120]", "2:8", "tempo takes a map"},
    {"tempo: {bpm: 0}", "2:14", "bpm: `0` is out of range; allowed: 20..300 bpm"},
    {"tempo: {pbm: 100}", "2:9", "tempo has no key `pbm`, did you mean `bpm`?"},
    {"tempo: {follow: transport}", "2:17", "neither on nor off"},
    {"buses: {echo: {chain: [delay: {sync: 1/3}]}}", "2:38", "`1/3` is not one of its choices"},
    // outboard gear
    {"buses: {a: {chain: [insert: {return: x:1}]}}", "2:21", "insert needs `send`: a port such as system:playback_3"},
    {"buses: {a: {chain: [insert: {send: x:1}]}}", "2:21", "insert needs `return`: a port such as"},
    {"buses: {a: {chain: [insert: {send: x:1, return: ''}]}}", "2:49", "takes the name of a port such as"},
    {"buses: {a: {chain: [insert: {send: {a: b}, return: y:1}]}}", "2:36",
     "the name of a port such as system:playback_3, not a map"},
    {"buses: {a: {chain: [insert: {send: [], return: y:1}]}}", "2:36", "0 ports; allowed: one per channel, up to 16"},
    {"buses: {a: {chain: [insert: {send: [x:1, x:2], return: y:1}]}}", "2:21",
     "return has 1 port for 2 channels; allowed: one per channel"},
    {"buses: {a: {channels: 1, chain: [insert: {send: [x:1, x:2], return: y:1}]}}", "2:34",
     "send has 2 ports for 1 channel;"},
    {"buses: {a: {chain: [insert: {sned: x:1, return: y:1}]}}", "2:30",
     "insert has no key `sned`, did you mean `send`?"},
    {"inputs: {a: {chain: [insert: {send: x:1, return: y:1, latency: 96001}]}}", "2:64",
     "latency: `96001` is out of range; allowed: 0..96000"},
    {"inputs: {a: {chain: [insert: {send: x:1, return: y:1, latency: 3 ms}]}}", "2:64",
     "a unit where a plain number belongs; allowed: 0..96000"},
    {"inputs: {a: {chain: [insert: {send: x:1, return: y:1, block: -1}]}}", "2:62",
     "block: `-1` is out of range; allowed: 0..8192"},
    {"inputs: {a: {chain: [insert: {send: x:1, return: y:1}, insert: {send: x:2, return: y:2}]}}", "2:56",
     "a second `insert` in this chain"},
    {"inputs: {a_insert_send: {}, a: {chain: [insert: {send: x:1, return: y:1}]}}", "2:41",
     "the port `a_insert_send` would exist twice"},
    // network
    {"control: {osc: {port: 90000}}", "2:23", "out of range; allowed: 1..65535"},
    {"control: {osc: {bind: localhost}}", "2:23", "is not an address"},
    {"control: {osc: {bind: 192.168.1}}", "2:23", "is not an address"},
    {"control: {osc: {allow: [192.168.1.0/33]}}", "2:25", "is not a network"},
    {"control: {osc: {allow: {a: b}}}", "2:24", "takes a list"},
    {"control: {osc: {targets: [192.168.1.20]}}", "2:27", "is not ADDRESS:PORT"},
    {"control: {osc: {targets: [\"192.168.1.20:0\"]}}", "2:27", "is not ADDRESS:PORT"},
    {"control: {ocs: {}}", "2:11", "did you mean `osc`?"},
    {"control: {midi: maybe}", "2:17", "midi"},
    {"control: {midi: true}\ninputs: {midi_in: {}}", "3:10", "the port `midi_in` is that of MIDI"},
    // strips
    {"buses: {my bus: {}}", "2:9", "cannot be the name of a strip"},
    {"buses: {a/b: {}}", "2:9", "cannot be the name of a strip"},
    {"buses: {grün: {}}", "2:9", "letters a-z"},
    {"buses: {main: {}, main: {}}", "2:19", "duplicate key `main`, first in line 2"},
    {"buses: {main: {fadre: 0}}", "2:16", "did you mean `fader`?"},
    {"buses: {grün: {}, main: {fadre: 0}}", "2:26", "did you mean `fader`?"},
    {"buses: {main: {channels: 0}}", "2:26", "out of range; allowed: 1..16"},
    {"buses: {main: {channels: 17}}", "2:26", "out of range; allowed: 1..16"},
    {"buses: {main: {channels: two}}", "2:26", "`two` is not a whole number"},
    {"buses: {main: {fader: 11 dB}}", "2:23", "fader: `11 dB` is out of range; allowed: -90..10 dB or -inf"},
    {"buses: {main: {fader: 0 Hz}}", "2:23", "fader: `0 Hz` is not in dB"},
    {"buses: {main: {fader: .nan}}", "2:23", "is not a number"},
    {"buses: {main: {fader: .inf}}", "2:23", "is not a number"},
    {"buses: {main: {fader: [0]}}", "2:23", "takes one value, not a list"},
    {"buses: {main: {pan: 1.5}}", "2:21", "out of range; allowed: -1..1"},
    {"buses: {main: {pan: 50 %}}", "2:21", "plain number"},
    {"buses: {main: {pan_law: -5 dB}}", "2:25", "allowed: -3 dB, -4.5 dB, -6 dB"},
    {"buses: {main: {mute: 3}}", "2:22", "neither on nor off"},
    {"buses: {main: {loudness: please}}", "2:26", "`please` is neither on nor off nor keep"},
    {"buses: {main: {loudness: kepe}}", "2:26", "did you mean `keep`?"},
    {"buses: {main: {loudness: [keep]}}", "2:26", "a list is neither on nor off nor keep"},
    {"buses: {main: {connect: a}}", "2:16", "no key `connect`"},
    {"buses: {main: {from: a}}", "2:16", "no key `from`"},
    // ports
    {"inputs: {vox: {connect: [a, b]}}", "2:25", "2 ports for 1 channel; allowed: one per channel"},
    {"inputs: {vox: {channels: 2, connect: a}}", "2:38", "1 port for 2 channels"},
    {"inputs: {vox: {connect: {a: b}}}", "2:25", "connect takes the name of a port"},
    {"inputs: {vox: {connect: \"\"}}", "2:25", "connect takes the name of a port"},
    {"inputs: {vox: {}}\noutputs: {vox: {from: vox}}", "3:11", "the port `vox` would exist twice"},
    {"inputs: {vox: {channels: 2}, vox_2: {}}", "2:30", "the port `vox_2` would exist twice"},
    // groups, solo and the comparison at the master
    {"buses: {main: {}}\nmute_groups: [main]", "3:14", "mute_groups takes a map"},
    {"buses: {main: {}}\nmute_groups: {band: {}}", "3:15", "the mute group `band` needs `strips`"},
    {"buses: {main: {}}\nmute_groups: {band: {strips: main}}", "3:30", "needs `strips`, a list"},
    {"buses: {main: {}}\nmute_groups: {band: {strips: []}}", "3:30", "at least one strip"},
    {"buses: {main: {}}\nmute_groups: {band: {strips: [mian]}}", "3:31",
     "there is no strip `mian`, did you mean `main`?"},
    {"buses: {main: {}}\nmute_groups: {band: {strips: [main, main]}}", "3:37", "`main` stands twice in the mute group"},
    {"buses: {main: {}}\nmute_groups: {band: {strips: [main, bus/main]}}", "3:37", "stands twice"},
    {"buses: {main: {}}\nmute_groups: {band: {strips: [\"\"]}}", "3:31", "not an empty text"},
    {"buses: {main: {}}\nmute_groups: {band: {strips: [main], mute: maybe}}", "3:44", "neither on nor off"},
    {"buses: {main: {}}\nmute_groups: {band: {strips: [main], fader: 0 dB}}", "3:38",
     "a mute group has no key `fader`"},
    {"buses: {main: {}}\nmute_groups: {\"\": {strips: [main]}}", "3:15", "a key must be a plain name"},
    {"buses: {main: {}}\nmute_groups: {a: {strips: [main]}, a: {strips: [main]}}", "3:36", "duplicate key `a`"},
    {"inputs: {a: {}}\nbuses: {a: {}}\ndcas: {all: {strips: [a]}}", "4:23",
     "more than one strip; allowed: input/a, bus/a"},
    {"buses: {main: {}}\ndcas: {all: {strips: [output/main]}}", "3:23", "there is no strip `output/main`"},
    {"buses: {main: {}}\ndcas: {all: {strips: [main], fader: 11 dB}}", "3:37", "allowed: -90..10 dB"},
    {"buses: {main: {}}\ndcas: {all: {strips: [main], pan: 0}}", "3:30", "a DCA has no key `pan`"},
    {"buses: {main: {}}\ndcas: {all in: {strips: [main]}}", "3:8", "cannot be the name of a DCA"},
    {"buses: {a: {solo: plf}}", "2:19", "`plf` is not known, did you mean `pfl`?"},
    {"buses: {a: {solo: pfl}, b: {solo: afl}}", "2:35", "a second solo bus, the first is `a` in line 2"},
    {"inputs: {a: {solo: pfl}}", "2:14", "an input has no key `solo`"},
    {"inputs: {a: {chain: [eq: {name: solo}]}}", "2:33", "belongs to the strip itself"},
    {"buses: {main: {chain: [eq: {}]}}\nmaster: {ab: {}}", "3:10", "ab needs `strip`"},
    {"buses: {main: {chain: [eq: {}]}}\nmaster: {ba: {}}", "3:10", "master has no key `ba`"},
    {"buses: {main: {chain: [eq: {}]}}\nmaster: {ab: main}", "3:14", "ab takes a map"},
    {"buses: {main: {chain: [eq: {}]}}\nmaster: {ab: {strip: mian}}", "3:22", "did you mean `main`?"},
    {"buses: {main: {}}\nmaster: {ab: {strip: main}}", "3:22", "has no processors to compare"},
    {"inputs: {a: {}}\noutputs: {foh: {from: a, chain: [eq: {}]}}\nmaster: {ab: {strip: foh}}", "4:22", "is an output"},
    {"buses: {main: {chain: [eq: {}]}}\nmaster: {ab: {strip: main, processors: eq}}", "3:40", "takes a list"},
    {"buses: {main: {chain: [eq: {}]}}\nmaster: {ab: {strip: main, processors: []}}", "3:40", "at least one"},
    {"buses: {main: {chain: [eq: {}]}}\nmaster: {ab: {strip: main, processors: [qe]}}", "3:41", "has no `qe`"},
    {"buses: {main: {chain: [eq: {}]}}\nmaster: {ab: {strip: main, processors: [eq, eq]}}", "3:45", "stands twice"},
    {"buses: {main: {chain: [eq: {}]}}\nmaster: {ab: {strip: main, with: both}}", "3:34", "neither on nor off"},
    // sends and sources
    {"inputs: {vox: {sends: [main]}}\nbuses: {main: {}}", "2:23", "sends takes a map of buses"},
    {"inputs: {vox: {sends: {mian: {}}}}\nbuses: {main: {}}", "2:24", "there is no bus `mian`, did you mean `main`?"},
    {"inputs: {vox: {sends: {foh: {}}}}\noutputs: {foh: {from: vox}}", "2:24", "there is no bus `foh`"},
    {"inputs: {vox: {sends: {main: -3 dB}}}\nbuses: {main: {}}", "2:30", "a send takes a map"},
    {"inputs: {vox: {sends: {main: {level: 20 dB}}}}\nbuses: {main: {}}", "2:38", "allowed: -90..10 dB or -inf"},
    {"inputs: {vox: {sends: {main: {tap: past}}}}\nbuses: {main: {}}", "2:36", "did you mean `post`?"},
    {"inputs: {vox: {sends: {main: {gain: 0}}}}\nbuses: {main: {}}", "2:31", "a send has no key `gain`"},
    {"inputs: {vox: {sends: {main: {}, main: {}}}}\nbuses: {main: {}}", "2:34", "duplicate key `main`"},
    {"outputs: {foh: {}}", "2:11", "needs `from`"},
    {"outputs: {foh: {from: nain}}\nbuses: {main: {}}", "2:23", "did you mean `main`?"},
    {"outputs: {foh: {from: foh}}", "2:23", "there is no bus or input `foh`"},
    {"inputs: {a: {channels: 5, sends: {main: {}}}}\nbuses: {main: {}}", "2:35", "`a` has 5 channels and `main` has 2"},
    {"outputs: {foh: {from: main, channels: 6}}\nbuses: {main: {}}", "2:39", "`main` has 2 channels and `foh` has 6"},
    {"buses: {a: {sends: {b: {}}}, b: {sends: {a: {}}}}", "2:42", "loop: `b` -> `a` -> `b`"},
    {"buses: {a: {sends: {a: {}}}}", "2:21", "loop: `a` -> `a`"},
    // chains
    {"buses: {main: {chain: {eq: {}}}}", "2:23", "chain takes a list"},
    {"buses: {main: {chain: [reverberator_of_doom: {}]}}", "2:24", "there is no processor `reverberator_of_doom`"},
    {"buses: {main: {chain: [fadr]}}", "2:24", "did you mean `fader`?"},
    {"buses: {main: {chain: [fader, fader]}}", "2:31", "second `fader`"},
    {"buses: {main: {chain: [fader: -3 dB]}}", "2:31", "a place alone"},
    {"buses: {main: {chain: [[fader]]}}", "2:24", "is a processor such as"},
    {"buses:\n  main:\n    chain:\n      - fader:\n        pan: 3", "6:9", "one processor"},
    // processors, in the chain of a bus
    {"buses: {main: {chain: [equ]}}", "2:24", "there is no processor `equ`, did you mean `eq`?"},
    {"buses: {main: {chain: [eq: [1]]}}", "2:28", "eq takes a map"},
    {"buses: {main: {chain: [eq: {band: []}]}}", "2:29", "eq has no key `band`, did you mean `bands`?"},
    {"buses: {main: {chain: [eq: {bands: {}}]}}", "2:36", "bands: a map; allowed: a list of 1..16 bands"},
    {"buses: {main: {chain: [eq: {bands: []}]}}", "2:36", "bands: 0 bands; allowed"},
    {"buses: {main: {chain: [eq: {bands: [3]}]}}", "2:37", "a band of eq takes a map"},
    {"buses: {main: {chain: [eq: {bands: [{freq: 3}]}]}}", "2:38", "a band of eq has no key `freq`"},
    {"buses: {main: {chain: [eq: {bands: [{type: bel}]}]}}", "2:44",
     "type: `bel` is not one of its choices, did you mean `bell`?"},
    {"buses: {main: {chain: [eq: {bands: [{gain: 31 dB}]}]}}", "2:44", "allowed: -30..30 dB"},
    {"buses: {main: {chain: [eq: {bands: [{gain: -inf}]}]}}", "2:44", "is not a number"},
    {"buses: {main: {chain: [eq: {bands: [{q: 0}]}]}}", "2:41", "allowed: 0.025..40"},
    {"buses: {main: {chain: [high_pass: {frequency: 25 kHz}]}}", "2:47",
     "frequency: `25 kHz` is out of range; allowed: 10..20000 Hz"},
    {"buses: {main: {chain: [high_pass: {frequency: 90 dB}]}}", "2:47", "frequency: `90 dB` is not in Hz"},
    {"buses: {main: {chain: [high_pass: {slope: 100}]}}", "2:43", "allowed: 6..48 dB/oct"},
    {"buses: {main: {chain: [high_pass: {key: main}]}}", "2:36", "high_pass has no key `key`"},
    {"buses: {main: {chain: [crossover: {frequencies: 90 Hz}]}}", "2:49",
     "frequencies: a text; allowed: a list of 1..5"},
    {"buses: {main: {chain: [crossover: {frequencies: []}]}}", "2:49",
     "frequencies: 0 of them; allowed: a list of 1..5"},
    {"buses: {main: {chain: [crossover: {frequencies: [1 kHz, 90 Hz]}]}}", "2:57",
     "frequencies ascend, and 90 Hz does not lie above 1 kHz"},
    {"buses: {main: {chain: [crossover: {frequencies: [90 dB]}]}}", "2:50", "frequencies: `90 dB` is not in Hz"},
    {"buses: {main: {chain: [crossover: {way: 3}]}}", "2:24", "there is no way 3 of 1 frequencies; allowed: 1..2"},
    {"buses: {main: {chain: [crossover: {way: 1.5}]}}", "2:24", "a whole number is wanted; allowed: 1..2"},
    {"buses: {main: {chain: [multiband: {bands: [{}, {}]}]}}", "2:43",
     "2 bands need 1 crossovers, and there are 3 by default"},
    {"buses: {main: {chain: [multiband: {crossovers: [1 kHz, 2 kHz], bands: [{}, {}]}]}}", "2:71",
     "2 bands need 1 crossovers, and there are 2"},
    {"buses: {main: {chain: [multiband: {crossovers: [6 kHz, 1 kHz]}]}}", "2:56", "crossovers ascend"},
    {"buses: {main: {chain: [high_pass: {bands: []}]}}", "2:36", "high_pass has no key `bands`"},
    {"buses: {main: {chain: [high_pass: {bypass: 3}]}}", "2:44", "bypass: `3` is neither on nor off"},
    {"buses: {main: {chain: [eq, eq]}}", "2:28", "a second `eq` in this chain, first in line 2, needs a `name`"},
    {"buses: {main: {chain: [eq: {name: a}, eq: {name: a}]}}", "2:50", "the name `a` is taken in this chain"},
    {"buses: {main: {chain: [eq: {name: pan}]}}", "2:35", "`pan` belongs to the strip itself"},
    {"buses: {main: {chain: [eq: {name: a/b}]}}", "2:35", "cannot be the name of a processor"},
    {"buses: {main: {chain: [eq: {name: [a]}]}}", "2:35", "name takes a text, not a list"},
    {"buses: {main: {chain: [limiter: {ceiling: 1 dB}]}}", "2:43",
     "ceiling: `1 dB` is out of range; allowed: -24..0 dB"},
    {"buses: {main: {chain: [compressor: {key: vix}]}}\ninputs: {vox: {}}", "2:42",
     "there is no strip `vix`, did you mean `vox`?"},
    {"inputs: {vox: {chain: [compressor: {key: bus/vox}]}}", "2:42", "key: there is no strip `bus/vox`"},
    {"inputs: {vox: {sends: {main: {}, bus/main: {}}}}\nbuses: {main: {}}", "2:34", "a second send to the bus `main`"},
    {"inputs: {vox: {sends: {input/vox: {}}}}", "2:24", "sends: there is no bus `input/vox`"},
    {"buses: {main: {chain: [compressor: {key: main}]}}", "2:42", "loop: `main` -> `main`"},
    {"buses: {main: {chain: [compressor: {ratio: 0.5}]}}", "2:44", "allowed: 1..100:1"},
    {"buses: {main: {chain: [compressor: {attack: 10 Hz}]}}", "2:45", "`10 Hz` is not in ms"},
};
} // namespace

TEST_CASE("every mistake is told with its place and what is allowed")
{
    for (const Broken& file : broken_files) {
        const auto loaded = config::load_text("fohd: 1\n" + std::string(file.text) + "\n");
        std::string all;
        for (const auto& problem : loaded.problems) all += to_line(problem, "f") + "\n";
        INFO(file.text << "\nexpected " << file.place << " " << file.fragment << "\n" << all);
        CHECK_FALSE(loaded.config);
        const bool found = std::ranges::any_of(loaded.problems, [&](const config::Error& problem) {
            return to_line(problem, "f").starts_with("f:" + std::string(file.place) + ": error: ") &&
                   problem.text.find(file.fragment) != std::string::npos;
        });
        CHECK(found);
        CHECK(all.find('\0') == std::string::npos);
    }
}

TEST_CASE("the version comes first")
{
    const auto error_of = [](std::string_view text) {
        const auto loaded = config::load_text(text);
        CHECK_FALSE(loaded.config);
        return loaded.problems.empty() ? std::string() : to_line(loaded.problems[0], "f");
    };
    CHECK(error_of("").starts_with("f:1:1: error: the version"));
    CHECK(error_of("buses: {}\n").starts_with("f:1:1: error: the version"));
    CHECK(error_of("fohd: 2\n").starts_with("f:1:7: error: fohd: this program reads version 1"));
    CHECK(error_of("- fohd\n").starts_with("f:1:1: error: the file takes a map"));
}

TEST_CASE("all errors come at once, in the order of the file")
{
    const auto loaded = config::load_text(R"(fohd: 1
audio: {backend: pulse}
buses:
  main: {fader: 20, pan: left, sends: {nobody: {}}}
outputs:
  foh: {}
)");
    std::vector<config::Position> places;
    for (const auto& problem : loaded.problems) places.push_back({problem.line, problem.column});
    CHECK(places == std::vector<config::Position>{{2, 18}, {4, 17}, {4, 26}, {4, 40}, {6, 3}});
}

TEST_CASE("a limiter before the fader is a warning")
{
    const auto warnings = [](std::string_view chain) {
        const auto loaded = config::load_text("fohd: 1\nbuses: {main: {chain: " + std::string(chain) + "}}\n");
        REQUIRE(loaded.config);
        for (const auto& problem : loaded.problems)
            CHECK(to_line(problem, "f").starts_with("f:2:24: warning: the fader comes after this limiter"));
        return loaded.problems.size();
    };
    CHECK(warnings("[limiter]") == 1);
    CHECK(warnings("[limiter, fader]") == 1);
    CHECK(warnings("[fader, limiter]") == 0);
    CHECK(warnings("[eq, fader]") == 0);
}

TEST_CASE("what follows a dither is a warning")
{
    const auto warning = [](std::string_view chain) -> std::string {
        const auto loaded = config::load_text("fohd: 1\nbuses: {main: {chain: " + std::string(chain) + "}}\n");
        REQUIRE(loaded.config);
        return loaded.problems.empty() ? "" : to_line(loaded.problems.front(), "f");
    };
    CHECK(warning("[dither]").starts_with("f:2:24: warning: the fader comes after this dither"));
    CHECK(warning("[fader, dither, eq]").starts_with("f:2:31: warning: `eq` comes after this dither"));
    CHECK(warning("[fader, {limiter: {}}, {dither: {bits: 16, shape: shaped}}]").empty());
}

TEST_CASE("a target beyond the limiter's reach is a warning")
{
    const auto warning = [](std::string_view chain) -> std::string {
        const auto loaded = config::load_text("fohd: 1\nbuses: {main: {chain: " + std::string(chain) + "}}\n");
        REQUIRE(loaded.config);
        return loaded.problems.empty() ? "" : to_line(loaded.problems.front(), "f");
    };
    CHECK(warning("[{leveller: {target: -9 LUFS}}, fader, {limiter: {ceiling: -12 dB}}]") ==
          "f:2:25: warning: a target of -9 LUFS is beyond the reach of the limiter after it, whose ceiling is -12 dB");
    CHECK(warning("[{leveller: {target: -14 LUFS}}, fader, {limiter: {ceiling: -1 dB}}]").empty());
}

TEST_CASE("a group of one, of two in a chain, and one that hears itself, are told")
{
    const auto problem = [](const std::string& inputs, const std::string& main = "") -> std::string {
        const auto loaded =
            config::load_text("fohd: 1\nbuses: {main: {channels: 1, chain: [" + main + "]}}\ninputs:\n" + inputs);
        return loaded.problems.empty() ? "" : to_line(loaded.problems.front(), "f");
    };
    const std::string a = "  a: {chain: [{automix: {group: talk}}], sends: {main: {}}}\n";
    CHECK(problem(a) == "f:4:16: warning: the automix group `talk` has no other member; its gain stays at 0 dB");
    CHECK(problem("  a: {chain: [automix]}\n") ==
          "f:4:15: warning: this automix without a `group` is the only one; its gain stays at 0 dB");
    CHECK(problem(a + "  b: {chain: [{automix: {group: talk, weight: 3 dB}}]}\n").empty());
    CHECK(problem("  a: {chain: [automix, {automix: {name: other}}]}\n") ==
          "f:4:25: error: a second automix of one group in this chain, first in line 4; allowed: one, or another "
          "`group`");
    CHECK(problem(a, "{automix: {group: talk}}") == "f:4:50: error: the sound goes in a loop: `a` -> `main` -> `a`; "
                                                    "remove one of these sends, keys or members of a group");
}

TEST_CASE("a chain has at most 64 entries")
{
    const auto chain_of = [](int length) {
        std::string text = "fohd: 1\nbuses:\n  main:\n    chain:\n";
        for (int i = 0; i < length; ++i) text += "      - high_pass: {name: f" + std::to_string(i) + "}\n";
        return config::load_text(text);
    };
    CHECK(chain_of(64).config);
    const auto loaded = chain_of(65);
    REQUIRE(loaded.problems.size() == 1);
    CHECK(to_line(loaded.problems[0], "f") == "f:5:7: error: a chain of 65 entries is too long; allowed: 64");
}
