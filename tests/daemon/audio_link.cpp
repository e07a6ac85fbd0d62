#include "daemon/audio_link.h"
#include "tests/support/fake_backend.h"

#include <catch2/catch.hpp>
#include <functional>

using namespace fohd::daemon;
using namespace fohd::test;
using namespace std::chrono_literals;
using State = AudioStatus::State;

namespace {

struct Counter final : Process {
    void process(std::span<const float* const>, std::span<float* const>, int) noexcept override { ++calls; }
    std::atomic<int> calls = 0;
};

Endpoints ports(std::vector<std::string> inputs)
{
    Endpoints all;
    for (auto& name : inputs) all.inputs.push_back({std::move(name), {}});
    return all;
}

/// A link to a server of the test's own, with a process that counts its calls.
struct Rig {
    explicit Rig(const Endpoints& endpoints = ports({"vox"}))
        : link(BackendKind::jack, {.client = "fohd"}, endpoints,
               [this, held = threads.hold()](BackendKind, const BackendOptions& options, const Endpoints& all) {
                   return server.open(options, all);
               })
    {
        link.start(counter, [this](int rate) {
            prepared = rate;
            std::promise<void> done;
            done.set_value();
            return done.get_future();
        });
    }
    ~Rig() { server.release(); }

    /// Asks again and again for 30 s: a link tells nobody.
    static bool comes_true(const std::function<bool()>& condition)
    {
        for (const auto end = std::chrono::steady_clock::now() + 30s; !condition(); std::this_thread::sleep_for(5ms))
            if (std::chrono::steady_clock::now() > end) return false;
        return true;
    }
    bool sounds()
    {
        return comes_true([this, before = counter.calls.load()] { return counter.calls > before; });
    }

    /// Waits at its end for who holds it.
    struct Held {
        ~Held()
        {
            const std::weak_ptr<int> others = std::exchange(token, nullptr);
            CHECK(comes_true([&] { return others.expired(); }));
        }
        std::shared_ptr<int> hold() const { return token; }
        std::shared_ptr<int> token = std::make_shared<int>();
    };

    FakeServer server;
    Counter counter;
    std::atomic<int> prepared = 0;
    Held threads; ///< One that a link gave up still has what opens a client, and with it the server.
    AudioLink link;
};
} // namespace

TEST_CASE("a restart closes the client, opens one with other options and goes on, with the connections")
{
    Rig rig;
    REQUIRE(rig.sounds());
    auto slots = rig.link.restart(BackendKind::jack, {.client = "another"}, ports({"keys", "vox"}));
    REQUIRE(slots.wait_for(30s) == std::future_status::ready);
    CHECK(slots.get() == SlotMap{{1, 0}, {}});
    CHECK(rig.server.client() == "another");
    CHECK(rig.server.closed == 1);
    CHECK(rig.server.connections == 1);
    CHECK(rig.prepared == 48000);
    CHECK(rig.link.status().state == State::running);
    CHECK(rig.link.status().restarts == 1);
    CHECK(rig.sounds());
}

TEST_CASE("a restart that is refused leaves the options and slots as they were, and the sound comes back with them")
{
    Rig rig;
    rig.server.there = false;
    auto slots = rig.link.restart(BackendKind::jack, {.client = "another"}, ports({"keys", "vox"}));
    REQUIRE(slots.wait_for(30s) == std::future_status::ready);
    CHECK_THROWS_WITH(slots.get(), "there is no server");
    rig.server.there = true;
    REQUIRE(rig.comes_true([&] { return rig.link.status().restarts == 1; }));
    CHECK(rig.server.client() == "fohd");
    CHECK(rig.sounds());
    CHECK(rig.link.add(ports({"drums"})) == SlotMap{{1}, {}}); // `keys` left no hole behind.
}

TEST_CASE("whoever asks a link that has stopped, or stops, is refused and does not wait for ever")
{
    Rig rig;
    SECTION("it has stopped")
    {
        CHECK(rig.link.stop(30s));
        auto slots = rig.link.restart(BackendKind::jack, {.client = "another"}, ports({"vox"}));
        REQUIRE(slots.wait_for(30s) == std::future_status::ready);
        CHECK_THROWS_AS(slots.get(), AudioError);
        CHECK_THROWS_AS(rig.link.add(ports({"vox"})), AudioError);
        rig.link.retain(ports({}));
    }
    SECTION("it is stopped while the server keeps the new client waiting")
    {
        rig.server.hold_doors();
        auto slots = rig.link.restart(BackendKind::jack, {.client = "another"}, ports({"vox"}));
        REQUIRE(rig.comes_true([&] { return rig.server.closed == 1; })); // The old one.
        CHECK_FALSE(rig.link.stop(10ms));                                // It hangs and is left to itself.
        rig.server.release();
        REQUIRE(slots.wait_for(30s) == std::future_status::ready);
        CHECK_THROWS_AS(slots.get(), AudioError);
    }
}

TEST_CASE("a server that comes back at another rate is prepared for, and a close that hangs keeps nobody")
{
    Rig rig;
    REQUIRE(rig.sounds());
    rig.server.hangs_at_close = GENERATE(false, true);
    const bool hangs = rig.server.hangs_at_close;
    rig.server.there = false;
    REQUIRE(rig.comes_true([&] { return rig.link.status().state == State::lost; }));
    CHECK(rig.link.status().event == "server_lost");
    CHECK(rig.link.progresses()); // The watchdog is fed while it is looked for.
    CHECK(rig.server.hung == (hangs ? 1 : 0));
    rig.server.hangs_at_close = false;
    rig.server.rate = 44100;
    rig.server.there = true;
    REQUIRE(rig.comes_true([&] { return rig.link.status().state == State::running; }));
    CHECK(rig.prepared == 44100);
    CHECK(rig.link.rate() == 44100);
    CHECK(rig.server.connections == 1);
    CHECK(rig.sounds());
}

TEST_CASE("a server that stands still is waited for, and nothing is opened anew")
{
    Rig rig;
    REQUIRE(rig.sounds());
    rig.server.moves = false;
    REQUIRE(rig.comes_true([&] { return rig.link.status().state == State::stalled; }));
    CHECK(rig.link.status().event == "server_stalled");
    CHECK(rig.link.progresses());
    rig.server.moves = true;
    REQUIRE(rig.comes_true([&] { return rig.link.status().state == State::running; }));
    CHECK(rig.link.status().event == "callbacks_back");
    CHECK(rig.server.opened == 1);
    CHECK(rig.sounds());
}

TEST_CASE("a client that holds the others is left out until it lives, and only what hears it is silent")
{
    Rig rig;
    REQUIRE(rig.sounds());
    rig.server.hangs = true;
    REQUIRE(rig.comes_true([&] { return rig.link.status().set_aside == std::vector<std::string>{"other"}; }));
    REQUIRE(rig.comes_true([&] { return rig.link.status().state == State::running; }));
    CHECK(rig.sounds());
    CHECK(rig.link.progresses());
    rig.server.hangs = false;
    CHECK(rig.comes_true([&] { return rig.link.status().set_aside.empty(); }));
    CHECK(rig.link.status().state == State::running);
    CHECK(rig.server.opened == 1);
}

TEST_CASE("a server that calls none of its clients is left for a new client, and then as lost")
{
    Rig rig;
    REQUIRE(rig.sounds());
    rig.server.calls = false; // Nor is it another client's fault.
    REQUIRE(rig.comes_true([&] { return rig.link.status().state == State::held; }));
    REQUIRE(rig.comes_true([&] { return rig.server.opened == 2; }));
    rig.server.calls = true;
    REQUIRE(rig.comes_true([&] { return rig.link.status().state == State::running; }));
    CHECK(rig.sounds());
}
