#include "daemon/callback_watch.h"

#include <catch2/catch.hpp>

using namespace fohd::daemon;
using State = AudioStatus::State;
using Need = CallbackWatch::Need;

namespace {

struct Watched {
    /// So many looks, between which so much happens; the last need.
    Need look(int times, int calls, int rounds)
    {
        Need need = Need::nothing;
        for (int n = 0; n < times; ++n) {
            sight.cycles += static_cast<std::uint64_t>(calls);
            sight.clock += static_cast<std::uint32_t>(rounds);
            need = watch.look(sight);
        }
        return need;
    }
    CallbackWatch watch;
    CallbackWatch::Sight sight{0, 0, false};
};
} // namespace

TEST_CASE("a client that a running server does not call is held, and at once something is done")
{
    Watched link;
    link.look(100, 75, 75);
    CHECK(link.watch.state() == State::running);
    CHECK(link.look(9, 0, 75) == Need::nothing);
    CHECK(link.watch.state() == State::running);
    CHECK(link.look(1, 0, 75) == Need::set_aside);
    CHECK(link.watch.state() == State::held);
    SECTION("it helps")
    {
        CHECK(link.look(2, 75, 75) == Need::nothing);
        CHECK(link.watch.state() == State::held); // Not yet for good.
        link.look(1, 75, 75);
        CHECK(link.watch.state() == State::running);
    }
    SECTION("it does not help: another client is opened, once")
    {
        CHECK(link.look(10, 0, 75) == Need::set_aside);
        CHECK(link.look(39, 0, 75) == Need::reopen);
        link.watch.begin_anew();
        CHECK(link.watch.state() == State::running);
        CHECK(link.look(10, 0, 75) == Need::set_aside);
        CHECK(link.look(149, 0, 75) == Need::server_is_lost);
    }
}

TEST_CASE("a server that does one round in five seconds stands still: it is waited for")
{
    Watched link;
    link.look(100, 75, 75);
    bool needed = false;
    for (int minute = 0; minute < 12 * 60; ++minute) {
        needed = needed || link.look(49, 0, 0) != Need::nothing;
        CHECK(link.watch.state() == State::stalled);
        needed = needed || link.look(1, minute % 2, 1) != Need::nothing; // A client before the frozen one is called.
        CHECK(link.watch.state() == State::stalled);
    }
    CHECK_FALSE(needed);
    link.look(3, 75, 75);
    CHECK(link.watch.state() == State::running);
}

TEST_CASE("blocks of 186 ms are no quiet")
{
    Watched link;
    for (int n = 0; n < 100; ++n) {
        CHECK(link.look(1, 0, 0) == Need::nothing);
        CHECK(link.look(1, 1, 1) == Need::nothing);
        CHECK(link.watch.state() == State::running);
    }
}

TEST_CASE("a callback that does not come back is lost after five seconds")
{
    Watched link;
    link.look(100, 75, 75);
    link.sight.inside = true;
    CHECK(link.look(49, 0, 75) == Need::nothing);
    CHECK(link.look(1, 0, 75) == Need::callback_is_lost);
}
