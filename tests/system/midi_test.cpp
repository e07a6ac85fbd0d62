// A pedal recalls scenes.
#include "tests/support/jack_server.h"
#include "tests/system/running_daemon.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <jack/midiport.h>
#include <thread>

using namespace fohd::test;

namespace {

/// Sends a program change on channel 3 when it is pressed.
class Pedal {
public:
    explicit Pedal(const std::string& name) : client_(jack_client_open(name.c_str(), JackNoStartServer, nullptr))
    {
        if (!client_) throw std::runtime_error("JACK does not take the test's pedal");
        port_ = jack_port_register(client_, "out", JACK_DEFAULT_MIDI_TYPE, JackPortIsOutput, 0);
        jack_set_process_callback(
            client_, [](jack_nframes_t frames, void* self) { return static_cast<Pedal*>(self)->send(frames); }, this);
        if (jack_activate(client_) != 0) throw std::runtime_error("JACK does not activate the test's pedal");
    }
    ~Pedal() { jack_client_close(client_); }
    Pedal(const Pedal&) = delete;
    Pedal& operator=(const Pedal&) = delete;

    bool connect_to(const std::string& port) { return jack_connect(client_, jack_port_name(port_), port.c_str()) == 0; }
    void press(int program) { program_ = program; }

private:
    int send(jack_nframes_t frames)
    {
        void* buffer = jack_port_get_buffer(port_, frames);
        jack_midi_clear_buffer(buffer);
        if (const int program = program_.exchange(-1); program >= 0) {
            const jack_midi_data_t message[] = {0xc2, static_cast<jack_midi_data_t>(program)};
            jack_midi_event_write(buffer, 0, message, sizeof message);
        }
        return 0;
    }

    jack_client_t* client_;
    jack_port_t* port_ = nullptr;
    std::atomic<int> program_ = -1;
};

} // namespace

TEST_CASE("a program change recalls the scene that has its number")
{
    const JackServer server;
    const std::string fohd = server.client("fohd");
    RunningDaemon daemon("inputs: {vox: {}}\noutputs: {foh: {from: vox}}\n", fohd, "jack", {}, "midi: true");
    OscClient surface(daemon.port());
    surface.send("/input/vox/fader", {-7.0f});
    const auto refused = [&] { // The daemon may still be reading the scenes that there are.
        surface.send("/scene/save", {"ballad"});
        surface.send("/scene/program", {"ballad", 12});
        return std::ranges::any_of(surface.until_pong(), [](const OscMessage& m) { return m.address == "/error"; });
    };
    for (int n = 0; n < 100 && refused(); ++n) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    surface.send("/input/vox/fader", {-30.0f});
    CHECK(surface.ask("/input/vox/fader").number() == -30);

    Pedal pedal(server.client("pedal"));
    REQUIRE(pedal.connect_to(fohd + ":midi_in"));
    surface.send("/subscribe", {"/input/vox/fader"});
    surface.until_pong();
    pedal.press(12); // The server hears of the connection before it answers; the sound of it is there a block later.
    auto recalled = [&] {
        return surface.await([](const OscMessage& m) { return m.address == "/input/vox/fader" && m.number() == -7; },
                             Program::Clock::now() + std::chrono::seconds(2));
    };
    for (int n = 0; n < 10 && !recalled(); ++n) pedal.press(12);
    INFO(daemon.program().err());
    CHECK(surface.ask("/input/vox/fader").number() == -7);
}
