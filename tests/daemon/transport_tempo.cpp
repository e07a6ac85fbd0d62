#include "daemon/transport_tempo.h"

#include <catch2/catch.hpp>

using namespace fohd::daemon;

TEST_CASE("a transport's tempo is news once, and a hand in between has the last word", "[transport]")
{
    TransportTempo tempo;
    CHECK_FALSE(tempo.news({}, true));
    CHECK(tempo.news({false, 0, 97.3f}, true) == 97.3f);
    CHECK_FALSE(tempo.news({false, 0, 97.3f}, true));
    CHECK(tempo.news({true, 0, 97.3f}, true) == 97.3f); // it begins to roll
    CHECK_FALSE(tempo.news({true, 64, 97.3f}, true));
    CHECK(tempo.news({true, 128, 140}, true) == 140.0f);
    CHECK_FALSE(tempo.news({true, 192, 0}, true)); // nobody gives one any more
    CHECK(tempo.news({true, 192, 140}, true) == 140.0f);
    CHECK_FALSE(tempo.news({false, 256, 140}, true));
}

TEST_CASE("a transport's tempo is left alone while it is not followed", "[transport]")
{
    TransportTempo tempo;
    CHECK_FALSE(tempo.news({true, 0, 97.3f}, false));
    CHECK_FALSE(tempo.news({true, 64, 140}, false));
    CHECK(tempo.news({true, 128, 140}, true) == 140.0f); // from now on
    CHECK_FALSE(tempo.news({true, 192, 140}, true));
}
