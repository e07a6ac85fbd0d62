// The file is read again while the sound runs: what is heard of it through JACK, and who is told.
#include "tests/support/adversarial.h"
#include "tests/support/clicks.h"
#include "tests/support/edits.h"
#include "tests/support/held_sine.h"
#include "tests/support/jack_player.h"
#include "tests/support/jack_server.h"
#include "tests/system/running_daemon.h"
#include "tests/system/sound_files.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <future>
#include <numbers>
#include <span>
#include <thread>

using namespace fohd::test;

namespace {

constexpr std::size_t silence = 65536, seconds = 24;

std::vector<float> sine(double hz, double amplitude)
{
    std::vector<float> sound(silence + seconds * 48000);
    for (std::size_t i = silence; i < sound.size(); ++i)
        sound[i] = static_cast<float>(amplitude *
                                      std::sin(2 * std::numbers::pi * hz * static_cast<double>(i - silence) / 48000));
    return sound;
}

float loudest(std::span<const float> sound)
{
    float most = 0;
    for (float sample : sound) most = std::max(most, std::abs(sample));
    return most;
}

/// The answer to a reload.
OscMessage reload(OscClient& surface)
{
    surface.send("/config/reload");
    const auto answer = surface.await(
        [](const OscMessage& message) { return message.address == "/config/reload" || message.address == "/error"; });
    if (!answer) throw std::runtime_error("nobody answers a reload");
    return *answer;
}
} // namespace

// A jump of -70 dBFS leaves half of itself above 3 kHz; of sines below 200 Hz nothing is left there. The strip that no edit
// touches is heard as `fohd render` writes it: no frame is lost, and no bit differs.
TEST_CASE("50 reloads of 20 edits under a sine and a programme make no click and touch nothing else")
{
    constexpr float jump = 0.0003162f;
    const TempFolder folder;
    const std::vector<float> music = programme(48000, 4);
    std::vector<float> ref(silence);
    while (ref.size() < silence + seconds * 48000) ref.push_back(0.4f * music[(ref.size() - silence) % music.size()]);
    write_wav(folder / "ref.wav", {ref});

    const JackServer server;
    const std::string fohd = server.client("fohd");
    RunningDaemon daemon(Stage{}.text(), fohd);
    OscClient surface(daemon.port());
    JackPlayer player(server.client("player"), {fohd + ":ref", fohd + ":vox", fohd + ":keys_1", fohd + ":keys_2"},
                      {fohd + ":clean_out_1", fohd + ":clean_out_2", fohd + ":foh_1", fohd + ":foh_2"});
    const auto played = read_wav(folder / "ref.wav")[0];
    auto recording = std::async(std::launch::async, [&] {
        return player.play({played, sine(200, 0.25), sine(150, 0.1), sine(110, 0.1)}, played.size());
    });
    std::this_thread::sleep_for(std::chrono::seconds(3)); // the sines have begun and everything is at rest
    for (std::size_t n = 0; n < 50; ++n) {
        Stage stage;
        edits[n * 7 % std::size(edits)].apply(stage);
        daemon.rewrite(stage.text());
        const OscMessage answer = reload(surface);
        INFO(n << " " << answer.text(0) << " " << answer.text(1));
        REQUIRE(answer.address == "/config/reload");
        std::this_thread::sleep_for(std::chrono::milliseconds(350)); // somebody edits
    }
    REQUIRE(recording.wait_for(std::chrono::seconds(0)) != std::future_status::ready); // all of them were heard
    const auto heard = recording.get();

    Program render({FOHD, "render", "--config", daemon.config(), "--in", "ref=" + (folder / "ref.wav"), "--out",
                    "clean_out=" + (folder / "clean.wav")});
    INFO(render.err());
    REQUIRE(render.exit_code(std::chrono::minutes(2)) == 0);
    const auto clean = read_wav(folder / "clean.wav");
    for (std::size_t c = 0; c < 2; ++c) {
        REQUIRE(clean[c].size() == heard[c].size());
        const auto differs = std::mismatch(clean[c].begin(), clean[c].end(), heard[c].begin()).first;
        CHECK(differs - clean[c].begin() == static_cast<std::ptrdiff_t>(clean[c].size()));
        const auto high = above_3k(heard[2 + c]);
        constexpr std::size_t rest = silence + 24000;
        const float at_rest = loudest(std::span(high).subspan(rest, 24000));
        const float most = loudest(std::span(high).subspan(rest));
        CHECK(most < at_rest + jump / 4);
        CHECK(loudest(std::span(heard[2 + c]).subspan(rest)) > 0.1f); // it was no comparison of silences
    }
}

// Responses are one tap, later by whole periods, so that a sine is the same through all of them, or such a tap and a tail far below it.
TEST_CASE("impulse responses of an input and an output are exchanged while sound runs, without a gap")
{
    constexpr std::size_t held = 3 * 48000;
    constexpr double hz = 200, level = 0.25;
    const TempFolder folder;
    const auto write_tap = [&](const std::string& file, std::size_t late, std::size_t tail = 0) {
        std::vector<float> taps(late + tail + 1);
        taps.back() = 1e-4f;
        taps[late] = 1;
        write_wav(folder / file, {taps});
    };
    write_tap("room.wav", 0);
    write_tap("speaker.wav", 2400);
    const std::string text =
        "inputs:\n  vox: {chain: [convolution: {file: " + (folder / "room.wav") +
        "}]}\noutputs:\n  foh: {from: vox, chain: [convolution: {file: " + (folder / "speaker.wav") + "}]}\n";
    const JackServer server;
    const std::string fohd = server.client("fohd");
    RunningDaemon daemon(text, fohd);
    OscClient surface(daemon.port());
    JackPlayer player(server.client("player"), {fohd + ":vox"}, {fohd + ":foh"});
    auto played = sine(hz, level);
    played.resize(silence + held);
    auto recording = std::async(std::launch::async, [&] { return player.play({played}, played.size()); });
    std::this_thread::sleep_for(std::chrono::milliseconds(silence / 48 + 700)); // the sine is there
    const auto exchange = [&](const std::string& file, std::size_t late, std::size_t tail = 0) {
        write_tap(file, late, tail);
        REQUIRE(reload(surface).address == "/config/reload");
        std::this_thread::sleep_for(std::chrono::milliseconds(350)); // somebody listens
    };
    exchange("speaker.wav", 9600);
    exchange("room.wav", 0, 4800);
    exchange("speaker.wav", 2400);
    exchange("speaker.wav", 2400);                                                     // and once the same
    REQUIRE(recording.wait_for(std::chrono::seconds(0)) != std::future_status::ready); // all of them were heard
    const auto heard = recording.get()[0];
    const HeldSine sound = held_sine(std::span(heard).subspan(silence + 24000), hz, 48000);
    CHECK(sound.lowest > 0.97f * static_cast<float>(level));
    CHECK(sound.highest < 1.03f * static_cast<float>(level));
    CHECK(sound.bend < 1.1f * bend_of_sine(hz, 48000, level));
}

TEST_CASE("a broken file changes nothing, and whoever asks is told why")
{
    const JackServer server;
    RunningDaemon daemon(Stage{}.text(), server.client("fohd"));
    OscClient surface(daemon.port());
    surface.send("/input/vox/fader", {-7.0f});
    daemon.rewrite(Stage{}.text() + "nonsense: [\n");
    const OscMessage refused = reload(surface);
    CHECK(refused.address == "/error");
    CHECK(refused.text(0) == "/config/reload");
    CHECK(refused.text(1).find("fohd.yaml:") != std::string::npos);
    surface.send("/status");
    CHECK(surface.await("/status/text").text(0).find("config=refused") != std::string::npos);
    surface.send("/input/vox/fader");
    CHECK(surface.await("/input/vox/fader").number() == -7);

    // Mended, another fader in the file: that one wins; what it does not name stays as it was set.
    surface.send("/input/keys/fader", {-3.0f});
    Stage stage;
    stage.vox = "fader: -9 dB\n    sends: {main: {}}";
    daemon.rewrite(stage.text());
    CHECK(reload(surface).address == "/config/reload");
    surface.send("/input/vox/fader");
    CHECK(surface.await("/input/vox/fader").number() == -9);
    surface.send("/input/keys/fader");
    CHECK(surface.await("/input/keys/fader").number() == -3);
}

TEST_CASE("ports come and go with a reload, and those that stay keep their connections")
{
    const JackServer server;
    const std::string fohd = server.client("fohd");
    RunningDaemon daemon(Stage{}.text(), fohd);
    OscClient surface(daemon.port());
    JackPlayer player(server.client("player"), {fohd + ":vox"}, {fohd + ":foh_1"});
    const auto there = [&](const std::string& port) {
        return jack_port_by_name(player.client(), (fohd + ":" + port).c_str()) != nullptr;
    };
    Stage stage;
    stage.more_inputs = "  drums: {sends: {main: {}}}\n";
    daemon.rewrite(stage.text());
    REQUIRE(reload(surface).address == "/config/reload");
    CHECK(there("drums"));
    daemon.rewrite(Stage{}.text());
    REQUIRE(reload(surface).address == "/config/reload");
    const auto until = OscClient::Clock::now() + OscClient::patience;
    while (there("drums") && OscClient::Clock::now() < until)
        std::this_thread::yield(); // JACK tells nobody of its list
    CHECK_FALSE(there("drums"));
    const auto* vox = jack_port_by_name(player.client(), (fohd + ":vox").c_str());
    REQUIRE(vox);
    CHECK(jack_port_connected(vox) == 1);
}

TEST_CASE("the file that ran well last runs where the file is broken at the start")
{
    const TempFolder state;
    const std::string settings = "STATE_DIRECTORY=" + (state / "state");
    const TempFolder folder;
    const auto write = [&](std::uint16_t port, const std::string& text) {
        std::ofstream(folder / "fohd.yaml") << "fohd: 1\ncontrol: {osc: {port: " << port << "}}\n" << text;
    };
    const std::uint16_t port = free_port();
    write(port, Stage{}.text());
    const auto status = [&](const std::string& key) {
        OscClient surface(port);
        for (int n = 0; n < 200; ++n) { // until it listens
            surface.send("/status");
            const auto answer = surface.receive(OscClient::Clock::now() + std::chrono::milliseconds(100));
            if (answer && answer->address == "/status/text") return answer->text(0).find(key) != std::string::npos;
        }
        return false;
    };
    {
        Program first({FOHD, "run", "--config", folder / "fohd.yaml", "--backend", "dummy"}, {settings});
        CHECK(status("config=ok"));
        first.signal(SIGTERM);
        CHECK(first.exit_code() == 0);
    }
    write(port, "inputs: [\n");
    {
        Program second({FOHD, "run", "--config", folder / "fohd.yaml", "--backend", "dummy"}, {settings});
        CHECK(status("config=last_that_ran"));
        second.signal(SIGTERM);
        CHECK(second.exit_code() == 0);
        CHECK(second.err().find("is broken") != std::string::npos);
    }
    Program elsewhere({FOHD, "run", "--config", folder / "fohd.yaml", "--backend", "dummy"});
    CHECK(elsewhere.exit_code() == 1); // nothing ran there before
}

TEST_CASE("with watch: on the file is read again when it is saved, in place, by a rename, or through links")
{
    const TempFolder folder;
    namespace fs = std::filesystem;
    const std::uint16_t port = free_port();
    const auto text = [&](int fader) {
        return "fohd: 1\nwatch: on\ncontrol: {osc: {port: " + std::to_string(port) +
               "}}\ninputs: {vox: {fader: " + std::to_string(fader) + ", sends: {main: {}}}}\nbuses: {main: {}}\n" +
               "outputs: {foh: {from: main}}\n";
    };
    const auto write = [&](const std::string& path, int fader) { std::ofstream(folder / path) << text(fader); };
    // As Kubernetes has it: the file is a link into a folder that is a link to another, which is exchanged.
    fs::create_directory(folder / "first"), fs::create_directory(folder / "second");
    write("first/fohd.yaml", 0), write("second/fohd.yaml", -5);
    fs::create_symlink("first", folder / "..data");
    fs::create_symlink("..data/fohd.yaml", folder / "fohd.yaml");
    Program fohd({FOHD, "run", "--config", folder / "fohd.yaml", "--backend", "dummy"});
    OscClient surface(port);
    const auto fader_comes = [&](float wanted) {
        for (const auto end = OscClient::Clock::now() + std::chrono::seconds(30); OscClient::Clock::now() < end;) {
            surface.send("/input/vox/fader");
            const auto answer = surface.receive(OscClient::Clock::now() + std::chrono::milliseconds(50));
            if (answer && answer->address == "/input/vox/fader" && answer->number() == wanted) return true;
        }
        return false;
    };
    REQUIRE(fader_comes(0));
    write("first/fohd.yaml", -1); // In place, beyond both links.
    CHECK(fader_comes(-1));
    write("first/new", -2);
    fs::rename(folder / "first/new", folder / "first/fohd.yaml");
    CHECK(fader_comes(-2));
    fs::create_symlink("second", folder / "..next");
    fs::rename(folder / "..next", folder / "..data");
    CHECK(fader_comes(-5));
    write("second/fohd.yaml", -6); // It is looked for where the link leads now.
    CHECK(fader_comes(-6));
    write("plain", -7);
    fs::rename(folder / "plain", folder / "fohd.yaml"); // Over the link.
    CHECK(fader_comes(-7));
    write("fohd.yaml", -8);
    CHECK(fader_comes(-8));
    fohd.signal(SIGTERM);
    CHECK(fohd.exit_code() == 0);
}

TEST_CASE("another port for OSC is listened on without a restart; one that is taken refuses the whole file")
{
    RunningDaemon daemon(Stage{}.text(), "fohd", "dummy");
    OscClient surface(daemon.port());
    const auto write = [&](std::uint16_t port, const std::string& graph) {
        std::ofstream(daemon.config()) << "fohd: 1\naudio: {client: fohd}\ncontrol: {osc: {port: " << port
                                       << ", bind: 127.0.0.1}}\n"
                                       << graph;
    };
    Stage more;
    more.more_inputs = "  drums: {sends: {main: {}}}\n";
    const int taken = bound_socket();
    write(port_of(taken), more.text());
    const OscMessage refused = reload(surface);
    CHECK(refused.address == "/error");
    CHECK(refused.text(1).find("cannot listen") != std::string::npos);
    surface.send("/input/drums/fader");
    CHECK(surface.await("/error").text(0) == "/input/drums/fader"); // Nothing of it is in force.

    const std::uint16_t elsewhere = free_port();
    write(elsewhere, more.text());
    CHECK(reload(surface).address == "/config/reload"); // The answer comes from the port that was asked.
    OscClient there(elsewhere);
    CHECK(there.ask("/input/drums/fader").number() == 0);
    close(taken);
    const auto is_free = [&] { // Given back, soon after the answer.
        try {
            close(bound_socket(daemon.port()));
            return true;
        } catch (const std::runtime_error&) {
            return false;
        }
    };
    bool given_back = false;
    for (const auto end = OscClient::Clock::now() + OscClient::patience; !given_back && OscClient::Clock::now() < end;)
        given_back = is_free();
    CHECK(given_back);
}
