// `/tempo` and its taps over the network.
#include "tests/control/osc_bytes.h"
#include "tests/control/service_fixture.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace fohd::control;
using namespace fohd::control::test;
using Catch::Contains;

namespace {

/// A tap in a bundle that says when it was meant: `seconds` after a minute ago.
void tap_at(Tablet& tablet, double seconds, std::vector<Argument> arguments = {})
{
    using namespace std::chrono;
    static const auto base = to_time_tag(system_clock::now() - minutes(1));
    const std::uint64_t tag = base.ntp + static_cast<std::uint64_t>(seconds * 4294967296.0);
    std::string packet("#bundle\0", 8);
    for (int shift = 56; shift >= 0; shift -= 8) packet.push_back(static_cast<char>(tag >> shift & 0xff));
    tablet.send(bytes(packet + sized(encode({"/tempo/tap", std::move(arguments)}))));
}
} // namespace

TEST_CASE("tempo: is asked, set, clamped and refused as every value", "[tempo]")
{
    Desk desk;
    Tablet tablet(desk), other(desk);
    const auto asked = [&](Tablet& who) {
        who.clear();
        who.send("/tempo");
        REQUIRE(desk.until([&] { return who.find("/tempo"); }));
        return std::get<float>(who.find("/tempo")->arguments.at(0));
    };
    CHECK(asked(tablet) == 120);
    other.send("/subscribe", {std::string("/tempo")});
    REQUIRE(desk.settle(other));
    other.clear();
    tablet.send("/tempo", {97.3f});
    REQUIRE(desk.until([&] { return other.find("/tempo"); }));
    CHECK(asked(tablet) == 97.3f);
    tablet.send("/tempo", {std::string("140 bpm")});
    CHECK(asked(tablet) == 140);

    for (const auto& [sent, stored] : {std::pair{0.0f, 20.0f}, std::pair{-3.0f, 20.0f}, std::pair{1e9f, 300.0f}}) {
        tablet.clear();
        tablet.send("/tempo", {sent});
        REQUIRE(desk.until([&] { return tablet.find("/tempo"); })); // what was stored differs: it is told
        CHECK(std::get<float>(tablet.find("/tempo")->arguments.at(0)) == stored);
    }
    for (const Argument& nonsense : {Argument(std::string("fast")), Argument(true), Argument(std::string("120 Hz")),
                                     Argument(std::numeric_limits<float>::quiet_NaN())}) {
        tablet.clear();
        tablet.send("/tempo", {nonsense});
        REQUIRE(desk.until([&] { return tablet.find("/error"); }));
        CHECK_THAT(tablet.error(), Contains("/tempo: "));
    }
    CHECK(asked(tablet) == 300);
    tablet.clear();
    tablet.send("/norm/tempo", {0.5f});
    CHECK(asked(tablet) == Approx(std::sqrt(20.0 * 300)));
}

TEST_CASE("tempo: taps by the time tags of their bundles", "[tempo]")
{
    Desk desk;
    Tablet tablet(desk), other(desk);
    other.send("/subscribe", {std::string("/tempo")});
    REQUIRE(desk.settle(other));
    other.clear();
    tap_at(tablet, 1);
    REQUIRE(desk.settle(tablet));
    CHECK(desk.value("/tempo") == 120);
    CHECK(tablet.find("/tempo") == nullptr);
    tap_at(tablet, 1.6);
    REQUIRE(desk.settle(tablet));
    CHECK(desk.value("/tempo") == 100);
    CHECK(tablet.find("/tempo")); // who taps is told what came of it
    REQUIRE(desk.until([&] { return other.find("/tempo"); }));

    tap_at(tablet, 2.0, {false}); // a button let go
    tap_at(tablet, 2.1, {0});
    tap_at(tablet, 2.2, {true});
    REQUIRE(desk.settle(tablet));
    CHECK(desk.value("/tempo") == 100);
    tap_at(tablet, 2.8, {1.0f});
    REQUIRE(desk.settle(tablet));
    CHECK(desk.value("/tempo") == 100);
    tap_at(tablet, 5.4); // a pause
    tap_at(tablet, 5.9);
    REQUIRE(desk.settle(tablet));
    CHECK(desk.value("/tempo") == 120);
}

TEST_CASE("tempo: a thousand taps a second end at the top of the range", "[tempo]")
{
    Desk desk;
    Tablet tablet(desk);
    for (int n = 0; n < 1000; ++n) {
        tap_at(tablet, n * 0.001);
        if (n % 50 == 49) REQUIRE(desk.settle(tablet));
    }
    CHECK(desk.value("/tempo") == 300);
    CHECK(tablet.error().empty());
}

TEST_CASE("tempo: taps by their arrival are plausible", "[tempo]")
{
    Desk desk;
    Tablet tablet(desk);
    tablet.send("/tempo/tap");
    REQUIRE(desk.settle(tablet));
    const auto begin = OscService::Clock::now();
    while (OscService::Clock::now() - begin < std::chrono::milliseconds(250)) desk.context.poll(); // what is measured
    tablet.send("/tempo/tap");
    REQUIRE(desk.settle(tablet));
    const std::chrono::duration<double> most = OscService::Clock::now() - begin;
    CHECK(desk.value("/tempo") <= 240.1f);
    CHECK(static_cast<double>(desk.value("/tempo")) >= std::max(60 / (most.count() + 0.1), 20.0));
}

TEST_CASE("tempo: who taps hears of it where he listens", "[tempo]")
{
    Desk desk;
    Tablet tablet(desk);
    tablet.send("/subscribe", {std::string("/norm/tempo")});
    REQUIRE(desk.settle(tablet));
    tablet.clear();
    tap_at(tablet, 1);
    tap_at(tablet, 1.6);
    CHECK(desk.until([&] { return tablet.find("/norm/tempo"); }));
}
