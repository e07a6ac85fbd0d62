#include "config/check.h"
#include "config/defaults.h"
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

using namespace fohd;

TEST_CASE("the built-in example is without errors and warnings")
{
    const auto loaded = config::load_text(config::built_in_example());
    for (const auto& problem : loaded.problems) FAIL_CHECK(to_line(problem, "built-in"));
    REQUIRE(loaded.config);
    CHECK(loaded.config->audio.source == "programme");
    REQUIRE(loaded.config->graph.strips.size() == 3);
    CHECK(loaded.config->graph.strips[1].loudness);
    CHECK(loaded.config->graph.strips[1].fader_position == 2);
}

TEST_CASE("the examples are without errors and warnings")
{
    const auto folder = std::filesystem::path(__FILE__).parent_path() / "../../config/examples";
    int count = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        if (file.path().extension() != ".yaml") continue;
        const auto report = config::check(config::load_file(file.path().string()), file.path().string());
        for (const auto& problem : report.problems) FAIL_CHECK(problem);
        CHECK(report.good);
        CHECK(!report.notes.empty());
        ++count;
    }
    CHECK(count >= 3);
}
