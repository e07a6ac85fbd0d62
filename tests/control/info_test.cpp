#include "tests/control/service_fixture.h"

#include <catch2/catch.hpp>

using namespace fohd::control;
using namespace fohd::control::test;
using namespace std::string_literals;
using Catch::Contains;

TEST_CASE("ping is answered by pong with the same arguments")
{
    Desk desk;
    Tablet tablet(desk);
    tablet.send("/ping", {7, "x"s});
    REQUIRE(desk.until([&] { return tablet.find("/pong"); }));
    CHECK(tablet.messages[0] == Message{"/pong", {7, "x"s}});
}

TEST_CASE("info tells name, version and fohd, then what one should know")
{
    Desk desk;
    Tablet tablet(desk);
    tablet.send("/info");
    REQUIRE(desk.settle(tablet));
    CHECK(tablet.messages[0] == Message{"/info", {"fohd"s, "1.2.3"s, "fohd"s}});
    CHECK(tablet.messages[1] == Message{"/info/note", {"bus main is 72 frames late through its limiter"s}});
}

TEST_CASE("status is typed, and a line of keys and values")
{
    Desk desk;
    Tablet tablet(desk);
    tablet.send("/subscribe", {"/bus/main/fader"s});
    tablet.send("/status");
    REQUIRE(desk.until([&] { return tablet.find("/status/text"); }));
    CHECK(*tablet.find("/status") == Message{"/status", {"fohd"s, "1.2.3"s, 61, "dummy"s, 48000, 64, 12.34f, 3, 1}});
    CHECK(std::get<std::string>(tablet.find("/status/text")->arguments.at(0)) ==
          "name=fohd version=1.2.3 uptime=61 backend=dummy rate=48000 block=64 load=12.3 xruns=3 clients=1 dropped=0 "
          "bad_samples=0");
}

TEST_CASE("an open port without a list of who may is warned of")
{
    CHECK(open_port_warning({"127.0.0.1", 9000, {}}).empty());
    CHECK(open_port_warning({"::1", 9000, {}}).empty());
    CHECK(open_port_warning({"0.0.0.0", 9000, {"192.168.1.0/24"}}).empty());
    CHECK_THAT(open_port_warning({"0.0.0.0", 9000, {}}), Contains("0.0.0.0:9000") && Contains("allow"));
    OscOptions options;
    options.server.bind = "0.0.0.0";
    Desk desk(1, options);
    Tablet tablet(desk);
    tablet.send("/info");
    REQUIRE(desk.settle(tablet));
    CHECK_THAT(std::get<std::string>(tablet.find("/info/note")->arguments.at(0)), Contains("allow"));
}

TEST_CASE("answers of another fohd are not answered")
{
    Desk desk;
    Tablet tablet(desk);
    tablet.send("/error", {"/a"s, "no such address"s});
    tablet.send("/pong");
    REQUIRE(desk.settle(tablet));
    CHECK(tablet.messages.size() == 1);
}
