// What commands take, and what becomes of all else.
#include "control/command.h"

#include "control/session.h"
#include "tests/control/fake_shelf.h"
#include "tests/control/service_fixture.h"

#include <catch2/catch.hpp>

using namespace fohd::control;
using namespace fohd::control::test;
using namespace std::string_literals;
using Arguments = std::vector<Argument>;

namespace {

bool fits(std::string_view takes, const Arguments& arguments) { return misfit({"/x", takes}, arguments).empty(); }

bool let_go(std::string_view takes, const Arguments& arguments) { return is_let_go({"/x", takes}, arguments); }

const std::vector<Argument> on{true, 1, -2.5f, std::int64_t{7}, 0.1, "on"s, "true"s, "1"s, Impulse{}};
const std::vector<Argument> off{false, 0, 0.0f, std::int64_t{0}, 0.0, "off"s, "false"s, "0"s};
const std::vector<Argument> nonsense{"fast"s, ""s, Nil{}, Blob{}, TimeTag{}};
} // namespace

TEST_CASE("commands: a press is what a button sends, and nothing else")
{
    CHECK(fits(press, {}));
    CHECK_FALSE(let_go(press, {}));
    for (const Argument& argument : on) {
        CHECK(fits(press, {argument}));
        CHECK_FALSE(let_go(press, {argument}));
    }
    for (const Argument& argument : off) {
        CHECK(fits(press, {argument}));
        CHECK(let_go(press, {argument}));
    }
    for (const Argument& argument : nonsense) CHECK_FALSE(fits(press, {argument}));
    CHECK_FALSE(fits(press, {true, true}));
    CHECK(misfit({"/x", press}, Arguments{"fast"s}) ==
          "takes nothing, or a press: true, on or a number that is not zero, not `fast`");
}

TEST_CASE("commands: each form, in its number and kinds of arguments")
{
    CHECK(fits("s", {"a"s}));
    CHECK_FALSE(fits("s", {}));
    CHECK_FALSE(fits("s", {1}));
    CHECK_FALSE(fits("s", {"a"s, "b"s}));
    CHECK(fits("s?ss", {"a"s, "b"s}));
    CHECK_FALSE(fits("s?ss", {"a"s, 2.0f}));
    CHECK(fits("n|s", {1}));
    CHECK(fits("n|s", {"1:02"s}));
    CHECK_FALSE(fits("n|s", {true}));
    CHECK(fits("?p|a", {"/input"s}));
    CHECK(fits("?p|a", {"on"s}));
    CHECK_FALSE(fits("?p|a", {"input"s}));
    CHECK(let_go("?p|a", {"off"s}));
    CHECK_FALSE(let_go("?p|a", {"/off"s}));
    CHECK_FALSE(let_go("?b|s", {"off"s})); // a name
    CHECK(let_go("?b|s", {false}));
    CHECK(let_go("s|sn|sb", {"a"s, false}));
    CHECK_FALSE(let_go("s|sn|sb", {"a"s, true}));
    CHECK_FALSE(let_go("s|sn|sb", {"a"s, 0})); // a number is what it means first
    CHECK(fits("|st", {}));
    CHECK(fits("|st", {"/a"s, "yes"s}));
    CHECK_FALSE(fits("|st", {"/a"s}));
    CHECK(fits("*", {1, "a"s, Blob{}}));
    CHECK_FALSE(fits("", {1}));
}

TEST_CASE("commands: whatever is sent to any of them, it acts or says why not")
{
    Desk desk;
    FakeShelf shelf;
    Session session(desk.context, shelf, {}, {});
    session.rebind(desk.store, desk.space, {});
    session.load({});
    desk.service.add(session);
    Tablet tablet(desk);
    std::vector<std::string> addresses{"/tempo/tap",
                                       "/info",
                                       "/status",
                                       "/xremote",
                                       "/dump",
                                       "/get",
                                       "/subscribe",
                                       "/unsubscribe",
                                       "/bus/main/loudness/reset",
                                       "/bus/main/tone/learn"};
    for (const Command& command : session.commands()) addresses.emplace_back(command.address);
    for (const std::string& address : addresses)
        for (const Arguments& sent : {Arguments{1, 2, 3, 4, 5}, Arguments{"fast"s, "a"s, "b"s, "c"s, "d"s}}) {
            tablet.clear();
            tablet.send(address, sent);
            REQUIRE(desk.settle(tablet));
            INFO(address);
            CHECK(tablet.messages.size() == 2); // and the pong
            CHECK(tablet.error().starts_with(address + ": takes "));
        }
    CHECK(desk.readings.resets.empty());
    CHECK(desk.readings.acts.empty());
    for (int n = 0; n < 2; ++n) {
        tablet.send("/tempo/tap", {"fast"s});
        REQUIRE(desk.settle(tablet));
    }
    CHECK(desk.value("/tempo") == 120);
}
