#include "tests/control/service_fixture.h"

#include <catch2/catch.hpp>
#include <set>

using namespace fohd::control;
using namespace fohd::control::test;
using namespace std::string_literals;
using Catch::Contains;

namespace {

int done_count(const Client& client)
{
    const auto* done = client.find("/dump/done");
    return done ? std::get<std::int32_t>(done->arguments.at(0)) : -1;
}

} // namespace

TEST_CASE("a dump is the whole state in packets of at most 1,400 bytes, and none is lost")
{
    Desk desk(100);
    Tablet tablet(desk);
    const auto begin = std::chrono::steady_clock::now();
    tablet.send("/dump");
    REQUIRE(desk.until([&] { return done_count(tablet) >= 0; }));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::set<std::string> addresses;
    std::size_t bytes = 0;
    for (const auto& message : tablet.messages) addresses.insert(message.address);
    for (const auto& packet : tablet.packets) {
        CHECK(packet.size() <= 1400);
        bytes += packet.size();
    }
    addresses.erase("/dump/done");
    CHECK(addresses.size() == desk.layout.parameters.size() + 1); // and loudness/pause
    CHECK(done_count(tablet) == static_cast<int>(addresses.size()));
    for (const auto& parameter : desk.layout.parameters) CHECK(addresses.contains(parameter.address));
    CHECK(tablet.messages.back().address == "/dump/done");
    // 2 Mbit/s after a first burst of four packets.
    CHECK(static_cast<double>(bytes) / took.count() < 250e3 + 5600 / took.count() + 5e3);
}

TEST_CASE("a dump of a pattern holds what matches, readings too")
{
    Desk desk;
    Tablet tablet(desk);
    tablet.send("/dump", {"/bus/main/{fader,meter,loudness}//"s});
    REQUIRE(desk.until([&] { return done_count(tablet) >= 0; }));
    CHECK(done_count(tablet) == 1 + 2 + 8 + 1);
    CHECK(tablet.find("/bus/main/fader"));
    CHECK(tablet.find("/bus/main/loudness/max/momentary"));
    CHECK_FALSE(tablet.find("/bus/main/loudness/reset"));
    tablet.clear();
    tablet.send("/dump", {"/nothing//"s});
    REQUIRE(desk.until([&] { return done_count(tablet) == 0; }));
}

TEST_CASE("one dump a client, eight in all")
{
    Desk desk(100);
    Tablet tablet(desk);
    tablet.send("/dump");
    tablet.send("/dump");
    REQUIRE(desk.until([&] { return tablet.find("/error"); }));
    CHECK_THAT(tablet.error(), Contains("/dump: ") && Contains("still running"));
    std::vector<std::unique_ptr<Tablet>> others;
    for (int i = 0; i < 8; ++i) {
        others.push_back(std::make_unique<Tablet>(desk));
        others.back()->send("/dump");
    }
    REQUIRE(desk.until([&] { return others.back()->find("/error"); }));
    CHECK_THAT(others.back()->error(), Contains("too many"));
    REQUIRE(desk.until([&] { return done_count(tablet) > 0; }));
}

TEST_CASE("over TCP a dump waits for its reader")
{
    Desk desk(100);
    TcpClient tcp(desk.context, desk.service.port(), Framing::length);
    tcp.read();
    tcp.send("/dump");
    REQUIRE(desk.until([&] { return done_count(tcp) > 0; }));
    CHECK(done_count(tcp) == static_cast<int>(desk.layout.parameters.size()) + 1);
}
