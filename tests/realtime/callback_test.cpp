// The callback of fohd in a real JACK server, at work: it never allocates, locks, waits or calls the system.
#include "tests/realtime/guarded_program.h"
#include "tests/realtime/plain_osc.h"
#include "tests/support/jack_server.h"
#include "tests/support/temp_folder.h"
#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <random>

using namespace fohd::test;

namespace {

/// Plays noise and counts the server's cycles.
class NoiseClient {
public:
    NoiseClient() : client_(jack_client_open("noise", JackNoStartServer, nullptr))
    {
        if (!client_) throw std::runtime_error("JACK takes no client");
        port_ = jack_port_register(client_, "out", JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput, 0);
        jack_set_process_callback(
            client_, [](jack_nframes_t frames, void* self) { return static_cast<NoiseClient*>(self)->play(frames); },
            this);
        jack_activate(client_);
    }
    ~NoiseClient() { jack_client_close(client_); }
    NoiseClient(const NoiseClient&) = delete;
    NoiseClient& operator=(const NoiseClient&) = delete;

    /// Into every input of the client that is not the return of its gear; how many there are.
    int connect_to(const std::string& client)
    {
        const std::unique_ptr<const char*, decltype(&jack_free_names)> ports(
            jack_get_ports(client_, ("^" + client + ":").c_str(), nullptr, JackPortIsInput), jack_free_names);
        int count = 0;
        for (const char** port = ports.get(); port && *port; ++port) {
            if (std::string_view(*port).ends_with("_return")) continue;
            jack_connect(client_, jack_port_name(port_), *port);
            ++count;
        }
        return count;
    }
    /// Somebody pulls the cable of the gear, or puts it back.
    void plug(bool in)
    {
        (in ? jack_connect : jack_disconnect)(client_, "desk:kick_insert_send", "desk:kick_insert_return");
    }
    long cycles() const { return cycles_; }

private:
    static void jack_free_names(const char** names) { jack_free(names); }
    int play(jack_nframes_t frames)
    {
        auto* const out = static_cast<float*>(jack_port_get_buffer(port_, frames));
        for (jack_nframes_t i = 0; i < frames; ++i) out[i] = any_(generator_);
        ++cycles_;
        return 0;
    }

    std::minstd_rand generator_;
    std::uniform_real_distribution<float> any_{-0.3f, 0.3f};
    std::atomic<long> cycles_{0};
    jack_port_t* port_ = nullptr;
    jack_client_t* client_;
};

void replace(std::string& text, const std::string& part, const std::string& by)
{
    const auto at = text.find(part);
    if (at == std::string::npos) throw std::runtime_error("the example is not what it was");
    text.replace(at, part.size(), by);
}

/// The console, with outboard gear in its first strip: a connection from send to return.
std::string console_at(std::uint16_t port)
{
    std::ifstream file(CONSOLE);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    replace(text, "audio: {backend: auto}",
            "audio: {backend: jack, client: desk}\ncontrol: {osc: {port: " + std::to_string(port) +
                ", bind: 127.0.0.1}}");
    replace(text, "      - high_pass: {frequency: 40 Hz}\n",
            "      - high_pass: {frequency: 40 Hz}\n"
            "      - insert: {send: 'desk:kick_insert_return', return: 'none:a'}\n");
    return text;
}

/// The file, with one more input that has an insert and an echo, which rings out when it goes, or without.
void reload(const PlainOsc& osc, const std::string& path, bool one_more)
{
    std::string text = console_at(osc.port());
    if (one_more)
        replace(text, "\ninputs:\n",
                "\ninputs:\n"
                "  visitor: {chain: [compressor: {}, insert: {send: 'desk:visitor_insert_return', return: 'none:b'},"
                " delay: {time: 80 ms, feedback: 40 %}], sends: {main: {}}}\n");
    std::ofstream(path) << text;
    osc.send("/config/reload", 1);
}

/// The n-th of the changes of an evening: faders, gains, thresholds, times, switches, and now and then one that is a new graph.
void change(const PlainOsc& osc, int n)
{
    static std::mt19937 generator(1);
    const float any = std::uniform_real_distribution<float>(0, 1)(generator);
    if (n % 2000 == 100) return osc.send("/scene/save", "show");
    if (n % 500 == 200) return osc.send("/scene/recall", "show", 0.5f);
    if (n % 500 == 450) return osc.send("/scene/recall", "show", 0);
    if (n % 500 == 475) return osc.send("/undo", 1);
    if (n % 1000 == 150) return osc.send("/automation/record", "ride");
    if (n % 1000 == 650) return osc.send("/automation/stop", 1);
    if (n % 1000 == 750) return osc.send("/automation/play", "ride");
    if (n % 700 == 50) return osc.send("/input/kick/insert/measure", 1);
    if (n % 400 == 399) return osc.send("/bus/main/limiter/lookahead", 1 + 4 * any);
    static const char* const levels[] = {"/input/kick/fader", "/input/bass_di/fader",
                                         "/input/congas/send/percussion/level", "/bus/drums/fader", "/bus/main/fader"};
    static const char* const positions[] = {
        "/norm/input/kick/eq/2/frequency",       "/norm/input/kick/eq/2/gain",
        "/norm/input/kick/compressor/threshold", "/norm/input/kick/compressor/attack",
        "/norm/input/kick/gate/release",         "/norm/bus/main/limiter/ceiling",
        "/norm/output/balcony/delay/time",       "/norm/input/*/pan"};
    if (n % 3 == 0) return osc.send(levels[n / 3 % 5], -40 * any);
    if (n % 50 == 1) return osc.send("/input/kick/eq/bypass", any < 0.5f ? 0.0f : 1.0f);
    osc.send(positions[n % 8], any);
}
} // namespace

TEST_CASE("the guard sees every sin, and none where there is none", "[guard]")
{
    const JackServer server;
    const TempFolder folder;
    const auto [sin, function] = GENERATE(table<const char*, const char*>(
        {{"nothing", ""}, {"allocate", "malloc"}, {"lock", "pthread_mutex_lock"}, {"write", "write"}, {"call", ""}}));
    GuardedProgram client({RT_SINNER, sin}, folder / "report.json");
    const std::string report = client.report();
    INFO(sin << ": " << report);
    CHECK(client.exit_code() == 0);
    CHECK(number_in(report, "callbacks") >= 100);
    if (*function)
        CHECK(number_in(report, function) >= 100);
    else
        CHECK(report.find("\"calls\": {}") != std::string::npos);
    const bool dispatched = report.find("\"with_syscalls\": null") == std::string::npos;
    const std::string what = sin;
    if (dispatched && (what == "write" || what == "call")) CHECK(number_in(report, "with_syscalls") >= 100);
    if (dispatched && (what == "nothing" || what == "lock")) CHECK(number_in(report, "with_syscalls") == 0);
}

// 20,000 callbacks of 64 frames: 27 s of a show, in which 200 values a second change, scenes are recalled, automations are recorded and played, outboard gear is measured,
// pulled and put back, and the file is read again with other strips and ports, while a surface hears of everything.
TEST_CASE("the callback never allocates, locks, waits or calls the system", "[guard]")
{
    const JackServer server(48000, 64, 8);
    const TempFolder folder;
    PlainOsc osc, surface;
    std::ofstream(folder / "console.yaml") << console_at(osc.port());
    setenv("STATE_DIRECTORY", folder.path().c_str(), 1);
    GuardedProgram desk({FOHD, "run", "--config", folder / "console.yaml", "--backend", "jack"},
                        folder / "report.json");
    REQUIRE(osc.await_pong([&] { return desk.runs(); }));

    NoiseClient noise;
    REQUIRE(noise.connect_to("desk") >= 32);
    const long begin = noise.cycles();
    int changes = 0;
    for (auto next = std::chrono::steady_clock::now(); noise.cycles() < begin + 21000; ++changes) {
        REQUIRE(desk.runs());
        if (changes % 1000 == 0) surface.subscribe_at(osc.port());
        change(osc, changes);
        if (changes % 700 == 400 || changes % 700 == 500) noise.plug(changes % 700 == 500);
        if (changes % 600 == 300) reload(osc, folder / "console.yaml", changes % 1200 == 300);
        surface.drain();
        next += std::chrono::milliseconds(5);
        surface.wait_until(next);
    }
    CHECK(surface.heard() > changes); // values and readings did go round
    desk.stop();
    const std::string report = desk.report();
    INFO(changes << " changes, " << surface.heard() << " packets heard: " << report);
    CHECK(desk.exit_code() == 0);
    CHECK(number_in(report, "callbacks") >= 20000);
    CHECK(report.find("\"calls\": {}") != std::string::npos);
    if (report.find("\"with_syscalls\": null") == std::string::npos) CHECK(number_in(report, "with_syscalls") == 0);
}
