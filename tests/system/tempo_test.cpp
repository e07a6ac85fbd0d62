// A sequencer's tempo reaches surfaces and echoes.
#include "tests/support/jack_server.h"
#include "tests/support/timebase_master.h"
#include "tests/system/running_daemon.h"

#include <catch2/catch.hpp>

using namespace fohd::test;

TEST_CASE("the tempo of JACK's transport becomes that of fohd, until a hand sets another")
{
    const JackServer server;
    RunningDaemon daemon("tempo: 90\ninputs: {vox: {chain: [delay: {sync: 1/4}]}}\noutputs: {foh: {from: vox}}\n",
                         server.client("fohd"));
    OscClient surface(daemon.port());
    CHECK(surface.ask("/tempo").number() == 90);
    surface.send("/subscribe", {"/tempo"});
    const auto hears = [&](float bpm) {
        return surface.await([&](const OscMessage& m) { return m.address == "/tempo" && m.number() == bpm; })
            .has_value();
    };
    TimebaseMaster sequencer(server.client("sequencer"), 97.5);
    jack_transport_start(sequencer.client());
    CHECK(hears(97.5f));
    sequencer.set_tempo(140);
    CHECK(hears(140));
    sequencer.set_tempo(1000); // beyond the range
    CHECK(hears(300));

    surface.send("/tempo", {std::string("100 bpm")}); // a hand, while the sequencer goes on at its own
    CHECK(surface.ask("/tempo").number() == 100);
    surface.send("/tempo/follow", {false});
    surface.until_pong();
    sequencer.set_tempo(120);
    OscClient other(daemon.port());
    CHECK(other.ask("/tempo/follow").values.at(0) == OscValue(false));
    CHECK(surface.ask("/tempo").number() == 100);
    surface.send("/tempo/follow", {true});
    CHECK(hears(120));
}
