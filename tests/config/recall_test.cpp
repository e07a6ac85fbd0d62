#include "config/config.h"

#include <catch2/catch.hpp>

using namespace fohd::config;

namespace {

Loaded with_scenes(const std::string& scenes)
{
    return load_text("fohd: 1\nscenes: " + scenes + "\nbuses: {main: {}}\noutputs: {foh: {from: main}}\n");
}
} // namespace

TEST_CASE("scenes: fade, switches and safes are read")
{
    const auto loaded = with_scenes("{fade: 2 s, switches: end, safe: [/bus/main, '/input/{a,b}/eq', '//polarity']}");
    REQUIRE(loaded.config);
    CHECK(loaded.config->recall == Recall{{"/bus/main", "/input/{a,b}/eq", "//polarity"}, 2, true});
    CHECK(with_scenes("{safe: /bus/main}").config->recall == Recall{{"/bus/main"}, 0, false});
    CHECK(with_scenes("").config->recall == Recall{});
}

TEST_CASE("scenes: what is wrong is an error with its place")
{
    const auto text =
        GENERATE(values<std::string>({"{fade: -1 s}", "{fade: 601 s}", "{fade: 2 dB}", "{switches: middle}",
                                      "{safe: main}", "{safe: ['/in[']}", "{safes: [/bus]}", "3"}));
    INFO(text);
    const auto loaded = with_scenes(text);
    CHECK_FALSE(loaded.config);
    REQUIRE(loaded.problems.size() == 1);
    CHECK(loaded.problems[0].line == 2);
}
