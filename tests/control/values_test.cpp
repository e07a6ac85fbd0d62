#include "tests/control/service_fixture.h"

#include "control/value_argument.h"
#include "dsp/registry.h"
#include "tests/control/osc_bytes.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

using namespace fohd;
using namespace fohd::control;
using namespace fohd::control::test;
using namespace std::string_literals;
using Catch::Contains;

TEST_CASE("an address without arguments asks, with or without a type tag string")
{
    Desk desk;
    Tablet tablet(desk), other(desk);
    tablet.send(bytes("/bus/main/fader\0"s));
    tablet.send("/bus/main/fader");
    tablet.send("/input/vox/mute");
    tablet.send("/input/vox/tone/mode");
    REQUIRE(desk.settle(tablet));
    CHECK(tablet.count("/bus/main/fader") == 2);
    CHECK(*tablet.find("/bus/main/fader") == Message{"/bus/main/fader", {0.0f}});
    CHECK(*tablet.find("/input/vox/mute") == Message{"/input/vox/mute", {false}});
    CHECK(*tablet.find("/input/vox/tone/mode") == Message{"/input/vox/tone/mode", {"soft"s}});
    CHECK(other.packets.empty());
}

TEST_CASE("every type of number sets, in the parameter's own unit")
{
    Desk desk;
    Tablet tablet(desk);
    const auto argument = GENERATE(values<Argument>({-6.0f, -6, -6.0, std::int64_t{-6}, "-6"s, "-6 dB"s, "-6dB"s}));
    tablet.send("/bus/main/fader", {argument});
    REQUIRE(desk.settle(tablet));
    CHECK(desk.value("/bus/main/fader") == -6);
    CHECK(tablet.messages.size() == 1); // the pong: nothing is echoed
    REQUIRE_FALSE(desk.sound.calls.empty());
    CHECK(desk.sound.calls.back().changed == std::vector<int>{desk.layout.find("/bus/main/fader")});
}

TEST_CASE("strings carry units, names and the ends of ranges")
{
    Desk desk;
    Tablet tablet(desk);
    tablet.send("/bus/main/tone/frequency", {"2.5 kHz"s});
    tablet.send("/bus/main/tone/mode", {"fold"s});
    tablet.send("/bus/main/tone/ratio", {"inf"s});
    tablet.send("/bus/main/fader", {"-inf"s});
    REQUIRE(desk.settle(tablet));
    CHECK(desk.value("/bus/main/tone/frequency") == 2500);
    CHECK(desk.value("/bus/main/tone/mode") == 2);
    CHECK(desk.value("/bus/main/tone/ratio") == 100);
    CHECK(desk.value("/bus/main/fader") == -90);
    CHECK(tablet.messages.size() == 1);
}

TEST_CASE("switches take truths and numbers")
{
    Desk desk;
    Tablet tablet(desk);
    const auto on = GENERATE(values<Argument>({true, 1, 1.0f, "on"s, "true"s}));
    tablet.send("/bus/main/mute", {on});
    REQUIRE(desk.settle(tablet));
    CHECK(desk.value("/bus/main/mute") == 1);
    tablet.send("/bus/main/mute", {false});
    REQUIRE(desk.settle(tablet));
    CHECK(desk.value("/bus/main/mute") == 0);
}

TEST_CASE("a switch that is no parameter takes what the others take, and so does /norm of a switch")
{
    Desk desk;
    Tablet tablet(desk);
    const auto [on, off] = GENERATE(table<Argument, Argument>(
        {{true, false}, {1, 0}, {1.0f, 0.0f}, {"on"s, "off"s}, {"true"s, "false"s}, {"1"s, "0"s}, {"yes"s, "no"s}}));
    for (const bool want : {true, false}) {
        tablet.send("/bus/main/loudness/pause", {want ? on : off});
        tablet.send("/norm/bus/main/mute", {want ? on : off});
        REQUIRE(desk.settle(tablet));
        CHECK(tablet.count("/error") == 0);
        CHECK(desk.readings.paused[2] == want);
        CHECK(desk.value("/bus/main/mute") == want);
    }
}

TEST_CASE("where names of choices are numbers, a number is a name")
{
    const auto& params = dsp::find_processor_type("dither")->params;
    const auto bits = std::ranges::find(params, "bits", &dsp::ParamSpec::id);
    REQUIRE(bits != params.end());
    for (const Argument& sixteen : {Argument{16}, Argument{16.0f}, Argument{"16"s}})
        CHECK(read_value(*bits, sixteen).value == std::optional(0.0f));
    CHECK(read_value(*bits, 24).value == std::optional(2.0f));
    for (const Argument& none : {Argument{0}, Argument{17}, Argument{16.5f}, Argument{-1}}) {
        CHECK_FALSE(read_value(*bits, none).value);
        CHECK_THAT(read_value(*bits, none).error, Contains("16, 20, 24"));
    }
    const auto shape = std::ranges::find(params, "shape", &dsp::ParamSpec::id);
    CHECK(read_value(*shape, 1).value == std::optional(1.0f)); // an index
}

TEST_CASE("out of range is clamped, and its sender is told what was stored")
{
    Desk desk;
    Tablet tablet(desk);
    const auto argument = GENERATE(values<Argument>({99.0f, 1e300, std::int64_t{1} << 60, "99 dB"s}));
    tablet.send("/bus/main/fader", {argument});
    REQUIRE(desk.settle(tablet));
    CHECK(desk.value("/bus/main/fader") == 10);
    CHECK(tablet.count("/bus/main/fader") == 1);
    CHECK(*tablet.find("/bus/main/fader") == Message{"/bus/main/fader", {10.0f}});
}

TEST_CASE("what is no value is refused and changes nothing")
{
    Desk desk;
    Tablet tablet(desk);
    struct Row {
        std::string address;
        std::vector<Argument> arguments;
        std::string says;
    };
    const auto row = GENERATE(values<Row>({
        {"/bus/main/fader", {true}, "dB"},
        {"/bus/main/fader", {Nil{}}, "dB"},
        {"/bus/main/fader", {"6 Hz"s}, "dB"},
        {"/bus/main/fader", {"loud"s}, "dB"},
        {"/bus/main/fader", {"nan"s}, ""},
        {"/bus/main/fader", {1.0f, 2.0f}, "one value"},
        {"/bus/main/tone/mode", {"blue"s}, "soft"},
        {"/bus/main/meter/peak", {1.0f}, "reading"},
        {"/norm/bus/main/fader", {"-6 dB"s}, "0 to 1"},
        {"/bus/main/loudness/pause", {"maybe"s}, "on or off, true or false"},
    }));
    tablet.send(row.address, row.arguments);
    REQUIRE(desk.settle(tablet));
    INFO(tablet.error());
    CHECK_THAT(tablet.error(), Contains(row.address + ": ") && Contains(row.says));
    CHECK(tablet.count("/error") == 1);
    CHECK(desk.sound.calls.empty());
}

TEST_CASE("NaN and infinity are refused as floats and doubles")
{
    Desk desk;
    Tablet tablet(desk);
    const auto argument =
        GENERATE(values<Argument>({std::nanf(""), INFINITY, -INFINITY, std::nan(""), static_cast<double>(INFINITY)}));
    tablet.send("/bus/main/fader", {argument});
    REQUIRE(desk.settle(tablet));
    CHECK_THAT(tablet.error(), Contains("/bus/main/fader: ") && Contains("finite"));
    CHECK(desk.value("/bus/main/fader") == 0);
}

TEST_CASE("an address that does not exist is answered with the nearest that does")
{
    Desk desk;
    Tablet tablet(desk);
    const auto row = GENERATE(table<std::string, std::string>({{"/bus/main/fadr", "/bus/main/fader"},
                                                               {"/bus/mian/tone/gain", "/bus/main/tone/gain"},
                                                               {"/output/foh/mute/x", "/output/foh/mute"},
                                                               {"/subscrib", "/subscribe"},
                                                               {"/scene/list", "no such address"}}));
    tablet.send(std::get<0>(row), {1.0f});
    REQUIRE(desk.settle(tablet));
    CHECK_THAT(tablet.error(), Contains(std::get<0>(row) + ": no such address") && Contains(std::get<1>(row)));
}

TEST_CASE("garbage is answered, and fohd goes on")
{
    Desk desk;
    Tablet tablet(desk);
    tablet.send(bytes("garbage!"));
    REQUIRE(desk.settle(tablet));
    CHECK(tablet.count("/error") == 1);
}

TEST_CASE("norm is the same parameter on its taper")
{
    Desk desk;
    Tablet tablet(desk);
    tablet.send("/norm/bus/main/fader", {0.75f});
    tablet.send("/norm/bus/main/fader");
    tablet.send("/norm/bus/main/tone/frequency", {0.5f});
    tablet.send("/norm/bus/main/tone/mode", {1});
    tablet.send("/norm/bus/main/mute", {true});
    REQUIRE(desk.settle(tablet));
    CHECK(desk.value("/bus/main/fader") == Approx(0).margin(1e-4)); // the console fader law
    CHECK(std::get<float>(tablet.find("/norm/bus/main/fader")->arguments.at(0)) == Approx(0.75));
    CHECK(desk.value("/bus/main/tone/frequency") == Approx(std::sqrt(10.0 * 20000)));
    CHECK(desk.value("/bus/main/tone/mode") == 2);
    CHECK(desk.value("/bus/main/mute") == 1);
    CHECK(tablet.messages.size() == 2); // the one asked for and the pong

    tablet.clear();
    tablet.send("/norm/bus/main/fader", {7.0f});
    REQUIRE(desk.settle(tablet));
    CHECK(desk.value("/bus/main/fader") == 10);
    CHECK(*tablet.find("/norm/bus/main/fader") == Message{"/norm/bus/main/fader", {1.0f}});
}

TEST_CASE("a pattern sets and asks all that it matches")
{
    Desk desk;
    Tablet tablet(desk);
    tablet.send("/input/*/fader", {-12.0f});
    tablet.send("/{bus,output}//mute", {true});
    tablet.send("//tone/gain", {3.0f});
    tablet.send("/norm//tone/ratio", {0.0f});
    REQUIRE(desk.settle(tablet));
    CHECK(desk.value("/input/vox/fader") == -12);
    CHECK(desk.value("/input/in2/fader") == -12);
    CHECK(desk.value("/bus/main/fader") == 0);
    CHECK(desk.value("/bus/main/mute") == 1);
    CHECK(desk.value("/input/vox/mute") == 0);
    CHECK(desk.value("/bus/main/tone/gain") == 3); // in dB, not as a position: // leaves /norm alone
    CHECK(desk.value("/input/in2/tone/ratio") == 1);

    tablet.send("/input/*/fader");
    tablet.send("/bus/main/meter/*");
    REQUIRE(desk.until([&] {
        return tablet.find("/input/vox/fader") && tablet.find("/input/in2/fader") && tablet.find("/bus/main/meter/rms");
    }));
    CHECK(*tablet.find("/bus/main/meter/peak") == Message{"/bus/main/meter/peak", {-120.0f, -120.0f}});
    CHECK(tablet.count("/error") == 0);
    for (const auto& packet : tablet.packets) CHECK(text(packet).substr(0, 7) != "#bundle");
}

TEST_CASE("a pattern that matches nothing, or is none, is an error")
{
    Desk desk;
    Tablet tablet(desk);
    const auto row = GENERATE(table<std::string, std::string>(
        {{"/input/*/nothing", "no address matches"}, {"/input/{vox", "not closed"}, {"/bus/main/meter/*", "reading"}}));
    tablet.send(std::get<0>(row), {1.0f});
    REQUIRE(desk.settle(tablet));
    CHECK_THAT(tablet.error(), Contains(std::get<0>(row)) && Contains(std::get<1>(row)));
}

TEST_CASE("readings are asked like values; commands act on true, a number, or nothing")
{
    Desk desk;
    Tablet tablet(desk);
    desk.readings.values["/bus/main/loudness/momentary"] = -23.04f;
    desk.readings.values["/bus/main/loudness/range"] = NAN;
    tablet.send("/bus/main/loudness/momentary");
    tablet.send("/bus/main/loudness/max/truepeak");
    tablet.send("/bus/main/loudness/range");
    tablet.send("/bus/main/tone/meter/reduction");
    for (const auto& argument : std::vector<Argument>{true, 1, 0.5f, "on"s, false, 0, 0.0f, "off"s, "false"s})
        tablet.send("/bus/main/loudness/reset", {argument});
    tablet.send("/bus/main/loudness/reset");
    tablet.send("/bus/main/loudness/pause", {true});
    tablet.send("/bus/main/loudness/pause");
    tablet.send("/bus/main//"); // asks; must not reset
    tablet.send("/*/*/loudness/reset");
    tablet.send("/bus/main/tone/meter/each");
    tablet.send("/bus/main/tone/meter/pitch");
    for (const auto& argument : std::vector<Argument>{true, 1, false, 0, "off"s})
        tablet.send("/bus/main/tone/learn", {argument});
    tablet.send("/*/*/tone/forget");
    tablet.send("/bus/main/tone/*"); // asks; must not act
    REQUIRE(desk.settle(tablet));
    CHECK(tablet.find("/bus/main/tone/meter/each")->arguments.size() == 2);
    CHECK(tablet.find("/bus/main/tone/meter/pitch")->arguments.size() == 3);
    using Act = std::array<int, 3>;
    CHECK(desk.readings.acts == std::vector<Act>{{2, 0, 1}, {2, 0, 1}, {0, 0, 0}, {1, 0, 0}, {2, 0, 0}});
    CHECK(*tablet.find("/bus/main/loudness/momentary") == Message{"/bus/main/loudness/momentary", {-23.04f}});
    CHECK(*tablet.find("/bus/main/loudness/max/truepeak") == Message{"/bus/main/loudness/max/truepeak", {-120.0f}});
    CHECK(std::isfinite(std::get<float>(tablet.find("/bus/main/loudness/range")->arguments.at(0))));
    CHECK(tablet.find("/bus/main/tone/meter/reduction")->arguments.size() == 2);
    CHECK(desk.readings.resets == std::vector<int>(6, 2));
    CHECK(desk.readings.paused[2]);
    CHECK(*tablet.find("/bus/main/loudness/pause") == Message{"/bus/main/loudness/pause", {true}});
}
