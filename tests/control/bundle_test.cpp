#include "tests/control/service_fixture.h"

#include "tests/control/osc_bytes.h"

#include <catch2/catch.hpp>

using namespace fohd::control;
using namespace fohd::control::test;
using namespace std::string_literals;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

std::string bundle(std::vector<Message> messages, TimeTag time = {})
{
    auto packet = "#bundle\0"s;
    for (int shift = 56; shift >= 0; shift -= 8) packet.push_back(static_cast<char>(time.ntp >> shift & 0xff));
    for (const auto& message : messages) packet += sized(encode(message));
    return packet;
}

TimeTag ahead(std::chrono::milliseconds time) { return to_time_tag(std::chrono::system_clock::now() + time); }

} // namespace

TEST_CASE("a bundle reaches the sound at once")
{
    Desk desk;
    Tablet tablet(desk);
    std::vector<Message> messages;
    for (const auto& parameter : desk.layout.parameters) messages.push_back({"/norm" + parameter.address, {1.0f}});
    tablet.send(bytes(bundle(messages)));
    REQUIRE(desk.until([&] { return !desk.sound.calls.empty(); }));
    CHECK(desk.sound.calls.size() == 1);
    CHECK(desk.sound.calls[0].changed.size() == desk.layout.parameters.size());
}

TEST_CASE("values are published at most once a millisecond")
{
    Desk desk;
    Tablet tablet(desk);
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 1; i <= 200; ++i) {
        tablet.send("/bus/main/fader", {-static_cast<float>(i) / 10});
        desk.context.restart();
        desk.context.poll();
    }
    REQUIRE(desk.until([&] {
        return desk.sound.calls.size() &&
               desk.sound.calls.back().values[static_cast<std::size_t>(desk.layout.find("/bus/main/fader"))] == -20.0f;
    }));
    const auto took = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    CHECK(static_cast<double>(desk.sound.calls.size()) <= took + 2);
}

TEST_CASE("a bad message in a bundle gets its error, the others act")
{
    Desk desk;
    Tablet tablet(desk);
    tablet.send(bytes(bundle({{"/bus/main/fader", {-3.0f}},
                              {"/bus/main/nonsense", {1.0f}},
                              {"/bus/main/fader", {std::numeric_limits<float>::quiet_NaN()}},
                              {"/bus/main/pan", {0.5f}}})));
    REQUIRE(desk.settle(tablet));
    CHECK(tablet.count("/error") == 2);
    CHECK(desk.value("/bus/main/fader") == -3);
    CHECK(desk.value("/bus/main/pan") == 0.5f);
}

TEST_CASE("a bundle of the near future waits for its time")
{
    Desk desk;
    Tablet tablet(desk);
    const auto begin = std::chrono::steady_clock::now();
    tablet.send(bytes(bundle({{"/bus/main/fader", {-3.0f}}}, ahead(80ms))));
    REQUIRE(desk.settle(tablet));
    CHECK(desk.value("/bus/main/fader") == 0);
    REQUIRE(desk.until([&] { return desk.sound.calls.size() == 1; }));
    CHECK(std::chrono::steady_clock::now() - begin >= 78ms);
    CHECK(desk.value("/bus/main/fader") == -3);
}

TEST_CASE("a late bundle acts now, one of the far future never")
{
    Desk desk;
    Tablet tablet(desk);
    tablet.send(bytes(bundle({{"/bus/main/fader", {-3.0f}}}, ahead(-5000ms))));
    tablet.send(bytes(bundle({{"/bus/main/pan", {1.0f}}}, ahead(11000ms))));
    REQUIRE(desk.settle(tablet));
    CHECK(desk.value("/bus/main/fader") == -3);
    CHECK(desk.value("/bus/main/pan") == 0);
    CHECK_THAT(tablet.error(), Contains("/bus/main/pan: ") && Contains("10 s"));
}
