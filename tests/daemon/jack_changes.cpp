// What is heard of ports whose connections change while sound runs.
#include "config/config.h"
#include "daemon/backends/jack_fade.h"
#include "daemon/endpoints.h"
#include "daemon/engine.h"
#include "tests/support/held_sine.h"
#include "tests/support/jack_player.h"
#include "tests/support/jack_rig.h"

#include <catch2/catch.hpp>
#include <future>

using namespace fohd;
using namespace fohd::daemon;
using namespace fohd::test;
using namespace std::chrono_literals;

namespace {

constexpr int rate = 48000, period = 256;
constexpr double hz = 330;
constexpr float amplitude = 0.25f;
constexpr std::size_t begun = 4800; // Frames after which the sine stands.

std::vector<float> sine(std::size_t frames)
{
    std::vector<float> sound(frames);
    for (std::size_t i = 0; i < frames; ++i)
        sound[i] = amplitude * std::min(1.0f, static_cast<float>(i) / begun) *
                   static_cast<float>(std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / rate));
    return sound;
}

/// Another process, which tells how far the sound of its input `clock` is.
class Told final : public Process {
public:
    Told(Process& inner, std::size_t clock) : inner_(inner), clock_(clock) {}
    void process(std::span<const float* const> inputs, std::span<float* const> outputs, int frames) noexcept override
    {
        const bool sounds = inputs[clock_][frames / 2] != 0;
        last_is_null = inputs.back() == nullptr;
        inner_.process(inputs, outputs, frames);
        if (sounds) frames_ += frames;
        for (constexpr int part = rate / 20; told_ + part <= frames_; told_ += part) parts_.release();
    }
    /// Waits for so many parts of 50 ms of sound from now on.
    void await(int parts)
    {
        while (parts_.try_acquire()) {
        }
        for (int n = 0; n < parts; ++n) REQUIRE(parts_.try_acquire_for(20s));
    }

    std::atomic<bool> last_is_null = false; ///< Of the inputs.

private:
    Process& inner_;
    const std::size_t clock_;
    int frames_ = 0, told_ = 0;
    std::counting_semaphore<> parts_{0};
};

/// A jump of -80 dBFS bends as sharply as the tolerance, and the cubic of the fades, with the sine on it, by a third of that. A gap is
/// a few periods long, and on a busy computer longer, but less than the second after which a port opens by itself.
void check(std::span<const float> heard, int gaps)
{
    const HeldSine held = held_sine(heard.subspan(begun), hz, rate);
    CHECK(held.highest < amplitude * 1.0116f); // 0.1 dB
    CHECK(held.bend < bend_of_sine(hz, rate, static_cast<double>(amplitude)) + 1e-4f);
    CHECK(held_sine(heard.last(2400), hz, rate).lowest > amplitude * 0.99f);
    int found = 0, silent = 0, longest = 0;
    for (const float x : heard.subspan(begun)) {
        silent = std::abs(x) < 1e-6f ? silent + 1 : 0;
        found += silent == 16; // The sine itself crosses zero in one.
        longest = std::max(longest, silent);
    }
    CHECK(found == gaps);
    CHECK(longest < rate / 2);
}

/// Gear: what comes in goes out, late.
class Gear {
public:
    static constexpr std::size_t delay = 4800;

    explicit Gear(const std::string& name) : client_(jack_client_open(name.c_str(), JackNoStartServer, nullptr))
    {
        in_ = jack_port_register(client_, "in", JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput, 0);
        out_ = jack_port_register(client_, "out", JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput, 0);
        jack_set_process_callback(
            client_,
            [](jack_nframes_t frames, void* self) {
                auto& gear = *static_cast<Gear*>(self);
                const auto* in = static_cast<const float*>(jack_port_get_buffer(gear.in_, frames));
                auto* out = static_cast<float*>(jack_port_get_buffer(gear.out_, frames));
                for (jack_nframes_t i = 0; i < frames; ++i, gear.at_ = (gear.at_ + 1) % delay)
                    out[i] = std::exchange(gear.memory_[gear.at_], in[i]);
                return 0;
            },
            this);
        jack_activate(client_);
    }
    ~Gear() { jack_client_close(client_); }
    Gear(const Gear&) = delete;
    Gear& operator=(const Gear&) = delete;

    bool connected() const { return jack_port_connected(in_) != 0 && jack_port_connected(out_) != 0; }

private:
    jack_client_t* client_;
    jack_port_t *in_ = nullptr, *out_ = nullptr;
    std::vector<float> memory_ = std::vector<float>(delay);
    std::size_t at_ = 0;
};
} // namespace

TEST_CASE("an input and outputs that are connected to others fade, and no one else hears of it")
{
    const JackServer server(rate, period);
    const std::string house = server.client("house"), test = server.client("test");
    struct Wires : Process {
        void process(std::span<const float* const> in, std::span<float* const> out, int frames) noexcept override
        {
            for (std::size_t n = 0; n < 3; ++n) std::copy_n(in[n % 2], frames, out[n]);
        }
    } wires;
    Told told(wires, 1);
    const auto ports = [&](const std::string& from, const std::string& first, const std::string& third) {
        return Endpoints{{{"vox", {from}}, {"other", {}}}, {{"one", {first}}, {"two", {}}, {"three", {third}}}};
    };
    const auto backend =
        open_backend(BackendKind::jack, {.client = house}, ports(test + "-out:1", test + "-in:1", "nobody:in"));
    backend->start(told);
    JackPlayer player(test, {house + ":other", ""}, {"", house + ":two"});
    const auto connected = [&](const std::string& port, const std::string& peer) {
        return jack_port_connected_to(jack_port_by_name(player.client(), port.c_str()), peer.c_str()) != 0;
    };
    REQUIRE(tend_until(*backend, [&](const BackendEvents&) {
        return connected(house + ":vox", test + "-out:1") && connected(house + ":one", test + "-in:1");
    }));
    const auto sound = sine(rate * 3 / 4);
    auto playing = std::async(std::launch::async, [&] { return player.play({sound, sound}, sound.size()); });
    const auto take = [&](const Endpoints& endpoints) {
        told.await(2);
        backend->add(endpoints);
        backend->retain(endpoints);
    };
    told.await(1);
    take(ports(test + "-out:2", test + "-in:1", "nobody:in")); // Which hears the same.
    CHECK(connected(house + ":vox", test + "-out:2"));
    CHECK_FALSE(connected(house + ":vox", test + "-out:1"));
    take(ports(test + "-out:2", "nobody:in", test + "-in:1"));
    CHECK(connected(house + ":three", test + "-in:1"));
    CHECK_FALSE(connected(house + ":one", test + "-in:1"));
    take(ports(test + "-out:[2]", "nobody:in", test + "-in:[1]")); // The same ports by other words: nothing happens.
    const auto heard = playing.get();
    check(heard[0], 2);
    const bool same = heard[1] == sound;
    CHECK(same);
    CHECK(backend->stop(5s));
}

TEST_CASE("an insert passes the sound by while its ports are connected to others, and comes in when its gear is heard")
{
    const JackServer server(rate, period);
    const std::string house = server.client("house"), test = server.client("test"), name = server.client("gear");
    constexpr std::size_t latency = Gear::delay + period; // A loop takes JACK a period.
    const auto show = [&](const std::string& gear) {
        auto loaded = config::load_text("fohd: 1\ninputs: {vox: {chain: [insert: {latency: " + std::to_string(latency) +
                                        ", send: '" + gear + ":in', return: '" + gear +
                                        ":out'}]}}\noutputs: {foh: {from: vox}}\n");
        REQUIRE(loaded.config);
        return *loaded.config;
    };
    Engine engine(show(name).graph, rate);
    Told told(engine, 0);
    const auto backend = open_backend(BackendKind::jack, {.client = house}, endpoints_of(show(name)));
    backend->set_latency(engine.latency());
    backend->start(told);
    JackPlayer player(test, {house + ":vox"}, {house + ":foh"});
    const auto sound = sine(rate * 6 / 5);
    auto playing = std::async(std::launch::async, [&] { return player.play({sound}, sound.size()); });
    told.await(3);
    const Gear gear(name); // It appears while sound runs.
    REQUIRE(tend_until(*backend, [&](const BackendEvents&) { return gear.connected(); }));
    REQUIRE(tend_until(*backend, [&](const BackendEvents&) { return !told.last_is_null; }));
    for (const std::string& to : {std::string("nobody"), name}) {
        told.await(2);
        backend->add(endpoints_of(show(to)));
    }
    CHECK(gear.connected());
    const auto heard = playing.get()[0];
    check(std::span(heard).subspan(latency), 1);
    CHECK(backend->stop(5s));
}

TEST_CASE("a port that nobody opens again opens by itself, and one that is open is left alone")
{
    const std::vector<float> sound(480, 0.5f);
    JackFade input(JackFade::Port::input, rate, true), back(JackFade::Port::comes_back, rate, true);
    CHECK(input.hear(sound.data(), 480) == sound.data());
    CHECK(back.hear(sound.data(), 480) == sound.data());
    input.close();
    back.close();
    for (int block = 0; block < 3; ++block) { // 20 ms, and one block of silence.
        CHECK(input.is_closed() == (block > 1));
        const float* const heard = input.hear(sound.data(), 480);
        CHECK(heard[479] == (block == 0 ? Approx(0.25f).margin(1e-3) : Approx(0)));
        CHECK((back.hear(sound.data(), 480) == nullptr) == (block == 2));
    }
    back.open(960); // What is sent comes round that late.
    CHECK(back.hear(sound.data(), 480) == nullptr);
    CHECK(back.hear(sound.data(), 480) == nullptr);
    CHECK(back.hear(sound.data(), 480) == sound.data());
    int blocks = 1;
    while (input.hear(sound.data(), 480)[479] == 0 && blocks < 200) ++blocks;
    CHECK(blocks == 99); // A second less than the first block.
    CHECK(input.gave_up());
    input.hear(sound.data(), 480);
    CHECK(input.hear(sound.data(), 480) == sound.data());
}
