#include "daemon/audio_link.h"
#include "tests/support/jack_rig.h"
#include "tests/support/timebase_master.h"

#include <catch2/catch.hpp>
#include <limits>
#include <optional>
#include <thread>

using namespace fohd::daemon;
using namespace fohd::test;
using namespace std::chrono_literals;

namespace {

/// Keeps what it is told, and whether a rolling transport left out a frame.
struct Follower final : Process {
    void follow(const Transport& transport) noexcept override
    {
        const Transport before = newest.read();
        if (before.rolling && transport.rolling && transport.frame != before.frame + last_block) jumped = true;
        newest.write(transport);
    }
    void process(std::span<const float* const>, std::span<float* const>, int frames) noexcept override
    {
        last_block = static_cast<std::uint32_t>(frames);
    }
    TransportSlot newest;
    std::uint32_t last_block = 0;
    std::atomic<bool> jumped = false;
};

bool comes_true(const std::function<bool()>& condition)
{
    for (const auto end = std::chrono::steady_clock::now() + 20s; !condition(); std::this_thread::sleep_for(2ms))
        if (std::chrono::steady_clock::now() > end) return false; // The audio thread may not wake anybody.
    return true;
}
} // namespace

TEST_CASE("a transport in one word is what was written", "[transport]")
{
    TransportSlot slot;
    CHECK(slot.read() == Transport{});
    for (const Transport& each :
         {Transport{true, 0, 0}, Transport{false, 4294967295, 97.3f}, Transport{true, 48000, 120}, Transport{}}) {
        slot.write(each);
        CHECK(slot.read() == each);
    }
}

TEST_CASE("JACK's transport, its frame and its tempo come with every block", "[transport]")
{
    JackServer server(48000, 256);
    Follower follower;
    AudioLink link(BackendKind::jack, {.client = server.client("fohd")}, stereo());
    link.start(follower, [](int) {
        std::promise<void> done;
        done.set_value();
        return done.get_future();
    });
    const auto becomes = [&](const std::function<bool(const Transport&)>& what) {
        return comes_true([&] { return what(follower.newest.read()); });
    };
    std::optional<Peer> hand(std::in_place, server.client("hand"), "out", JackPortIsOutput);
    jack_transport_locate(hand->client(), 96000);
    CHECK(becomes([](const Transport& now) { return now == Transport{false, 96000, 0}; }));
    {
        TimebaseMaster master(server.client("master"), 97.3);
        CHECK(becomes([](const Transport& now) { return now == Transport{false, 96000, 97.3f}; }));
        jack_transport_start(hand->client());
        CHECK(becomes([](const Transport& now) { return now.rolling && now.frame > 96000 + 4800; }));
        master.set_tempo(140);
        CHECK(becomes([](const Transport& now) { return now.rolling && now.bpm == 140; }));
        for (const double nonsense : {-3.0, 0.0, std::numeric_limits<double>::quiet_NaN()}) {
            master.set_tempo(nonsense);
            CHECK(becomes([](const Transport& now) { return now.rolling && now.bpm == 0; }));
            master.set_tempo(120);
            CHECK(becomes([](const Transport& now) { return now.bpm == 120; }));
        }
        CHECK_FALSE(follower.jumped);
    }
    CHECK(becomes([](const Transport& now) { return now.rolling && now.bpm == 0; })); // the master is gone
    jack_transport_stop(hand->client());
    CHECK(becomes([](const Transport& now) { return !now.rolling && now.frame > 96000; }));

    jack_transport_start(hand->client());
    CHECK(becomes([](const Transport& now) { return now.rolling; }));
    hand.reset(); // Who looks for a server in this process has libjack delete all clients that a dead one left.
    server.stop(SIGKILL);
    CHECK(becomes([](const Transport& now) { return now == Transport{}; }));
    CHECK(link.stop(5s));
}
