// Inserts through a real JACK server, their gear a plain connection from send to return, or a client.
#include "tests/support/jack_player.h"
#include "tests/support/jack_server.h"
#include "tests/system/running_daemon.h"
#include "tests/system/sound_files.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <cmath>
#include <future>
#include <optional>
#include <thread>

using namespace fohd::test;
using Catch::Contains;
using namespace std::chrono_literals;

namespace {

using Channels = JackPlayer::Channels;
constexpr std::size_t settling = 2048; ///< Frames until the latency of the paths is filled.
const std::string measure = "/input/vox/insert/measure";

/// Asks again and again: nobody tells of these things.
bool comes_true(const std::function<bool()>& condition)
{
    for (const auto end = OscClient::Clock::now() + OscClient::patience; !condition();
         std::this_thread::sleep_for(10ms))
        if (OscClient::Clock::now() > end) return false;
    return true;
}

bool becomes(OscClient& osc, const std::string& address, float value)
{
    return comes_true([&] { return osc.ask(address).number() == value; });
}

/// What comes of a measurement, told to who asked.
OscMessage outcome(OscClient& osc)
{
    const auto answer = osc.await(
        [](const OscMessage& m) { return m.address == measure || (m.address == "/error" && m.text(0) == measure); });
    if (!answer) throw std::runtime_error("nobody tells what a measurement came to");
    return *answer;
}

float highest(const std::vector<float>& sound, std::size_t from = settling)
{
    float most = 0;
    for (std::size_t i = from; i < sound.size(); ++i) most = std::max(most, std::abs(sound[i]));
    return most;
}

std::vector<float> chirps(std::size_t frames)
{
    std::vector<float> sound(frames);
    for (std::size_t i = 0; i < frames; ++i) sound[i] = 0.5f * std::sin(static_cast<float>(i * i % 6283) * 1e-3f);
    return sound;
}

std::vector<float> silence(std::size_t frames) { return std::vector<float>(frames); }

/// The gear is sent sound again for half a second before it is heard.
void let_it_fill(JackPlayer& player) { player.play({}, 28800); }

/// "vox" through the gear and "dry" beside it, inverted, both stereo: aligned they cancel. The return is softer, and so is "dry", so a
/// sound that passes the gear by is heard.
struct Show {
    std::string client, insert = "insert", more;
    std::string text() const
    {
        const auto ports = [&](const std::string& side) {
            return "['" + client + ":vox_" + insert + side + "_1', '" + client + ":vox_" + insert + side + "_2']";
        };
        return "inputs:\n"
               "  vox: {channels: 2, chain: [insert: {name: " +
               insert + ", return_trim: -6 dB, send: " + ports("_return") + ", return: " + ports("_send") +
               "}], sends: {main: {}}}\n"
               "  dry: {channels: 2, fader: -6 dB, polarity: true, sends: {main: {}}}\n" +
               more +
               "buses: {main: {}}\n"
               "outputs: {foh: {from: main}}\n";
    }
};

/// Counts the ports whose name has a text in it that come or go.
class Registrations {
public:
    Registrations(const std::string& name, std::string text) : text_(std::move(text))
    {
        client_ = jack_client_open(name.c_str(), JackNoStartServer, nullptr);
        if (!client_) throw std::runtime_error("JACK does not take the test's watcher");
        jack_set_port_registration_callback(
            client_, [](jack_port_id_t port, int, void* self) { static_cast<Registrations*>(self)->note(port); }, this);
        jack_activate(client_);
    }
    ~Registrations() { jack_client_close(client_); }
    Registrations(const Registrations&) = delete;
    Registrations& operator=(const Registrations&) = delete;

    int of_those() const { return count_; }
    int of_all() const { return all_; }

private:
    void note(jack_port_id_t id)
    {
        const jack_port_t* port = jack_port_by_id(client_, id);
        const char* name = port ? jack_port_name(port) : nullptr;
        if (name && std::string(name).find(text_) != std::string::npos) ++count_;
        ++all_;
    }

    const std::string text_;
    std::atomic<int> count_ = 0, all_ = 0;
    jack_client_t* client_;
};

/// The answer to a reload.
OscMessage reload(OscClient& osc)
{
    osc.send("/config/reload");
    const auto answer =
        osc.await([](const OscMessage& m) { return m.address == "/config/reload" || m.address == "/error"; });
    if (!answer) throw std::runtime_error("nobody answers a reload");
    return *answer;
}
} // namespace

TEST_CASE("insert: measured through JACK it is aligned to the sample, and says where nothing answers",
          "[system][insert]")
{
    JackServer server(48000, 512);
    const std::string fohd = server.client("fohd");
    RunningDaemon daemon("inputs:\n"
                         "  vox: {chain: [insert: {send: '" +
                             fohd +
                             ":vox_insert_return', return: 'none:b'}], sends: {main: {}}}\n"
                             "  dry: {polarity: true, sends: {main: {}}}\n"
                             "buses: {main: {channels: 1}}\n"
                             "outputs: {foh: {from: main}}\n",
                         fohd);
    OscClient osc(daemon.port());
    JackPlayer player(server.client("player"), {fohd + ":vox", fohd + ":dry"}, {fohd + ":foh"});
    REQUIRE(becomes(osc, "/input/vox/insert/meter/connected", 1));
    osc.send(measure, {1});
    osc.send(measure, {0}); // a button that is let go
    osc.send(measure, {1}); // and who asks twice has one answer
    const OscMessage found = outcome(osc);
    CHECK(found.address == measure);
    CHECK_THAT(found.text(0), Contains("the round trip takes 512 frames"));
    for (const auto& message : osc.until_pong()) CHECK(message.address != measure);
    CHECK(osc.ask("/input/vox/insert/latency").number() == 512);
    CHECK(osc.ask("/input/vox/insert/block").number() == 512);
    let_it_fill(player);

    const auto sound = chirps(24000);
    CHECK(highest(player.play({sound, sound}, sound.size()).at(0)) == 0.0f);
    CHECK(highest(player.play({sound, silence(sound.size())}, sound.size()).at(0)) > 0.4f);

    jack_disconnect(player.client(), (fohd + ":vox_insert_send").c_str(), (fohd + ":vox_insert_return").c_str());
    REQUIRE(becomes(osc, "/input/vox/insert/meter/connected", 0));
    CHECK(highest(player.play({sound, sound}, sound.size()).at(0)) == 0.0f); // It passes the sound by, as late.
    osc.send(measure);
    const OscMessage none = outcome(osc);
    CHECK(none.address == "/error");
    CHECK_THAT(none.text(1), Contains("nothing is connected to its return; the latency stays as it was"));
    CHECK(osc.ask("/input/vox/insert/meter/measured").number() == -1);
    CHECK(osc.ask("/input/vox/insert/latency").number() == 512);
}

TEST_CASE("insert: JACK is told how late its ports are, and /info what is late now", "[system][insert]")
{
    const JackServer server;
    const std::string fohd = server.client("fohd");
    RunningDaemon daemon(
        "inputs: {vox: {chain: [limiter: {lookahead: 3 ms}, insert: {send: 'none:a', return: 'none:b', latency: 300}],"
        " sends: {main: {}}}}\n"
        "buses: {main: {channels: 1, chain: [limiter: {lookahead: 2 ms}]}}\n"
        "outputs: {foh: {from: main}}\n",
        fohd);
    OscClient osc(daemon.port());
    JackPlayer player(server.client("player"), {fohd + ":vox", fohd + ":vox_insert_return"},
                      {fohd + ":vox_insert_send", fohd + ":foh"});
    REQUIRE(becomes(osc, "/input/vox/insert/meter/connected", 1));
    // The gear hears of an impulse so late, and what it returns is so late at the end.
    auto impulse = silence(9600);
    impulse[4800] = 0.25f;
    const auto peak_after = [](const std::vector<float>& sound) {
        return static_cast<jack_nframes_t>(std::max_element(sound.begin(), sound.end()) - sound.begin() - 4800);
    };
    const jack_nframes_t before = peak_after(player.play({impulse, silence(9600)}, 9600).at(0));
    const jack_nframes_t behind = peak_after(player.play({silence(9600), impulse}, 9600).at(1));
    CHECK(before >= 144); // each its look-ahead at least
    CHECK(behind >= 96);

    const auto says = [&](const std::string& port, jack_latency_callback_mode_t mode, jack_nframes_t frames) {
        INFO(port << " " << frames);
        jack_latency_range_t range{};
        const bool is_so = comes_true([&] {
            jack_port_get_latency_range(jack_port_by_name(player.client(), (fohd + port).c_str()), mode, &range);
            return range.min == frames && range.max == frames;
        });
        if (!is_so) WARN(port << " has " << jack_nframes_t(range.min) << " ... " << jack_nframes_t(range.max));
        return is_so;
    };
    const auto info_says = [&](const std::string& text) {
        return comes_true([&] {
            osc.send("/info");
            for (const auto& message : osc.until_pong())
                if (message.text(0).find(text) != std::string::npos) return true;
            return false;
        });
    };
    const auto is_late = [&](jack_nframes_t inserted, jack_nframes_t after) {
        const jack_nframes_t whole = before + inserted + after;
        return says(":vox_insert_send", JackCaptureLatency, before) &&
               says(":vox_insert_return", JackPlaybackLatency, after) && says(":foh", JackCaptureLatency, whole) &&
               says(":vox", JackPlaybackLatency, whole) &&
               info_says("/output/foh is late by " + std::to_string(whole) + " frames");
    };
    CHECK(is_late(300, behind));
    osc.send("/input/vox/insert/latency", {400});
    CHECK(is_late(400, behind));
    CHECK(info_says("/input/vox/insert delays by 400 frames"));
    osc.send("/bus/main/limiter/lookahead", {4.0f});
    CHECK(is_late(400, behind + 96));
    CHECK(info_says("/bus/main/limiter delays by " + std::to_string(behind + 96) + " frames"));
}

TEST_CASE("insert: reloads and the death of the server leave it as it was, and who measures is told",
          "[system][insert]")
{
    JackServer server(48000, 512);
    Show show{.client = server.client("fohd"), .more = ""};
    const std::string& fohd = show.client;
    RunningDaemon daemon(show.text(), fohd);
    OscClient osc(daemon.port());
    const std::vector<std::string> to{fohd + ":vox_1", fohd + ":vox_2", fohd + ":dry_1", fohd + ":dry_2"},
        from{fohd + ":foh_1", fohd + ":foh_2"};
    std::optional<JackPlayer> player(std::in_place, server.client("player"), to, from);
    const auto exists = [&](const std::string& port) {
        return jack_port_by_name(player->client(), (fohd + port).c_str()) != nullptr;
    };
    constexpr float rounding = 1e-7f; // of two gains of -6 dB
    const auto aligned = [&](float most) {
        const auto left = chirps(24000);
        auto right = left;
        std::reverse(right.begin(), right.end());
        const auto heard = player->play({left, right, left, right}, left.size());
        return highest(heard[0]) <= most && highest(heard[1]) <= most;
    };
    REQUIRE(becomes(osc, "/input/vox/insert/meter/connected", 1));
    CHECK_FALSE(aligned(0.1f));
    osc.send(measure);
    REQUIRE_THAT(outcome(osc).text(0), Contains("takes 512 frames"));
    let_it_fill(*player);
    CHECK(aligned(rounding));

    { // Another insert comes and goes: this one's ports, connections, latency and sound stay as they are.
        const Registrations ports(server.client("watcher"), ":vox_insert_");
        const auto sound = chirps(96000);
        auto playing = std::async(std::launch::async, [&] {
            return player->play({sound, sound, sound, sound}, sound.size());
        });
        show.more = "  keys: {chain: [insert: {send: 'none:c', return: 'none:d'}], sends: {main: {}}}\n";
        daemon.rewrite(show.text());
        REQUIRE(reload(osc).address == "/config/reload");
        CHECK(exists(":keys_insert_send"));
        CHECK(exists(":keys_insert_return"));
        show.more.clear();
        daemon.rewrite(show.text());
        REQUIRE(reload(osc).address == "/config/reload");
        CHECK(comes_true([&] { return !exists(":keys_insert_send") && !exists(":keys_insert_return"); }));
        REQUIRE(playing.wait_for(0s) != std::future_status::ready); // all of it was heard
        const auto heard = playing.get();
        CHECK(highest(heard[0]) <= rounding);
        CHECK(highest(heard[1]) <= rounding);
        CHECK(comes_true([&] { return ports.of_all() >= 6; })); // three ports of "keys" that came and went
        CHECK(ports.of_those() == 0);
        CHECK(osc.ask("/input/vox/insert/latency").number() == 512);
    }

    // The server is killed in the middle of a measurement.
    osc.send(measure);
    osc.until_pong();
    player->play({}, 4096);
    player.reset();
    server.stop(SIGKILL);
    const OscMessage lost = outcome(osc); // before the server is back, which may be never
    CHECK(lost.address == "/error");
    CHECK_THAT(lost.text(1), Contains("was interrupted") && Contains("all stays as it was"));
    osc.send(measure);
    const OscMessage refused = outcome(osc);
    CHECK(refused.address == "/error");
    CHECK_THAT(refused.text(1), Contains("while no sound runs"));
    server.start(48000, 512);
    REQUIRE(becomes(osc, "/input/vox/insert/meter/connected", 1));
    player.emplace(server.client("player"), to, from);
    CHECK(osc.ask("/input/vox/insert/latency").number() == 512);
    let_it_fill(*player);
    CHECK(aligned(rounding));

    // It is renamed, which is another one that has still to be measured, in the middle of a measurement.
    osc.send(measure);
    osc.until_pong();
    show.insert = "fx";
    daemon.rewrite(show.text());
    osc.send("/config/reload");
    const OscMessage gone = outcome(osc);
    CHECK(gone.address == "/error");
    CHECK_THAT(gone.text(1), Contains("was interrupted"));
    REQUIRE(becomes(osc, "/input/vox/fx/meter/connected", 1));
    CHECK(comes_true([&] { return !exists(":vox_insert_send_1") && exists(":vox_fx_send_1"); }));
    osc.send("/input/vox/fx/latency", {512});
    CHECK(comes_true([&] { return aligned(rounding); }));
}

TEST_CASE("insert: a render passes the sound by, as late, and says so", "[system][insert]")
{
    const TempFolder folder;
    std::ofstream(folder / "fohd.yaml")
        << "fohd: 1\n"
           "inputs: {vox: {chain: [insert: {send: 'a:1', return: 'b:1', latency: 300}]}}\n"
           "outputs: {foh: {from: vox}}\n";
    const auto sound = chirps(4800);
    write_wav(folder / "in.wav", {sound});
    Program render({FOHD, "render", "--config", folder / "fohd.yaml", "--in", "vox=" + (folder / "in.wav"), "--out",
                    "foh=" + (folder / "out.wav")});
    REQUIRE(render.exit_code() == 0);
    CHECK_THAT(render.err(), Contains("/input/vox/insert passes the sound by: it goes out by JACK"));
    const auto heard = read_wav(folder / "out.wav")[0];
    REQUIRE(heard.size() == sound.size());
    CHECK(highest(heard) > 0.4f);
    CHECK(std::equal(heard.begin() + 300, heard.end(), sound.begin()));
}
