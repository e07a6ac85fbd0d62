#include "control/fohctl_commands.h"
#include "control/osc/message.h"

#include <catch2/catch.hpp>

using namespace fohd::control;
using namespace std::string_literals;

namespace {

std::string problem(std::vector<std::string> words)
{
    CtlOptions options;
    return read_ctl_options(words, options);
}

} // namespace

TEST_CASE("fohctl: options stand before the command, everything behind it is the command's")
{
    CtlOptions options;
    const std::vector<std::string> words{"--host", "desk", "--port", "9001", "--tcp", "set", "/bus/main/fader", "-6"};
    REQUIRE(read_ctl_options(words, options).empty());
    CHECK(options.host == "desk");
    CHECK(options.port == 9001);
    CHECK(options.tcp);
    CHECK(options.command == "set");
    CHECK(options.arguments == std::vector<std::string>{"/bus/main/fader", "-6"});
}

TEST_CASE("fohctl: a wrong command line gets one sentence")
{
    CHECK_FALSE(problem({}).empty());
    CHECK_FALSE(problem({"fly"}).empty());
    CHECK_FALSE(problem({"get"}).empty());
    CHECK_FALSE(problem({"set", "/bus/main/fader"}).empty());
    CHECK_FALSE(problem({"set", "/bus/main/fader", "-6", "dB"}).empty());
    CHECK_FALSE(problem({"get", "bus/main/fader"}).empty());
    CHECK_FALSE(problem({"--port", "0", "status"}).empty());
    CHECK_FALSE(problem({"--port", "70000", "status"}).empty());
    CHECK_FALSE(problem({"--port"}).empty());
    CHECK_FALSE(problem({"--colour", "status"}).empty());
    CHECK(problem({"--help"}).empty());
    CHECK(problem({"watch"}).empty());
}

TEST_CASE("fohctl: numbers go as floats, truths as truths, everything else as text")
{
    CHECK(ctl_set_message("/a", "-6") == Message{"/a", {-6.0f}});
    CHECK(ctl_set_message("/a", "2.5e3") == Message{"/a", {2500.0f}});
    CHECK(ctl_set_message("/a", "-6 dB") == Message{"/a", {"-6 dB"s}});
    CHECK(ctl_set_message("/a", "-inf") == Message{"/a", {"-inf"s}});
    CHECK(ctl_set_message("/a", "true") == Message{"/a", {true}});
    CHECK(ctl_set_message("/a", "bell") == Message{"/a", {"bell"s}});
}

TEST_CASE("fohctl: a message is printed as its address and values")
{
    CHECK(ctl_line({"/bus/main/fader", {-6.0f}}) == "/bus/main/fader -6");
    CHECK(ctl_line({"/bus/main/meter/peak", {-20.5f, -120.0f}}) == "/bus/main/meter/peak -20.5 -120");
    CHECK(ctl_line({"/a", {true, 3, "soft"s}}) == "/a true 3 soft");
}
