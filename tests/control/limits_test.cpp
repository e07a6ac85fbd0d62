#include "control/osc/limits.h"

#include <catch2/catch.hpp>

using namespace fohd::control;
using namespace std::chrono_literals;

namespace {

const Peer tablet{Transport::udp, boost::asio::ip::make_address("192.168.1.20"), 9001};
const Peer other{Transport::udp, boost::asio::ip::make_address("192.168.1.21"), 9001};

} // namespace

TEST_CASE("an address that floods is cut to its rate, others are not")
{
    Limits limits;
    auto now = Limits::Clock::now();
    int taken = 0;
    for (int millisecond = 0; millisecond < 10000; ++millisecond, now += 1ms)
        for (int i = 0; i < 50; ++i)
            if (limits.received(tablet, 24, now)) {
                limits.spent(tablet, 1, now);
                ++taken;
            }
    // The burst, then ten seconds at the rate; half a million were sent.
    CHECK(taken == Approx(Limits::message_burst + 10 * Limits::messages_per_second).epsilon(0.01));
    CHECK(limits.received(other, 24, now));
}

TEST_CASE("a bundle of many messages is a debt that time pays")
{
    Limits limits;
    const auto now = Limits::Clock::now();
    CHECK(limits.debt(tablet, now) == 0s);
    limits.spent(tablet, static_cast<int>(Limits::message_burst + Limits::messages_per_second), now);
    CHECK_FALSE(limits.received(tablet, 24, now));
    CHECK(limits.debt(tablet, now) == 1s);
    CHECK(limits.received(tablet, 24, now + 1001ms));
}

TEST_CASE("a connection's debt is not its address's, an address's is that of all its ports")
{
    Limits limits;
    const auto now = Limits::Clock::now();
    const Peer connection{Transport::tcp, tablet.address, 50000}, second{Transport::tcp, tablet.address, 50001};
    limits.spent(connection, static_cast<int>(10 * Limits::message_burst), now);
    CHECK_FALSE(limits.received(connection, 24, now));
    CHECK(limits.debt(second, now) == 0s);
    CHECK(limits.received(tablet, 24, now));
    limits.spent(tablet, static_cast<int>(Limits::message_burst), now);
    CHECK_FALSE(limits.received({Transport::udp, tablet.address, 9002}, 24, now));
}

TEST_CASE("answers stay in proportion to the questions")
{
    Limits limits;
    const auto now = Limits::Clock::now();
    int asked = 0;
    std::size_t answered = 0;
    for (; asked < 5000; ++asked) {
        REQUIRE(limits.received(tablet, 4, now));
        if (limits.may_answer(tablet, 1400, now)) answered += 1428;
    }
    CHECK(static_cast<double>(answered) <= Limits::answer_burst_bytes + asked * Limits::answer_factor * 32);
    CHECK(static_cast<double>(answered) >= 0.9 * (Limits::answer_burst_bytes + asked * Limits::answer_factor * 32));
}

TEST_CASE("short questions are answered for ever")
{
    Limits limits;
    auto now = Limits::Clock::now();
    for (int i = 0; i < 5000; ++i, now += 1ms) {
        REQUIRE(limits.received(tablet, 20, now));
        limits.spent(tablet, 1, now);
        REQUIRE(limits.may_answer(tablet, 90, now));
    }
}

TEST_CASE("many made-up addresses do not grow the table")
{
    Limits limits;
    const auto now = Limits::Clock::now();
    for (unsigned i = 0; i < 5000; ++i)
        CHECK(limits.received({Transport::udp, boost::asio::ip::make_address_v4(i), 9001}, 24, now));
}
