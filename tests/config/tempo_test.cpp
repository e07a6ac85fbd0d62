#include "config/compare.h"
#include "config/config.h"
#include <catch2/catch.hpp>

using namespace fohd;

namespace {

config::Config good(const std::string& text)
{
    const auto loaded = config::load_text("fohd: 1\n" + text);
    for (const auto& problem : loaded.problems) UNSCOPED_INFO(to_line(problem, "test"));
    REQUIRE(loaded.config);
    return *loaded.config;
}

float sync_of(const std::string& note)
{
    return good("buses: {echo: {chain: [delay: {sync: " + note + "}]}}").graph.strips[0].chain[0].values.back();
}
} // namespace

TEST_CASE("tempo: a number, a number with its unit, or a map", "[tempo]")
{
    CHECK(good("").graph.tempo == 120);
    CHECK(good("").follows_transport);
    CHECK(good("tempo: 97.3").graph.tempo == 97.3f);
    CHECK(good("tempo: 97.3 BPM").graph.tempo == 97.3f);
    CHECK(good("tempo:").graph.tempo == 120);
    const auto map = good("tempo: {bpm: 64 bpm, follow: off}");
    CHECK(map.graph.tempo == 64);
    CHECK_FALSE(map.follows_transport);
    CHECK(good("tempo: {follow: on}").graph.tempo == 120);
}

TEST_CASE("tempo: note values are written as they are said", "[tempo]")
{
    CHECK(sync_of("off") == 0);
    CHECK(sync_of("false") == 0);
    CHECK(sync_of("1/1") == 1);
    CHECK(sync_of("1/2") == 2);
    CHECK(sync_of("1/2_dotted") == 3);
    CHECK(sync_of("\"1/8_triplet\"") == 10);
    CHECK(sync_of("1/32") == 14);
}

TEST_CASE("tempo: another one is a change of the sound alone", "[tempo]")
{
    for (const char* other : {"tempo: 121", "tempo: {follow: off}"}) {
        const auto difference = config::compare(good("tempo: 120"), good(other));
        CHECK(difference.sound);
        CHECK_FALSE(difference.device);
        CHECK(difference.strips.empty());
    }
}
