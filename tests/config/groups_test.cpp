#include "config/config.h"
#include <catch2/catch.hpp>

using namespace fohd;

namespace {

config::Config good(std::string_view text)
{
    const auto loaded = config::load_text(text);
    for (const auto& problem : loaded.problems) UNSCOPED_INFO(to_line(problem, "test"));
    REQUIRE(loaded.config);
    return *loaded.config;
}
} // namespace

TEST_CASE("mute groups and DCAs name strips, with their kind where kinds share a name")
{
    const auto config = good(R"(fohd: 1
inputs: {vox: {}, kick: {}, fx: {}}
buses: {fx: {}, main: {}}
outputs: {foh: {from: main}}
mute_groups:
  band: {strips: [kick, bus/fx]}
  all: {strips: [foh], mute: on}
dcas:
  singers: {strips: [vox, input/fx], fader: -6 dB}
  quiet: {strips: [main], fader: -inf, mute: true}
)");
    CHECK(config.mute_groups == std::vector<config::MuteGroup>{{"band", {1, 3}, false}, {"all", {5}, true}});
    CHECK(config.dcas == std::vector<config::Dca>{{"singers", {0, 2}, -6, false}, {"quiet", {4}, -90, true}});
    CHECK_FALSE(config.solo);
    CHECK_FALSE(config.ab);
}

TEST_CASE("the solo bus is the one that says so, or the one of that name, and hears who does not hear it")
{
    using config::Solo;
    const auto named = good("fohd: 1\ninputs: {a: {}, wide: {channels: 6}}\n"
                            "buses: {solo: {}, main: {}}\noutputs: {phones: {from: solo}}\n");
    CHECK(named.solo == Solo{Solo::Mode::pfl, 2, {0, 3}});

    const auto told = good("fohd: 1\ninputs: {a: {}}\n"
                           "buses: {solo: {}, monitor: {solo: afl, sends: {talk: {}}}, talk: {}}\n");
    CHECK(told.solo == Solo{Solo::Mode::afl, 2, {0, 1}});

    CHECK_FALSE(good("fohd: 1\nbuses: {solo: {solo: off}}\n").solo);
}

TEST_CASE("the comparison takes some processors of a chain, or all")
{
    const std::string strips = "fohd: 1\nbuses: {main: {chain: [eq: {}, compressor: {}, fader, limiter: {}]}}\n";
    CHECK(good(strips + "master: {ab: {strip: main}}").ab == config::Ab{0, {0, 1, 2}, true});
    CHECK(good(strips + "master: {ab: {strip: bus/main, processors: [limiter, eq], with: off}}").ab ==
          config::Ab{0, {0, 2}, false});
    CHECK_FALSE(good(strips + "master:\n").ab);
}

TEST_CASE("there are at most 64 groups of a kind")
{
    std::string text = "fohd: 1\nbuses: {main: {}}\ndcas:\n";
    for (int i = 1; i <= 64; ++i) text += "  d" + std::to_string(i) + ": {strips: [main]}\n";
    CHECK(good(text).dcas.size() == 64);
    const auto loaded = config::load_text(text + "  more: {strips: [main]}\n");
    REQUIRE(loaded.problems.size() == 1);
    CHECK(to_line(loaded.problems[0], "f") == "f:68:3: error: 65 dcas are too many; allowed: 64");
}
