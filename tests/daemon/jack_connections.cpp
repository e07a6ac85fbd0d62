#include "daemon/backends/port_pattern.h"
#include "tests/support/jack_rig.h"

#include <catch2/catch.hpp>

using namespace fohd::daemon;
using namespace fohd::test;
using namespace std::chrono_literals;

TEST_CASE("what others connect is remembered, and made again by the next client")
{
    const JackServer server;
    const std::string fohd = server.client("fohd");
    Gain gain;
    const Peer other(server.client("other"), "out", JackPortIsOutput);
    std::vector<Connection> remembered;
    {
        const auto backend = open_backend(BackendKind::jack, {.client = fohd}, stereo({}, {"system:playback_1"}));
        backend->start(gain);
        REQUIRE(jack_connect(other.client(), jack_port_name(other.port()), (fohd + ":vox_1").c_str()) == 0);
        REQUIRE(jack_connect(other.client(), (fohd + ":foh_2").c_str(), "system:playback_2") == 0);
        const std::string vanishing = server.client("vanishing") + ":in";
        {
            const Peer guest(server.client("vanishing"), "in", JackPortIsInput);
            REQUIRE(jack_connect(other.client(), (fohd + ":foh_2").c_str(), vanishing.c_str()) == 0);
            CHECK(tend_until(*backend, [&](const BackendEvents&) { return backend->connections().size() == 4; }));
        }
        for (int n = 0; n < 5; ++n) backend->tend();
        CHECK(backend->connections().size() == 4);
        {
            const Peer guest(server.client("vanishing"), "in", JackPortIsInput); // It comes back.
            CHECK(tend_until(*backend, [&](const BackendEvents&) { return guest.connected(fohd + ":foh_2"); }));
        }
        REQUIRE(jack_disconnect(other.client(), (fohd + ":foh_2").c_str(), "system:playback_2") == 0);
        CHECK(tend_until(*backend, [&](const BackendEvents&) { return backend->connections().size() == 3; }));
        remembered = backend->connections();
        CHECK(remembered == std::vector<Connection>{{"foh_1", "system:playback_1"},
                                                    {"foh_2", vanishing},
                                                    {"vox_1", jack_port_name(other.port())}});
        CHECK(backend->stop(5s));
    }
    const auto backend =
        open_backend(BackendKind::jack, {.client = fohd, .connections = remembered}, stereo({}, {"system:playback_1"}));
    backend->start(gain);
    CHECK(tend_until(*backend, [&](const BackendEvents&) { return other.connected(fohd + ":vox_1"); }));
    CHECK(backend->connections() == remembered);
    CHECK(backend->stop(5s));
}

TEST_CASE("a port that goes some time after its disconnection was told was not taken apart by hand")
{
    const JackServer server;
    const std::string fohd = server.client("fohd"), slow = server.client("slow") + ":in";
    Gain gain;
    const auto backend = open_backend(BackendKind::jack, {.client = fohd}, stereo());
    backend->start(gain);
    {
        const Peer guest(server.client("slow"), "in", JackPortIsInput);
        REQUIRE(jack_connect(guest.client(), (fohd + ":foh_1").c_str(), slow.c_str()) == 0);
        REQUIRE(tend_until(*backend, [&](const BackendEvents&) { return backend->connections().size() == 1; }));
        REQUIRE(jack_disconnect(guest.client(), (fohd + ":foh_1").c_str(), slow.c_str()) == 0);
        int calls =
            0; // As many as a busy computer lets pass between the pieces of what a server tells of a client's end.
        tend_until(*backend, [&](const BackendEvents&) { return ++calls == 5; });
    }
    const Peer guest(server.client("slow"), "in", JackPortIsInput);
    CHECK(tend_until(*backend, [&](const BackendEvents&) { return guest.connected(fohd + ":foh_1"); }));
    CHECK(backend->stop(5s));
}

TEST_CASE("connections are made at the start and whenever a port comes back")
{
    const JackServer server(48000, 64, 3);
    const std::string fohd = server.client("fohd"), mixer_name = server.client("mixer");
    Gain gain;
    const auto backend =
        open_backend(BackendKind::jack, {.client = fohd}, stereo({mixer_name + ":direct"}, {"system:playback_[12]"}));
    backend->start(gain);
    std::string said;
    tend_until(
        *backend, [](const BackendEvents&) { return true; }, &said);
    CHECK_THAT(said, Catch::Contains(fohd + ":foh_1 is connected to system:playback_1") &&
                         Catch::Contains(fohd + ":foh_1 is connected to system:playback_2") &&
                         Catch::Contains(fohd + ":vox_1 is not connected: there is no output port " + mixer_name +
                                         ":direct yet"));
    CHECK_THAT(said, !Catch::Contains("playback_3"));

    for (int round = 0; round < 3; ++round) {
        const Peer mixer(mixer_name, "direct", JackPortIsOutput);
        CHECK(tend_until(
            *backend, [&](const BackendEvents&) { return mixer.connected(fohd + ":vox_1"); }, &said));
    }
    CHECK_THAT(said, Catch::Contains(mixer_name + ":direct is connected to " + fohd + ":vox_1"));

    // An input that has the right name is none to take sound from.
    const Peer wrong(mixer_name, "direct", JackPortIsInput);
    Peer other(server.client("other"), "out",
               JackPortIsOutput); // Its coming is noticed together with the wrong one's or after.
    jack_port_rename(other.client(), other.port(), "renamed");
    for (int n = 0; n < 10; ++n) backend->tend();
    CHECK_FALSE(wrong.connected(fohd + ":vox_1"));

    // What somebody takes apart stays so, whatever else appears.
    REQUIRE(jack_disconnect(other.client(), (fohd + ":foh_1").c_str(), "system:playback_1") == 0);
    const Peer third(server.client("third"), "out", JackPortIsOutput);
    for (int n = 0; n < 10; ++n) backend->tend();
    CHECK(jack_port_connected_to(jack_port_by_name(other.client(), (fohd + ":foh_1").c_str()), "system:playback_1") ==
          0);
    CHECK(backend->stop(5s));
}

TEST_CASE("a port that gets the wanted name is a port that appears")
{
    const JackServer server;
    const std::string fohd = server.client("fohd"), desk_name = server.client("desk");
    Gain gain;
    const auto backend = open_backend(BackendKind::jack, {.client = fohd}, stereo({desk_name + ":aux.*"}));
    backend->start(gain);
    const Peer desk(desk_name, "spare", JackPortIsOutput);
    for (int n = 0; n < 10; ++n) backend->tend();
    CHECK_FALSE(desk.connected(fohd + ":vox_1"));
    REQUIRE(jack_port_rename(desk.client(), desk.port(), "aux_3") == 0);
    CHECK(tend_until(*backend, [&](const BackendEvents&) { return desk.connected(fohd + ":vox_1"); }));
}

TEST_CASE("who is left out is heard again once it is seen to run, with all its connections")
{
    const JackServer server;
    const std::string fohd = server.client("fohd"), guest_name = server.client("guest");
    Gain gain;
    const Peer guest(guest_name, "out", JackPortIsOutput);
    const auto backend =
        open_backend(BackendKind::jack, {.client = fohd}, stereo({guest_name + ":out"}, {"system:playback_1"}));
    backend->start(gain);
    REQUIRE(tend_until(*backend, [&](const BackendEvents&) { return guest.connected(fohd + ":vox_1"); }));
    REQUIRE(jack_connect(guest.client(), jack_port_name(guest.port()), (fohd + ":vox_2").c_str()) == 0); // By hand.
    REQUIRE(tend_until(*backend, [&](const BackendEvents&) { return backend->connections().size() == 3; }));

    backend->set_aside();
    CHECK(backend->aside() == std::vector<std::string>{guest_name});
    CHECK_FALSE(guest.connected(fohd + ":vox_1"));
    CHECK_FALSE(guest.connected(fohd + ":vox_2"));
    CHECK(backend->connections().size() == 3); // Remembered.
    backend->set_aside();                      // There is nobody else.
    CHECK(backend->aside() == std::vector<std::string>{guest_name});

    std::string said;
    CHECK(tend_until(
        *backend, [&](const BackendEvents&) { return backend->aside().empty(); }, &said));
    CHECK_THAT(said, Catch::Contains("what comes from " + guest_name + " is left out") &&
                         Catch::Contains(guest_name + " runs: it is heard again"));
    CHECK(tend_until(*backend, [&](const BackendEvents&) {
        return guest.connected(fohd + ":vox_1") && guest.connected(fohd + ":vox_2");
    }));
    CHECK(backend->connections().size() == 3);
    CHECK(backend->stop(5s));
}

TEST_CASE("patterns are names first, then expressions for the whole name")
{
    const PortPattern plain("system:playback_1"), expression("system:playback_(1|2)"), broken("Scarlett (left");
    CHECK(plain.names("system:playback_1"));
    CHECK_FALSE(plain.matches("system:playback_10"));
    CHECK_FALSE(plain.matches("my system:playback_1"));
    CHECK(expression.matches("system:playback_2"));
    CHECK_FALSE(expression.matches("system:playback_3"));
    CHECK(broken.names("Scarlett (left"));
    CHECK_FALSE(broken.matches("Scarlett (left"));
}
