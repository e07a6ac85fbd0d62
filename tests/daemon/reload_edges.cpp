// What makes the sound later comes and goes before, in and behind what remembers sound: neither a hole nor an edge is heard of it,
// then or in any echo.
#include "tests/support/graph_rig.h"
#include "tests/support/held_sine.h"
#include "tests/support/show.h"

using namespace fohd;
using namespace fohd::test;

namespace {

std::string show_of(const std::string& vox, const std::string& main, const std::string& foh)
{
    return "inputs: {vox: {chain: [" + vox + "], sends: {main: {}}}}\nbuses: {main: {channels: 1, chain: [" + main +
           "]}}\noutputs: {foh: {from: main, chain: [" + foh + "]}}\n";
}
} // namespace

// The look-ahead is a period of the sine and so are the delays, so old and new are alike: whatever is heard of the change is wrong.
// An output's echo is made anew and has only its first repeat when it is heard: the others, 7 % of the sound, come later.
TEST_CASE("a look-ahead that comes or goes leaves neither a hole nor an edge in any memory")
{
    const std::string now = "gate: {name: x, threshold: -80 dB}",
                      late = "gate: {name: x, threshold: -80 dB, lookahead: 5 ms}", delay = "delay: {time: 100 ms}",
                      echo = "delay: {time: 100 ms, feedback: 30 %, mix: 40 %}", reverb = "reverb: {modulation: 0}",
                      both = ", ";
    struct Case {
        const char* what;
        std::string before, after;
        float least = 0.97f, most = 1.03f; ///< of the sound before or after
    };
    const Case cases[] = {
        {"comes before a bus with a delay", show_of(now, delay, ""), show_of(late, delay, "")},
        {"goes before a bus with a delay", show_of(late, delay, ""), show_of(now, delay, "")},
        {"comes before a delay in its chain", show_of(now + both + delay, "", ""),
         show_of(late + both + delay, "", "")},
        {"goes before a delay in its chain", show_of(late + both + delay, "", ""), show_of(now + both + delay, "", "")},
        {"comes behind a delay", show_of("", delay + both + now, ""), show_of("", delay + both + late, "")},
        {"goes behind a delay", show_of("", delay + both + late, ""), show_of("", delay + both + now, "")},
        {"goes before a bus in which it comes", show_of(late, now + both + delay, ""),
         show_of(now, late + both + delay, "")},
        {"comes before an output with a delay", show_of(now, "", delay), show_of(late, "", delay)},
        {"comes before an output with an echo", show_of(now, "", echo), show_of(late, "", echo), 0.85f},
        {"goes before an output with an echo", show_of(late, "", echo), show_of(now, "", echo), 0.85f},
        {"comes in an output with an echo", show_of("", "", now + both + echo), show_of("", "", late + both + echo),
         0.85f},
        {"changes places with an echo in an output", show_of("", "", late + both + echo),
         show_of("", "", echo + both + late), 0.85f},
        {"comes before an output with a reverb", show_of(now, "", reverb), show_of(late, "", reverb), 0.85f, 1.1f},
    };
    for (const Case& each : cases) {
        INFO(each.what);
        Show show(each.before);
        constexpr std::size_t part = 72000;
        const std::map<std::string, std::vector<float>> in{{"vox", sine(2 * part, 200, 0.25)}};
        const auto before = show.run(in, part).at("foh");
        show.change(each.after);
        auto after = show.run(in, part).at("foh");
        const HeldSine rest = held_sine(std::span(before).last(4800), 200, 48000);
        after.insert(after.begin(), before.end() - 480, before.end());
        const HeldSine held = held_sine(after, 200, 48000);
        CHECK(held.lowest > each.least * rest.lowest);
        CHECK(held.highest < each.most * rest.highest);
        CHECK(held.bend < 1.3f * rest.bend);
    }
}

// What rings of the form before keeps its time whatever comes next, and what is still unheard of a graph does not count as there.
TEST_CASE("a reload in the middle of another one, and one back, leave neither a hole nor an edge")
{
    const std::string now = "gate: {name: x, threshold: -80 dB}",
                      late = "gate: {name: x, threshold: -80 dB, lookahead: 5 ms}",
                      other = "gate: {name: y, threshold: -80 dB, lookahead: 5 ms}", delay = "delay: {time: 100 ms}";
    struct Case {
        const char* what;
        std::vector<std::string> shows;
    };
    const Case cases[] = {
        {"there and back before a delay", {show_of(now, delay, ""), show_of(late, delay, ""), show_of(now, delay, "")}},
        {"back and there before a delay",
         {show_of(late, delay, ""), show_of(now, delay, ""), show_of(late, delay, "")}},
        {"there and back in a chain with a delay",
         {show_of(now + ", " + delay, "", ""), show_of(late + ", " + delay, "", ""),
          show_of(now + ", " + delay, "", "")}},
        {"two of one look-ahead", {show_of(late, delay, ""), show_of(other, delay, ""), show_of(late, delay, "")}},
        {"before and in a bus with a delay",
         {show_of(now, now + ", " + delay, ""), show_of(late, now + ", " + delay, ""),
          show_of(late, late + ", " + delay, ""), show_of(now, late + ", " + delay, "")}},
        {"before an output with a delay", {show_of(now, "", delay), show_of(late, "", delay), show_of(now, "", delay)}},
    };
    for (const Case& each : cases)
        for (const std::size_t gap : {1, 15, 20, 70, 150}) { // blocks: 1 to 200 ms
            INFO(each.what << ", " << gap << " blocks between");
            Show show(each.shows.front());
            constexpr std::size_t before = 19200, after = 57600;
            const std::map<std::string, std::vector<float>> in{{"vox", sine(before + 2 * after, 200, 0.25)}};
            std::vector<float> heard = show.run(in, before).at("foh");
            for (std::size_t s = 1; s < each.shows.size(); ++s) {
                show.change(each.shows[s]);
                const auto more = show.run(in, s + 1 < each.shows.size() ? gap * Show::block : after).at("foh");
                heard.insert(heard.end(), more.begin(), more.end());
            }
            const HeldSine rest = held_sine(std::span(heard).subspan(9600, 9600), 200, 48000);
            const HeldSine held = held_sine(std::span(heard).subspan(9600), 200, 48000);
            CHECK(held.lowest > 0.97f * rest.lowest);
            CHECK(held.highest < 1.03f * rest.highest);
            CHECK(held.bend < 1.3f * rest.bend);
        }
}

// The strip waits for the look-ahead of another one. Its new form, which opens, must not give out what waits of the old form: that would
// be heard twice, for 5 ms of every echo.
TEST_CASE("what waits of a strip that is made anew is given out once")
{
    const auto stage = [](const std::string& vox) {
        return "inputs:\n  vox: {chain: [" + vox +
               "], sends: {main: {}}}\n  keys: {chain: [gate: {threshold: -80 dB, lookahead: 5 ms}], sends: {main: "
               "{}}}\n"
               "buses: {main: {channels: 1}}\noutputs: {foh: {from: main, chain: [delay: {time: 300 ms}]}}\n";
    };
    Show show(stage("delay: {time: 5 ms}"));
    constexpr std::size_t part = 48000;
    const std::map<std::string, std::vector<float>> in{{"vox", sine(2 * part, 200, 0.25)}};
    const auto before = show.run(in, part).at("foh");
    show.change(stage("eq: {}, delay: {time: 5 ms}"));
    const HeldSine rest = held_sine(std::span(before).last(4800), 200, 48000);
    const HeldSine held = held_sine(show.run(in, part).at("foh"), 200, 48000);
    CHECK(held.lowest > 0.97f * rest.lowest);
    CHECK(held.highest < 1.03f * rest.highest);
    CHECK(held.bend < 1.3f * rest.bend);
}

// The way has closed, but the graph still has it for what rings.
TEST_CASE("a send that is taken out and comes back with a look-ahead begins when that has come")
{
    const auto stage = [](const std::string& gate, const std::string& send) {
        return "inputs: {vox: {chain: [gate: {threshold: -80 dB" + gate + "}], sends: {" + send +
               "}}}\nbuses: {fx: {channels: 1, chain: [delay: {time: 100 ms}]}}\noutputs: {foh: {from: fx}}\n";
    };
    Show show(stage("", "fx: {}"));
    constexpr std::size_t part = 400 * Show::block;
    const std::map<std::string, std::vector<float>> in{{"vox", sine(5 * part, 200, 0.25)}};
    const HeldSine rest = held_sine(std::span(show.run(in, part).at("foh")).last(4800), 200, 48000);
    show.change(stage("", ""));
    show.run(in, part);
    show.change(stage(", lookahead: 10 ms", "fx: {}"));
    const HeldSine held = held_sine(show.run(in, 2 * part).at("foh"), 200, 48000);
    CHECK(held.highest < 1.03f * rest.highest);
    CHECK(held.bend < 1.3f * rest.bend);
}
