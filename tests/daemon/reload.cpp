// A description is changed while sound runs: what is heard of it, sample by sample.
#include "tests/support/clicks.h"
#include "tests/support/edits.h"
#include "tests/support/show.h"

#include <cmath>
#include <memory>
#include <numbers>
#include <random>

using namespace fohd;
using namespace fohd::test;

namespace {

constexpr int rate = Show::rate, block = Show::block;

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

TEST_CASE("edit after edit, each from the one before, makes no click")
{
    constexpr float jump = 0.0003162f;
    constexpr std::size_t settle = 24000, part = 19200, frames = settle + 50 * part;
    const auto in = sounds(frames);
    Show still{Stage{}.text()}, show{Stage{}.text()};
    const auto undisturbed = still.run(in, frames).at("clean_out_1");
    auto heard = show.run(in, settle);
    std::vector<float> at_rest = test::above_3k(heard.at("foh_1"));
    for (std::size_t n = 0; n < 50; ++n) {
        Stage stage;
        edits[n * 7 % std::size(edits)].apply(stage);
        show.change(stage.text());
        for (const auto& [port, sound] : show.run(in, part))
            heard[port].insert(heard[port].end(), sound.begin(), sound.end());
    }
    const bool same = heard.at("clean_out_1") == undisturbed;
    CHECK(same);
    const auto high = test::above_3k(heard.at("foh_1"));
    for (std::size_t n = 0; n < 50; ++n) {
        INFO("edit " << n << ": " << edits[n * 7 % std::size(edits)].name);
        CHECK(loudest(std::span(high).subspan(settle + n * part, part)) <
              loudest(std::span(at_rest).subspan(settle / 2)) + jump / 4);
    }
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

TEST_CASE("meters that come and go with every block do not pile up")
{
    const auto text = [](bool measured) {
        return std::string("inputs:\n  vox: {sends: {main: }}\nbuses:\n  main: {loudness: ") +
               (measured ? "true" : "false") + "}\noutputs:\n  foh: {from: main}\n";
    };
    Show show(text(true));
    std::vector<std::weak_ptr<daemon::loudness::Tap>> made;
    std::ptrdiff_t most = 0;
    for (int n = 0; n < 400; ++n) {
        show.change(text(n % 2 == 1));
        for (const auto& [strip, tap] : show.engine().taps()) made.push_back(tap);
        show.run({}, block);
        most = std::max(most, std::ranges::count_if(made, [](const auto& tap) { return !tap.expired(); }));
    }
    CHECK(made.size() == 200);
    CHECK(most < 20); // those of one crossfade of 20 ms, which is 15 blocks, and the two graphs in it
}

TEST_CASE("another tempo in the file is heard without a click, and to the bit as if it had always been so")
{
    const auto show_at = [](const std::string& tempo) {
        return "tempo: " + tempo +
               "\ninputs: {vox: {channels: 2, chain: [delay: {sync: 1/16, mix: 50 %}]}}\noutputs: {foh: {from: vox}}\n";
    };
    constexpr std::size_t settle = 24000, part = 24000;
    const auto tone = sine(settle + part, 200, 0.25);
    const std::map<std::string, std::vector<float>> in{{"vox_1", tone}, {"vox_2", tone}};
    Show show(show_at("120")), always(show_at("97.3"));
    const auto before = show.run(in, settle).at("foh_1");
    always.run(in, settle);
    show.change(show_at("97.3"));
    const auto after = show.run(in, part).at("foh_1"), expected = always.run(in, part).at("foh_1");
    std::vector<float> heard = before;
    heard.insert(heard.end(), after.begin(), after.end());
    const auto high = test::above_3k(heard);
    CHECK(loudest(std::span(high).subspan(settle / 2)) < 0.0003162f / 4);
    CHECK(std::equal(after.begin() + 12000, after.end(), expected.begin() + 12000));
    CHECK_FALSE(std::equal(after.begin(), after.begin() + 480, expected.begin()));
}

// A new output delay fills before it is heard, here for 0.9 s; and before that, with a change that still comes in, another one waits.
TEST_CASE("a mute is heard while another graph comes in, and while one waits for it")
{
    const auto stage = [](const std::string& chain, const std::string& more) {
        return "inputs: {vox: {sends: {main: {}}}" + more +
               "}\nbuses: {main: {}}\noutputs: {foh: {from: main, chain: [" + chain + "]}}\n";
    };
    for (const bool waits : {false, true}) {
        INFO("another change waits: " << waits);
        Show show(stage("", ""));
        constexpr std::size_t part = 4800;
        const auto in = sounds(6 * part);
        show.run(in, part);
        show.change(stage("delay: {time: 900 ms}", ""));
        show.run(in, part);
        if (waits) show.change(stage("delay: {time: 900 ms}", ", keys: {sends: {main: {}}}"));
        const auto heard = show.run(in, part).at("foh_1");
        REQUIRE(loudest(heard) > 0.1f);
        REQUIRE_FALSE(show.engine().settled());
        show.set("/bus/main/mute", 1);
        show.run(in, part); // it glides for 20 ms
        CHECK(loudest(show.run(in, part).at("foh_1")) == 0);
        CHECK_FALSE(show.engine().settled());
    }
}

TEST_CASE("a measurement of an insert that goes before it could begin is answered")
{
    const auto stage = [](const std::string& chain) {
        return "inputs: {vox: {chain: [" + chain + "]}}\noutputs: {foh: {from: vox}}\n";
    };
    Show show(stage("insert: {send: 'gear:in', return: 'gear:out'}"));
    const auto in = sounds(9600);
    show.run(in, 4800);
    const auto& chain = show.engine().description().strips[0].chain;
    const auto insert = std::ranges::find(chain, "insert", &dsp::ProcessorNode::name) - chain.begin();
    show.engine().act(0, static_cast<int>(insert), 0);
    show.engine().tend(); // no block came between
    show.change(stage(""));
    const auto findings = show.engine().take_findings();
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].first == "/input/vox/insert");
    CHECK_THAT(findings[0].second.text, Catch::Contains("was interrupted"));
    CHECK(findings[0].second.values.empty());
}

TEST_CASE("a measurement of an insert is answered at once when no sound runs, and once")
{
    Show show("inputs: {vox: {chain: [insert: {send: 'gear:in', return: 'gear:out'}]}}\noutputs: {foh: {from: vox}}\n");
    const auto in = sounds(4800 * 43);
    show.run(in, 4800);
    const auto& chain = show.engine().description().strips[0].chain;
    const int insert = static_cast<int>(std::ranges::find(chain, "insert", &dsp::ProcessorNode::name) - chain.begin());
    const auto says = [&](const std::string& text) {
        const auto findings = show.engine().take_findings();
        REQUIRE(findings.size() == 1);
        CHECK(findings[0].first == "/input/vox/insert");
        CHECK_THAT(findings[0].second.text, Catch::Contains(text));
        CHECK(findings[0].second.values.empty());
    };
    const std::string asked = GENERATE("before", "just before", "after"); // the server has died
    if (asked != "after") show.engine().act(0, insert, 0);
    if (asked == "before") show.run(in, block);
    show.engine().tend();
    CHECK(show.engine().take_findings().empty());
    show.engine().stand_still(true);
    if (asked != "after") says("was interrupted");
    for (int time = 0; time < 2; ++time) {
        show.engine().act(0, insert, 0);
        says("while no sound runs");
    }
    show.engine().interrupt();
    show.engine().stand_still(false);
    show.run(in, 4800);
    show.engine().tend();
    CHECK(show.engine().take_findings().empty()); // nothing comes of what was answered
    show.engine().act(0, insert, 0);
    for (int tenth = 0; tenth < 40; ++tenth) {
        show.run(in, 4800);
        show.engine().tend();
    }
    CHECK(show.engine().take_findings().size() == 1);
}

TEST_CASE("the block of another rate's audio system counts no more")
{
    Show show("inputs: {vox: {}}\noutputs: {foh: {from: vox}}\n");
    show.run(sounds(block), block);
    CHECK(show.engine().block() == block);
    show.engine().set_rate(44100);
    CHECK(show.engine().block() == 0);
}

// Whatever is late anew begins empty. Were the old one not heard until it has filled, the echo would have a hole of 5 ms between two edges.
TEST_CASE("another look-ahead puts no edge into the memory of a delay behind it")
{
    Show show("inputs: {vox: {chain: [compressor: {threshold: 0 dB}], sends: {fx: {}}}}\n"
              "buses: {fx: {chain: [delay: {time: 300 ms}]}}\noutputs: {foh: {from: fx}}\n");
    constexpr std::size_t before = 24000, after = 38400;
    const auto in = sounds(before + after);
    show.run(in, before);
    show.set("/input/vox/compressor/lookahead", 5);
    const auto echo = show.run(in, after).at("foh_1");
    float bend = 0;
    for (std::size_t i = 2; i < after; ++i) bend = std::max(bend, std::abs(echo[i] - 2 * echo[i - 1] + echo[i - 2]));
    const double own = 0.25 / std::sqrt(2) * std::pow(2 * std::numbers::pi * 200 / rate, 2); // panned to the centre
    CHECK(bend > 0.9 * own);
    CHECK(bend < 1.5 * own); // a little more where the two meet
}

// The lobby's delay fills for 0.9 s, and until then the graph without the look-ahead is what is heard.
TEST_CASE("what a processor has beside the value that another graph is made for is heard at once")
{
    Show show("inputs: {vox: {chain: [compressor: {threshold: 0 dB}], sends: {main: {}}}}\nbuses: {main: {}}\n"
              "outputs: {foh: {from: main}, lobby: {from: main, chain: [delay: {time: 900 ms}]}}\n");
    constexpr std::size_t part = 4800;
    const auto in = sounds(6 * part);
    show.run(in, part);
    show.set("/input/vox/compressor/lookahead", 5);
    const float before = loudest(show.run(in, part).at("foh_1"));
    show.set("/input/vox/compressor/makeup", 6);
    show.run(in, part); // it glides
    CHECK(loudest(show.run(in, part).at("foh_1")) > 1.9f * before);
    CHECK_FALSE(show.engine().settled());
}
