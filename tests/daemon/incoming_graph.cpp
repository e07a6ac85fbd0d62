// What is heard, and what is read, while another graph comes in: a new delay fills for most of a second before it is heard.
#include "control/readings.h"
#include "tests/support/automated_desk.h"
#include "tests/support/graph_rig.h"

#include <cmath>

using namespace fohd;
using namespace fohd::test;

namespace {

constexpr int rate = 48000;

/// A stage whose lobby has this chain, and with more inputs and buses.
std::string stage(const char* lobby, const char* more_inputs = "", const char* more_buses = "")
{
    return std::string("inputs: {") + more_inputs +
           "vox: {chain: [eq: {}, compressor: {threshold: 0 dB}], sends: {main: {}}}}\nbuses: {" + more_buses +
           "main: {channels: 1}}\noutputs: {foh: {from: main}, lobby: {from: main, chain: [" + lobby + "]}}\n";
}

/// The same show twice; in one of them graphs come in. Both run `frames` of the same sound, and what foh gives is told apart.
class TwoShows {
public:
    explicit TwoShows(const std::string& automation, int block)
        : block_(block), still_(stage(""), rate), changing_(stage(""), rate)
    {
        for (AutomatedDesk* desk : {&still_, &changing_}) {
            desk->load_automation(automation);
            desk->player().play();
        }
    }

    /// The largest difference at foh, over its loudest so far. `tend_every`: see AutomatedDesk.
    double differs_by(std::size_t frames, std::size_t tend_every = 1)
    {
        std::vector<float> tone(frames);
        for (float& sample : tone)
            sample = static_cast<float>(0.5 * std::sin(0.0654498 * static_cast<double>(at_++))); // 500 Hz
        const auto expected = still_.run(tone, block_, tend_every)[0],
                   heard = changing_.run(tone, block_, tend_every)[0];
        double most = 0;
        for (std::size_t n = 0; n < frames; ++n) {
            most = std::max(most, static_cast<double>(std::abs(heard[n] - expected[n])));
            loudest_ = std::max(loudest_, std::abs(expected[n]));
        }
        last_ = heard.back();
        return most / static_cast<double>(loudest_);
    }
    template <class Act> void each(Act act)
    {
        act(still_);
        act(changing_);
    }
    AutomatedDesk& changing() { return changing_; }
    float last() const { return last_; }

private:
    int block_;
    AutomatedDesk still_, changing_;
    std::size_t at_ = 0;
    float loudest_ = 1e-9f, last_ = 0;
};

/// A difference of single rounding steps: blocks are divided elsewhere while a value glides.
constexpr double rounding = 3e-6;

} // namespace

TEST_CASE("what an automation moves is heard on its sample while another graph comes in", "[automation]")
{
    const int block = GENERATE(17, 64, 1024);
    const std::size_t whole = static_cast<std::size_t>(block) * static_cast<std::size_t>(9600 / block);
    const std::int64_t mute = 3 * 9600 + 333, open = mute + 3000;
    TwoShows shows("0 /input/vox/fader -20 dB\n2 /input/vox/fader 0 dB linear\n"
                   "0.1 /input/vox/eq/2/gain 12 dB\n1.2 /input/vox/eq/2/gain -12 dB linear\n"
                   "0.5 /input/vox/compressor/makeup 6 dB\n" +
                       at(mute, rate, "/bus/main/mute on") + at(open, rate, "/bus/main/mute off"),
                   block);
    CHECK(shows.differs_by(whole) == 0);
    // Other places of every value, and strips that are in one of the graphs alone.
    shows.changing().reload(stage("delay: {time: 900 ms}", "aux: {mute: true, sends: {main: {}}}, ", "group: {}, "));
    for (int part = 0; part < 4; ++part) {
        INFO("part " << part);
        CHECK(shows.differs_by(whole) < rounding);
        CHECK_FALSE(shows.changing().engine().settled());
    }
    for (int part = 4; part < 9; ++part) {
        INFO("part " << part);
        CHECK(shows.differs_by(whole) < rounding);
    }
    CHECK(shows.changing().engine().settled());
    CHECK(shows.changing().player().late() == 0);
}

TEST_CASE("an automation goes on while one graph comes in and another one waits for it", "[automation]")
{
    const std::size_t part = 6400;
    TwoShows shows("0 /input/vox/fader -20 dB\n3 /input/vox/fader 0 dB linear\n1.5 /bus/main/polarity on\n", 64);
    CHECK(shows.differs_by(part) == 0);
    shows.changing().reload(stage("delay: {time: 900 ms}"));
    shows.changing().engine().tend(); // as soon as that, and the player does not come for a while
    CHECK(shows.differs_by(part, 0) < rounding);
    shows.changing().reload(stage("delay: {time: 900 ms}", "aux: {mute: true, sends: {main: {}}}, "));
    CHECK(shows.differs_by(part) < rounding);
    shows.changing().reload(stage("delay: {time: 700 ms}, high_pass: {}", "", "group: {}, "));
    for (int n = 0; n < 18; ++n) {
        INFO("part " << n);
        CHECK(shows.differs_by(part) < rounding);
    }
    CHECK(shows.changing().engine().settled());
    CHECK(shows.changing().player().late() == 0);
}

TEST_CASE("an automation is stopped, located and played on while a graph comes in", "[automation]")
{
    const std::size_t part = 6400;
    TwoShows shows("0 /input/vox/fader -20 dB\n2 /input/vox/fader 0 dB linear\n"
                   "0 /input/vox/eq/2/gain 12 dB\n2 /input/vox/eq/2/gain -12 dB linear\n4 /bus/main/mute on\n",
                   64);
    CHECK(shows.differs_by(part) == 0);
    shows.changing().reload(stage("delay: {time: 900 ms}", "aux: {mute: true, sends: {main: {}}}, "));
    CHECK(shows.differs_by(part) < rounding);
    shows.each([](AutomatedDesk& desk) { desk.player().stop(); });
    CHECK(shows.differs_by(part) < rounding);
    shows.each([](AutomatedDesk& desk) { desk.player().locate(1); });
    shows.each([](AutomatedDesk& desk) { desk.player().play(); });
    CHECK(shows.differs_by(part) < rounding);
    shows.each([](AutomatedDesk& desk) { desk.set("/input/vox/eq/1/gain", 6); });
    CHECK(shows.differs_by(part) < rounding);
    shows.each([](AutomatedDesk& desk) { desk.player().locate(4.1); });
    CHECK(shows.differs_by(part) < rounding);
    CHECK(shows.last() == 0);
    CHECK_FALSE(shows.changing().engine().settled());
    shows.each([](AutomatedDesk& desk) { desk.player().locate(0.5); });
    for (int n = 0; n < 8; ++n) {
        INFO("part " << n);
        CHECK(shows.differs_by(part) < rounding);
    }
    CHECK(shows.changing().engine().settled());
}

TEST_CASE("an automation and a hand move what stands beside a value that waits for another graph", "[automation]")
{
    const std::size_t part = 6400;
    TwoShows shows("0 /input/vox/compressor/makeup 0 dB\n1.4 /input/vox/compressor/makeup 12 dB linear\n", 64);
    CHECK(shows.differs_by(part) == 0);
    // Alike until it is heard, since the delay of the lobby fills before it is: then it is later by 5 ms.
    shows.changing().reload(stage("delay: {time: 900 ms}"));
    CHECK(shows.differs_by(part) < rounding);
    shows.changing().set("/input/vox/compressor/lookahead", 5);
    for (int n = 0; n < 5; ++n) {
        INFO("part " << n);
        if (n == 2) shows.each([](AutomatedDesk& desk) { desk.set("/input/vox/compressor/threshold", -20); });
        CHECK(shows.differs_by(part) < rounding);
    }
    CHECK_FALSE(shows.changing().engine().settled());
}

// The output is silent until the sound has come through its new delay, but nobody hears that.
TEST_CASE("meters and loudness show what is heard while another graph comes in")
{
    const auto outputs = [](const char* chain) {
        return std::string("inputs: {vox: {sends: {main: {}}}}\nbuses: {main: {channels: 1}}\n"
                           "outputs: {foh: {from: main, loudness: true, chain: [") +
               chain + "]}}\n";
    };
    AutomatedDesk desk(outputs(""), rate);
    const auto read = [&](const char* address) {
        for (const control::Reading& reading : control::readings_of(desk.engine().description()))
            if (reading.address == address) {
                float value = 0;
                desk.engine().read(reading, {&value, 1});
                return value;
            }
        FAIL(address);
        return 0.0f;
    };
    // 960 Hz go whole times into 900 ms: old and new are alike to the sample, so all of it is one tone.
    const auto play = [&](double seconds) {
        std::vector<float> tone(static_cast<std::size_t>(seconds * rate));
        for (std::size_t n = 0; n < tone.size(); ++n)
            tone[n] = static_cast<float>(0.5 * std::sin(2 * 3.14159265358979 * static_cast<double>(n % 50) / 50));
        desk.run(tone, 64);
        for (const auto& [strip, tap] : desk.engine().taps()) tap->measure(); // it keeps a second
    };
    for (int part = 0; part < 10; ++part) play(0.2);
    const float momentary = read("/output/foh/loudness/momentary"), peak = read("/output/foh/meter/peak"),
                rms = read("/output/foh/meter/rms"), true_peak = read("/output/foh/loudness/max/truepeak");
    CHECK(rms == Approx(20 * std::log10(0.5 / std::sqrt(2))).margin(0.05));
    desk.reload(outputs("delay: {time: 900 ms}"));
    for (int part = 0; part < 8; ++part) {
        INFO("part " << part);
        play(0.2);
        CHECK(read("/output/foh/meter/peak") == Approx(peak).margin(0.001));
        CHECK(read("/output/foh/meter/rms") == Approx(rms).margin(0.05));
        CHECK(read("/output/foh/loudness/momentary") == Approx(momentary).margin(0.01));
    }
    CHECK(desk.engine().settled());
    CHECK(read("/output/foh/loudness/integrated") == Approx(momentary).margin(0.05));
    CHECK(read("/output/foh/loudness/max/truepeak") == Approx(true_peak).margin(0.02));
    CHECK(read("/output/foh/loudness/range") == Approx(0).margin(0.05));
}

// The gear sends back what it gets a block later. What comes in has no port of its own until it is heard.
TEST_CASE("an insert is measured when the graph that it is in is heard")
{
    const auto outputs = [](const char* chain) {
        return std::string("inputs: {vox: {chain: [insert: {send: 'gear:in', return: 'gear:out'}]}}\n"
                           "outputs: {foh: {from: vox, chain: [") +
               chain + "]}}\n";
    };
    constexpr int block = 64;
    AutomatedDesk desk(outputs(""), rate);
    std::vector<float> silence(block), back(block), foh(block), send(block);
    const auto loop = [&](double seconds, auto until) {
        const FlushedDenormals flushed;
        for (int blocks = static_cast<int>(seconds * rate / block); blocks > 0 && !until(); --blocks) {
            desk.tend();
            desk.engine().process(std::vector<const float*>{silence.data(), back.data()},
                                  std::vector<float*>{foh.data(), send.data()}, block);
            back = send;
        }
    };
    loop(0.2, [] { return false; });
    desk.reload(outputs("delay: {time: 900 ms}"));
    loop(0.1, [] { return false; });
    REQUIRE_FALSE(desk.engine().settled());
    desk.engine().act(0, 0, 0);
    std::vector<std::pair<std::string, dsp::Finding>> findings;
    loop(6, [&] {
        findings = desk.engine().take_findings();
        return !findings.empty();
    });
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].first == "/input/vox/insert");
    INFO(findings[0].second.text);
    REQUIRE_FALSE(findings[0].second.values.empty());
    CHECK(findings[0].second.values[0].second == block);
}

TEST_CASE("an insert that goes before its graph is heard is answered")
{
    const auto stage = [](const char* vox, const char* foh) {
        return std::string("inputs: {vox: {chain: [") + vox + "]}}\noutputs: {foh: {from: vox, chain: [" + foh +
               "]}}\n";
    };
    AutomatedDesk desk(stage("insert: {send: 'gear:in', return: 'gear:out'}", ""), rate);
    const std::vector<float> silence(4800);
    desk.run(silence, 64);
    desk.reload(stage("insert: {send: 'gear:in', return: 'gear:out'}", "delay: {time: 900 ms}"));
    desk.run(silence, 64);
    desk.engine().act(0, 0, 0);
    CHECK(desk.engine().take_findings().empty());
    desk.reload(stage("", "delay: {time: 900 ms}"));
    const auto findings = desk.engine().take_findings();
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].first == "/input/vox/insert");
    CHECK(findings[0].second.values.empty());
}
