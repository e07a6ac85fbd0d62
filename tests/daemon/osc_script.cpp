#include "daemon/osc_script.h"
#include "tests/support/temp_folder.h"
#include <catch2/catch.hpp>
#include <fstream>

using namespace fohd;

namespace {
std::string write(const test::TempFolder& folder, const std::string& text)
{
    const std::string path = folder / "moves.txt";
    std::ofstream(path) << text;
    return path;
}
} // namespace

TEST_CASE("a script is lines of frame, address and value", "[render]")
{
    const test::TempFolder folder;
    const auto script = daemon::load_script(
        write(folder, "# moves\n\n0 /bus/main/fader -6 dB\n480, /{input,bus}/*/mute, on\n480,/bus/main/pan,0.5\n"));
    REQUIRE(script);
    REQUIRE(script->size() == 3);
    CHECK((*script)[0].value == "-6 dB");
    CHECK((*script)[1].frame == 480);
    CHECK((*script)[1].address == "/{input,bus}/*/mute");
    CHECK((*script)[1].value == "on");
    CHECK((*script)[2].line == 5);
    CHECK((*script)[2].value == "0.5");
}

TEST_CASE("a script's errors are told at once, with their lines", "[render]")
{
    const test::TempFolder folder;
    const auto script = daemon::load_script(write(folder, "soon /a 1\n480 /a 1\n0 /a 1\n960 a 1\n960 /a\n-1 /a 1\n"));
    REQUIRE_FALSE(script);
    for (const char* fragment :
         {":1:1: error: `soon` is not a frame", ":3:1: error: frame 0 is before", ":4:1: error: `a` is not an address",
          ":5:1: error: there is no value after /a", ":6:1: error: `-1` is not a frame"})
        CHECK_THAT(script.error(), Catch::Contains(fragment));
}
