// A description is changed while sound runs: what is heard of it, sample by sample.
#include "config/config.h"
#include "daemon/engine.h"
#include "tests/support/clicks.h"
#include "tests/support/flushed_denormals.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>
#include <random>

using namespace fohd;

namespace {

constexpr int rate = 48000, block = 64;
using Sound = std::vector<std::vector<float>>;

std::vector<float> sine(std::size_t frames, double hz, double amplitude)
{
    std::vector<float> sound(frames);
    for (std::size_t i = 0; i < frames; ++i)
        sound[i] = static_cast<float>(amplitude * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / rate));
    return sound;
}

/// Bursts of noise in pauses: something like drums.
std::vector<float> programme(std::size_t frames)
{
    std::mt19937 generator(3);
    std::uniform_real_distribution<float> any(-0.5f, 0.5f);
    std::vector<float> sound(frames);
    for (std::size_t i = 0; i < frames; ++i)
        sound[i] = any(generator) * std::exp(-static_cast<float>(i % 12000) / 2000);
    return sound;
}

/// What a file says, on numbered channels that stay with the names of their ports.
class Show {
public:
    explicit Show(const std::string& text) : config_(read(text)), engine_(config_.graph, rate) { wire(); }

    void change(const std::string& text)
    {
        config_ = read(text);
        engine_.change(config_.graph, dsp::Layout(config_.graph).initial_values(), wire());
    }

    /// Runs `frames` of the inputs by the names of their ports, from where it stopped, and answers what the ports out gave.
    std::map<std::string, std::vector<float>> run(const std::map<std::string, std::vector<float>>& in,
                                                  std::size_t frames)
    {
        const test::FlushedDenormals flushed;
        std::map<std::string, std::vector<float>> out;
        for (const auto& port : outputs_) out[port].resize(frames);
        std::vector<float> silence(block), nowhere(block);
        for (std::size_t done = 0; done < frames; done += block) {
            engine_.tend();
            std::vector<const float*> from;
            std::vector<float*> to;
            for (const auto& port : inputs_) {
                const auto sound = in.find(port);
                from.push_back(sound == in.end() ? silence.data() : sound->second.data() + at_ + done);
            }
            for (const auto& port : outputs_) to.push_back(out[port].data() + done);
            engine_.process(from, to, block);
        }
        at_ += frames;
        return out;
    }

    daemon::Engine& engine() { return engine_; }

private:
    static config::Config read(const std::string& text)
    {
        auto loaded = config::load_text(text);
        for (const auto& problem : loaded.problems) UNSCOPED_INFO(config::to_line(problem, "text"));
        REQUIRE(loaded.config);
        return *loaded.config;
    }

    /// Ports that are new get the next channels; nobody's channel goes to another.
    dsp::Wiring wire()
    {
        const auto endpoints = daemon::endpoints_of(config_);
        const auto slots = [](const std::vector<daemon::Endpoint>& list, std::vector<std::string>& known) {
            std::vector<int> numbers;
            for (const auto& endpoint : list) {
                auto found = std::ranges::find(known, endpoint.port_name);
                if (found == known.end()) found = known.insert(known.end(), endpoint.port_name);
                numbers.push_back(static_cast<int>(found - known.begin()));
            }
            return numbers;
        };
        return {slots(endpoints.inputs, inputs_), slots(endpoints.outputs, outputs_)};
    }

    config::Config config_;
    daemon::Engine engine_;
    std::vector<std::string> inputs_, outputs_;
    std::size_t at_ = 0;
};

/// A show of which parts can be edited, one text each.
struct Stage {
    std::string vox_chain = "[high_pass: {frequency: 30 Hz}, compressor: {threshold: -20 dB}]";
    std::string vox = "fader: -3 dB\n    sends: {main: {}, hall: {level: -12 dB}}";
    std::string more_inputs, more_buses, more_outputs;
    std::string hall_chain = "[delay: {time: 150 ms, feedback: 40 %}]";
    std::string main_chain = "[eq: {}, fader, limiter: {}]";
    std::string foh_chain = "[]";

    std::string text() const
    {
        return "fohd: 1\ninputs:\n  ref: {chain: [eq: {bands: [{gain: 3 dB}]}, compressor: {}], sends: {clean: {}}}\n"
               "  vox:\n    chain: " +
               vox_chain + "\n    " + vox + "\n  keys: {channels: 2, sends: {main: {}}}\n" + more_inputs +
               "buses:\n  clean: {chain: [delay: {time: 20 ms}, limiter: {}], loudness: true}\n"
               "  hall: {chain: " +
               hall_chain + ", sends: {main: {}}}\n  main: {chain: " + main_chain + ", loudness: true}\n" + more_buses +
               "outputs:\n  clean_out: {from: clean}\n  foh: {from: main, chain: " + foh_chain + "}\n" + more_outputs;
    }
};

struct Edit {
    const char* name;
    void (*apply)(Stage&);
};

// Each is made and taken back.
const Edit edits[] = {
    {"a processor inserted",
     [](Stage& s) {
         s.vox_chain = "[high_pass: {frequency: 30 Hz}, eq: {bands: [{gain: 6 dB, frequency: 300 Hz}]}, compressor: "
                       "{threshold: -20 dB}]";
     }},
    {"a processor removed", [](Stage& s) { s.vox_chain = "[high_pass: {frequency: 30 Hz}]"; }},
    {"two in the other order",
     [](Stage& s) { s.vox_chain = "[compressor: {threshold: -20 dB}, high_pass: {frequency: 30 Hz}]"; }},
    {"an empty chain", [](Stage& s) { s.vox_chain = "[]"; }},
    {"a latency that comes",
     [](Stage& s) {
         s.vox_chain = "[high_pass: {frequency: 30 Hz}, compressor: {threshold: -20 dB, lookahead: 5 ms}]";
     }},
    {"a limiter of another look-ahead", [](Stage& s) { s.main_chain = "[eq: {}, fader, limiter: {lookahead: 4 ms}]"; }},
    {"no limiter", [](Stage& s) { s.main_chain = "[eq: {}]"; }},
    {"another slope",
     [](Stage& s) { s.vox_chain = "[high_pass: {frequency: 30 Hz, slope: 48}, compressor: {threshold: -20 dB}]"; }},
    {"a send added",
     [](Stage& s) {
         s.more_buses = "  mon: {sends: {main: {level: -10 dB}}}\n";
         s.vox = "fader: -3 dB\n    sends: {main: {}, hall: {level: -12 dB}, mon: {tap: pre}}";
     }},
    {"a send removed", [](Stage& s) { s.vox = "fader: -3 dB\n    sends: {main: {}}"; }},
    {"a send from elsewhere",
     [](Stage& s) { s.vox = "fader: -3 dB\n    sends: {main: {tap: pre}, hall: {level: -12 dB}}"; }},
    {"another fader in the file",
     [](Stage& s) { s.vox = "fader: -9 dB\n    sends: {main: {}, hall: {level: -12 dB}}"; }},
    {"an input more", [](Stage& s) { s.more_inputs = "  drums: {chain: [gate: {}], sends: {main: {}}}\n"; }},
    {"a bus more, between",
     [](Stage& s) {
         s.more_buses = "  group: {chain: [compressor: {}], sends: {main: {}}}\n";
         s.vox = "sends: {group: {}, hall: {level: -12 dB}}";
     }},
    {"an output more", [](Stage& s) { s.more_outputs = "  tower: {from: main, chain: [delay: {time: 34 ms}]}\n"; }},
    {"echo removed", [](Stage& s) { s.hall_chain = "[]"; }},
    {"echo of another name", [](Stage& s) { s.hall_chain = "[delay: {name: other, time: 150 ms, feedback: 40 %}]"; }},
    {"echo in the input",
     [](Stage& s) {
         s.vox_chain =
             "[high_pass: {frequency: 30 Hz}, compressor: {threshold: -20 dB}, delay: {time: 90 ms, mix: 30 %}]";
     }},
    {"a delay in the output", [](Stage& s) { s.foh_chain = "[delay: {time: 12 ms}]"; }},
    {"the fader before the chain",
     [](Stage& s) { s.vox_chain = "[fader, high_pass: {frequency: 30 Hz}, compressor: {threshold: -20 dB}]"; }},
};

std::map<std::string, std::vector<float>> sounds(std::size_t frames)
{
    return {{"ref", programme(frames)},
            {"vox", sine(frames, 200, 0.25)},
            {"keys_1", sine(frames, 150, 0.1)},
            {"keys_2", sine(frames, 110, 0.1)},
            {"drums", sine(frames, 90, 0.2)}};
}

float loudest(std::span<const float> sound)
{
    float most = 0;
    for (float sample : sound) most = std::max(most, std::abs(sample));
    return most;
}
} // namespace

// A jump of -70 dBFS leaves half of itself above 3 kHz; of sines below 200 Hz nothing is left there.
TEST_CASE("an edit of the graph makes no click, and what it leaves alone stays as it was to the bit")
{
    static_assert(std::size(edits) == 20);
    constexpr float jump = 0.0003162f;
    constexpr std::size_t settle = 24000, part = 38400, frames = settle + 2 * part;
    const auto in = sounds(frames);
    Show still{Stage{}.text()};
    const auto undisturbed = still.run(in, frames).at("clean_out_1");
    for (const Edit& edit : edits) {
        INFO(edit.name);
        Stage stage;
        Show show{stage.text()};
        std::map<std::string, std::vector<float>> heard;
        const auto run = [&](std::size_t count) {
            for (const auto& [port, sound] : show.run(in, count))
                heard[port].insert(heard[port].end(), sound.begin(), sound.end());
        };
        run(settle);
        edit.apply(stage);
        show.change(stage.text());
        run(part);
        show.change(Stage{}.text());
        run(part);
        const bool same = heard.at("clean_out_1") == undisturbed;
        CHECK(same);
        for (const std::string port : {"foh_1", "foh_2"}) {
            const auto high = test::above_3k(heard.at(port));
            const float at_rest = loudest(std::span(high).subspan(settle / 2, settle / 2));
            const auto worst = std::ranges::max_element(high.begin() + settle / 2, high.end(), {},
                                                        [](float x) { return std::abs(x); });
            INFO(port << " at frame " << worst - high.begin() << " of " << settle << " + " << part << " + " << part);
            CHECK(std::abs(*worst) < at_rest + jump / 4);
        }
    }
}

TEST_CASE("an echo that is taken out of the graph rings out, and then costs nothing")
{
    Stage with, without;
    with.hall_chain = "[delay: {time: 200 ms, feedback: 60 %}]";
    without.hall_chain = "[]";
    without.vox = "fader: -3 dB\n    sends: {main: {}}";
    Show show(with.text()), kept(with.text());
    auto in = sounds(rate * 20);
    for (std::size_t i = 4800; i < in["vox"].size(); ++i) in["vox"][i] = 0; // 100 ms of tone
    in.erase("keys_1"), in.erase("keys_2");
    show.run(in, 9600 - 9600 % block), kept.run(in, 9600 - 9600 % block);
    show.change(without.text());
    const auto heard = show.run(in, rate).at("foh_1"), expected = kept.run(in, rate).at("foh_1");
    double difference = 0, power = 0;
    for (std::size_t i = 0; i < heard.size(); ++i) {
        difference += std::pow(static_cast<double>(heard[i] - expected[i]), 2);
        power += std::pow(static_cast<double>(expected[i]), 2);
    }
    CHECK(power > 1);
    CHECK(difference < power * 1e-6);
    CHECK_FALSE(show.engine().settled());
    for (int second = 0; second < 19 && !show.engine().settled(); ++second) show.run({}, rate);
    CHECK(show.engine().settled());
}

TEST_CASE("changes that come faster than they sound end at the newest")
{
    const auto in = sounds(48000);
    Stage last;
    last.vox_chain = "[high_pass: {frequency: 30 Hz}]";
    Show show{Stage{}.text()}, target(last.text());
    for (int n = 0; n < 50; ++n) {
        Stage stage;
        edits[static_cast<std::size_t>(n) % std::size(edits)].apply(stage);
        show.change(stage.text());
        show.run(in, block * 3);
    }
    show.change(last.text());
    show.run({}, rate * 20);
    CHECK(show.engine().settled());
    CHECK(show.engine().description() == target.engine().description());
}
