#include "tests/support/jack_player.h"
#include "tests/support/jack_rig.h"

#include <catch2/catch.hpp>
#include <future>

using namespace fohd::daemon;
using namespace fohd::test;
using namespace std::chrono_literals;

TEST_CASE("endpoints come and go under the running callback; the others keep port, slot, connections and sound")
{
    const JackServer server(48000, 64, 3);
    const std::string house = server.client("house");
    /// Output slot n is input slot n, and what has no input is silent.
    struct Wires : Process {
        void process(std::span<const float* const> inputs, std::span<float* const> outputs,
                     int frames) noexcept override
        {
            for (std::size_t n = 0; n < outputs.size(); ++n)
                for (int frame = 0; frame < frames; ++frame)
                    outputs[n][frame] = n < inputs.size() ? inputs[n][frame] : 0.0f;
            slots_in = inputs.size();
            slots_out = outputs.size();
        }
        std::atomic<std::size_t> slots_in = 0, slots_out = 0;
    } wires;
    const auto backend = open_backend(BackendKind::jack, {.client = house}, stereo({}, {"system:playback_1"}));
    backend->start(wires);
    JackPlayer player(server.client("test"), {house + ":vox_1"}, {house + ":foh_1"});
    const auto connected = [&](const std::string& port, const std::string& peer) {
        return jack_port_connected_to(jack_port_by_name(player.client(), (house + port).c_str()), peer.c_str()) != 0;
    };
    const auto exists = [&](const std::string& port) {
        return jack_port_by_name(player.client(), (house + port).c_str()) != nullptr;
    };
    CHECK(tend_until(*backend, [&](const BackendEvents&) { return connected(":foh_1", "system:playback_1"); }));

    JackPlayer::Channels sound(1, std::vector<float>(96000));
    for (std::size_t n = 0; n < sound[0].size(); ++n) sound[0][n] = static_cast<float>(n + 1);
    auto playing = std::async(std::launch::async, [&] { return player.play(sound, sound[0].size()); });

    Endpoints more = stereo({}, {"system:playback_1"});
    more.inputs.insert(more.inputs.begin(), {"drums", {"system:capture_1"}});
    more.outputs = {{"sub", {"system:playback_3"}}, more.outputs[0], {"foh_2", {"system:playback_2"}}};
    CHECK(backend->add(more) == SlotMap{{2, 0, 1}, {2, 0, 1}});
    CHECK(tend_until(*backend, [&](const BackendEvents&) { return wires.slots_in == 3 && wires.slots_out == 3; }));
    CHECK(tend_until(*backend, [&](const BackendEvents&) { // The server shows a connection from the next block on.
        return connected(":drums", "system:capture_1") && connected(":sub", "system:playback_3") &&
               connected(":foh_2", "system:playback_2"); // An old port with a new wish.
    }));

    // The first of a side goes, the second no longer asks for anything; a slot that is free is taken again.
    Endpoints fewer;
    fewer.inputs = {{"vox_1", {}}, {"drums", {}}};
    fewer.outputs = {{"foh_1", {"system:playback_1"}}, {"foh_2", {}}};
    CHECK(backend->add(fewer) == SlotMap{{0, 2}, {0, 1}});
    CHECK(exists(":vox_2"));
    backend->retain(fewer);
    CHECK_FALSE(exists(":vox_2"));
    CHECK_FALSE(exists(":sub"));
    CHECK(tend_until(*backend, [&](const BackendEvents&) {
        return !connected(":foh_2", "system:playback_2") && !connected(":drums", "system:capture_1");
    }));
    CHECK(wires.slots_in == 3);
    fewer.inputs.push_back({"late", {}});
    CHECK(backend->add(fewer) == SlotMap{{0, 2, 1}, {0, 1}});

    // What is refused changes nothing.
    Endpoints twice = fewer;
    twice.outputs.push_back({"late", {}});
    twice.outputs.push_back({"fine", {}});
    CHECK_THROWS_WITH(backend->add(twice), Catch::Contains("the port 'late'"));
    CHECK_FALSE(exists(":fine"));
    CHECK(exists(":late"));

    const auto heard = playing.get()[0];
    const auto first = std::find(sound[0].begin(), sound[0].end(), heard[0]); // A period of JACK's may be between.
    REQUIRE(first == sound[0].begin());
    CHECK(heard == sound[0]);
    CHECK(connected(":foh_1", "system:playback_1"));
    CHECK(backend->stop(5s));
}

TEST_CASE("where no callback runs, endpoints come and go all the same")
{
    const JackServer server;
    const std::string fohd = server.client("fohd");
    Gain gain;
    const auto backend = open_backend(BackendKind::jack, {.client = fohd}, {{{"a", {}}}, {}});
    Endpoints wanted = stereo();
    CHECK(backend->add(wanted) == SlotMap{{1, 2}, {0, 1}});
    backend->retain(wanted);
    wanted.inputs.insert(wanted.inputs.begin(), {"b", {}});
    CHECK(backend->add(wanted) == SlotMap{{0, 1, 2}, {0, 1}});
    backend->start(gain);
    CHECK(gain.hundred.try_acquire_for(20s));
}

TEST_CASE("a port that is taken twice and a name that is taken are said")
{
    const JackServer server;
    const std::string fohd = server.client("fohd");
    const auto first = open_backend(BackendKind::jack, {.client = fohd}, stereo());
    const auto second = open_backend(BackendKind::jack, {.client = fohd}, stereo());
    const auto events = second->tend();
    REQUIRE(!events.notices.empty());
    CHECK_THAT(events.notices[0].text, Catch::Contains(fohd + " already: this one is " + fohd + "-01"));
    Endpoints twice = stereo();
    twice.outputs[0].port_name = "vox_1";
    CHECK_THROWS_WITH(open_backend(BackendKind::jack, {.client = fohd}, twice), Catch::Contains("the port 'vox_1'"));
}
