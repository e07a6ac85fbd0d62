// The daemon among other JACK clients.
#include "tests/support/jack_player.h"
#include "tests/support/jack_server.h"
#include "tests/system/running_daemon.h"
#include "tests/system/sound_files.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>

using namespace fohd::test;

namespace {

/// Somebody else with one port, who hears of every connection.
class Neighbour {
public:
    Neighbour(const std::string& name, const std::string& port, unsigned long flags)
        : client_(jack_client_open(name.c_str(), JackNoStartServer, nullptr))
    {
        jack_set_process_callback(
            client_, [](jack_nframes_t, void*) { return 0; }, nullptr);
        jack_set_port_connect_callback(
            client_, [](jack_port_id_t, jack_port_id_t, int, void* self) { static_cast<Neighbour*>(self)->notice(); },
            this);
        jack_set_graph_order_callback(
            client_, [](void* self) { return static_cast<Neighbour*>(self)->notice(), 0; }, this);
        jack_activate(client_);
        port_ = jack_port_register(client_, port.c_str(), JACK_DEFAULT_AUDIO_TYPE, flags, 0);
    }
    ~Neighbour() { jack_client_close(client_); }
    Neighbour(const Neighbour&) = delete;
    Neighbour& operator=(const Neighbour&) = delete;

    jack_client_t* client() const { return client_; }

    bool becomes_connected_to(const std::string& port)
    {
        return comes_true([&] { return jack_port_connected_to(port_, port.c_str()) != 0; });
    }

    /// Asks whenever the graph has changed, for 20 s.
    bool comes_true(const std::function<bool()>& condition)
    {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!condition()) {
            std::unique_lock lock(mutex_);
            if (!changed_.wait_until(lock, end, [this] { return changes_ > 0; })) return condition();
            changes_ = 0;
        }
        return true;
    }

private:
    void notice()
    {
        const std::lock_guard lock(mutex_);
        ++changes_;
        changed_.notify_one();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    int changes_ = 0;
    jack_client_t* client_;
    jack_port_t* port_ = nullptr;
};

std::set<std::string> ports_of(jack_client_t* client, const std::string& owner, unsigned long flags)
{
    std::set<std::string> names;
    const char** found = jack_get_ports(client, ("^" + owner + ":").c_str(), nullptr, flags);
    for (const char** name = found; name && *name; ++name) names.insert(*name);
    if (found) jack_free(found);
    return names;
}

} // namespace

TEST_CASE("ports are named after the strips, and a connection comes back with the port")
{
    const JackServer server;
    const std::string fohd = server.client("fohd"), mixer = server.client("mixer"), desk = server.client("desk");
    RunningDaemon daemon(
        "inputs:\n"
        "  vox: {connect: '" +
            mixer +
            ":direct', sends: {main: {}}}\n"
            "  music: {channels: 2, connect: ['system:capture_1', 'system:capture_[2]'], sends: {main: {}}}\n"
            "buses: {main: {}}\n"
            "outputs:\n"
            "  foh: {from: main, connect: ['system:playback_1', 'system:playback_2']}\n"
            "  mono: {from: main, channels: 1, connect: '" +
            desk + ":in'}\n",
        fohd);
    Neighbour watcher(server.client("watcher"), "nothing", JackPortIsInput);
    CHECK(ports_of(watcher.client(), fohd, JackPortIsInput) ==
          std::set<std::string>{fohd + ":vox", fohd + ":music_1", fohd + ":music_2"});
    CHECK(ports_of(watcher.client(), fohd, JackPortIsOutput) ==
          std::set<std::string>{fohd + ":foh_1", fohd + ":foh_2", fohd + ":mono"});
    const auto connected = [&](const std::string& from, const std::string& to) {
        return jack_port_connected_to(jack_port_by_name(watcher.client(), from.c_str()), to.c_str()) != 0;
    };
    CHECK(watcher.comes_true([&] { return connected(fohd + ":foh_2", "system:playback_2"); }));
    CHECK(connected(fohd + ":foh_1", "system:playback_1"));
    for (int round = 0; round < 3; ++round) { // The neighbours come, go and come again.
        INFO("round " << round);
        Neighbour source(mixer, "direct", JackPortIsOutput), sink(desk, "in", JackPortIsInput);
        CHECK(source.becomes_connected_to(fohd + ":vox"));
        CHECK(sink.becomes_connected_to(fohd + ":mono"));
    }
    CHECK(connected(fohd + ":foh_1", "system:playback_1"));
}

TEST_CASE("the latency that JACK is told is the latency of the sound")
{
    const JackServer server;
    const std::string fohd = server.client("fohd");
    RunningDaemon daemon("inputs: {vox: {sends: {main: {}}}}\n"
                         "buses: {main: {channels: 1, chain: [limiter: {ceiling: -1 dB, lookahead: 3 ms}]}}\n"
                         "outputs: {foh: {from: main}, late: {from: main, chain: [delay: {time: 10 ms}]}}\n",
                         fohd);
    JackPlayer player(server.client("player"), {fohd + ":vox"}, {fohd + ":foh", fohd + ":late"});

    Channels impulse(1, std::vector<float>(9600)); // After the fade-in.
    impulse[0][4800] = 0.5f;
    const Channels heard = player.play(impulse, 9600);
    const auto peak_at = [](const std::vector<float>& sound) {
        return std::max_element(sound.begin(), sound.end()) - sound.begin();
    };
    const auto late = peak_at(heard[0]) - 4800;
    CHECK(late >= 144); // 3 ms of look-ahead at least.
    CHECK(heard[0][static_cast<std::size_t>(4800 + late)] == Approx(0.5).margin(0.001));
    CHECK(peak_at(heard[1]) - 4800 == late + 480);

    // A deliberate delay is no latency.
    for (const std::string port : {":foh", ":late"}) {
        jack_latency_range_t range{};
        jack_port_get_latency_range(jack_port_by_name(player.client(), (fohd + port).c_str()), JackCaptureLatency,
                                    &range);
        CHECK(range.min == static_cast<jack_nframes_t>(late));
        CHECK(range.max == static_cast<jack_nframes_t>(late));
    }

    const TempFolder folder;
    write_wav(folder / "in.wav", impulse);
    Program render({FOHD, "render", "--config", daemon.config(), "--in", "vox=" + (folder / "in.wav"), "--out",
                    "foh=" + (folder / "out.wav"), "--stats", folder / "stats.json"});
    REQUIRE(render.exit_code() == 0);
    std::ifstream file(folder / "stats.json");
    std::string stats(std::istreambuf_iterator<char>(file), {});
    std::erase_if(stats, [](char c) { return c == ' ' || c == '\n'; });
    CHECK_THAT(stats, Catch::Contains("\"foh\":" + std::to_string(late)) &&
                          Catch::Contains("\"late\":" + std::to_string(late)));
}
