#include "daemon/backends/jack_client.h"
#include "daemon/audio_link.h"
#include "daemon/backends/jack_probe.h"
#include "tests/support/jack_rig.h"

#include <catch2/catch.hpp>

using namespace fohd::daemon;
using namespace fohd::test;
using namespace std::chrono_literals;

namespace {

/// Asks again and again for 20 s: neither libjack's threads nor a link tell anybody.
template <class Condition> bool comes_true(Condition condition, std::chrono::milliseconds within = 20s)
{
    for (const auto end = std::chrono::steady_clock::now() + within; !condition(); std::this_thread::sleep_for(5ms))
        if (std::chrono::steady_clock::now() > end) return false;
    return true;
}
} // namespace

TEST_CASE("a client is not opened for one that is over, and counts until it is closed")
{
    const JackServer server;
    jack_status_t status{};
    std::atomic<bool> over = true;
    {
        JackClient client;
        CHECK(JackClient::count() == 1);
        CHECK(client.open(server.client("late").c_str(), over, status) == nullptr);
        over = false;
        CHECK(client.open(server.client("early").c_str(), over, status) != nullptr);
        CHECK(client.handle() != nullptr);
    }
    CHECK(JackClient::count() == 0);
}

TEST_CASE("no probe is opened for a backend that is over")
{
    const JackServer server;
    const Peer peer(server.client("other"), "out", JackPortIsOutput);
    const auto over = std::make_shared<std::atomic<bool>>();
    const auto is_there = [&] {
        const char** ports = jack_get_ports(peer.client(), "^fohd-probe", nullptr, 0);
        jack_free(ports);
        return ports != nullptr;
    };
    {
        const JackProbe probe(jack_port_name(peer.port()), over);
        CHECK(JackClient::count() == 1);
        CHECK(comes_true(is_there));
    }
    CHECK(comes_true([] { return JackClient::count() == 0; }));
    *over = true; // before the thread that would open it has begun
    bool seen = false;
    {
        const JackProbe probe(jack_port_name(peer.port()), over);
        seen = comes_true(is_there, 100ms);
    }
    CHECK_FALSE(seen);
    CHECK(comes_true([] { return JackClient::count() == 0; }));
}

TEST_CASE("a link opens no client while one from before the server's death is not closed")
{
    JackServer server;
    auto slow = std::make_unique<JackClient>(); // As a probe that the server lets wait.
    jack_status_t status{};
    REQUIRE(slow->open(server.client("slow").c_str(), false, status));
    std::atomic<int> opened = 0;
    Gain gain;
    AudioLink link(BackendKind::jack, {.client = server.client("fohd")}, stereo(),
                   [&](BackendKind kind, const BackendOptions& options, const Endpoints& all) {
                       ++opened;
                       return open_backend(kind, options, all);
                   });
    link.start(gain, [](int) {
        std::promise<void> done;
        done.set_value();
        return done.get_future();
    });
    server.stop(SIGKILL);
    REQUIRE(comes_true([&] { return link.status().state == AudioStatus::State::lost; }));
    CHECK_FALSE(comes_true([&] { return opened > 1; }, 400ms)); // It looks four times a second.
    CHECK(link.add({{{"drums", {}}}, {}}) == SlotMap{{2}, {}}); // Who asks it meanwhile is answered.
    CHECK(opened == 1);
    slow.reset();
    CHECK(comes_true([&] { return opened > 1; }));
    CHECK(link.stop(5s));
}
