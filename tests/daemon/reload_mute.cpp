// A fader or a mute moves while another graph comes in: what moved is heard as it would have been without.
#include "tests/support/graph_rig.h"
#include "tests/support/show.h"

using namespace fohd;
using namespace fohd::test;

namespace {

constexpr std::size_t before = 9600, after = 19200, glide = 960;

std::string show_of(const std::string& vox, const std::string& main)
{
    return "inputs: {vox: {chain: [" + vox + "], sends: {main: {}}}}\nbuses: {main: {channels: 1, chain: [" + main +
           "]}}\noutputs: {foh: {from: main}}\n";
}

/// Frames from a mute to the last sound, where the mute comes so many blocks after the change, or before it.
std::size_t last_sound(const std::string& now, const std::string& next, const std::string& mute, int blocks)
{
    Show show(now);
    const std::map<std::string, std::vector<float>> in{{"vox", sine(before + 2 * after, 1000, 0.25)}};
    show.run(in, before);
    std::vector<float> heard;
    const auto run = [&](std::size_t frames) {
        const auto some = show.run(in, frames).at("foh");
        heard.insert(heard.end(), some.begin(), some.end());
    };
    if (blocks > 0) show.change(next);
    const auto between = static_cast<std::size_t>(std::abs(blocks) * Show::block);
    if (blocks > 0) show.run(in, between);
    show.set(mute, 1);
    if (blocks <= 0) run(between), show.change(next);
    run(after);
    const auto silent = std::find_if(heard.rbegin(), heard.rend(), [](float sample) { return sample != 0; });
    return static_cast<std::size_t>(heard.rend() - silent);
}
} // namespace

// What glides must not begin its glide anew when another graph takes it over, and what leaves of a strip must hear its mute. The
// sound of before the mute is as late as the look-ahead, where one comes.
TEST_CASE("a mute just before, in or just after a change of structure ends when it does without one")
{
    struct Case {
        const char* what;
        std::string now, next;
        std::size_t late;
    };
    const std::string gate = "gate: {threshold: -80 dB}", late = "gate: {threshold: -80 dB, lookahead: 5 ms}",
                      delay = "delay: {time: 1 ms}", filter = "high_pass: {frequency: 700 Hz}";
    const Case cases[] = {
        {"nothing", show_of(gate, ""), show_of(gate, ""), 0},
        {"a look-ahead comes", show_of(gate, ""), show_of(late, ""), 240},
        {"a look-ahead goes", show_of(late, ""), show_of(gate, ""), 0},
        {"something that rings is made anew", show_of("", delay), show_of("", delay + ", " + gate), 0},
        {"one in front of it", show_of(delay, ""), show_of(delay + ", " + gate, ""), 0},
    };
    for (const Case& each : cases)
        for (const char* const mute : {"/input/vox/mute", "/bus/main/mute", "/output/foh/mute"})
            for (int blocks = -16; blocks <= 32; blocks += 3) {
                const std::size_t frames = last_sound(each.now, each.next, mute, blocks);
                const std::size_t memory = each.now.find("delay") == std::string::npos ? 0 : 48; // behind some of them
                if (frames > glide + each.late + memory)
                    FAIL_CHECK(each.what << ", " << mute << " " << blocks << " blocks after it: " << frames
                                         << " frames");
                CHECK(frames > glide / 2); // there was something to mute
            }
}

// The old form is heard for as long as the output's new delay fills, and in the crossfade behind that both are.
TEST_CASE("a fader that moves while a graph waits to be heard moves all that is heard of its strip")
{
    const auto stage = [](const std::string& vox, const std::string& foh) {
        return "inputs: {vox: {chain: [" + vox +
               "], sends: {main: {}}}}\nbuses: {main: {channels: 1}}\n"
               "outputs: {foh: {from: main, chain: [" +
               foh + "]}}\n";
    };
    Show show(stage("", ""));
    const std::map<std::string, std::vector<float>> in{{"vox", sine(72000, 200, 0.25)}};
    show.run(in, before);
    show.change(stage("gate: {threshold: -80 dB}", "delay: {time: 300 ms}"));
    show.run(in, 2400 - 2400 % Show::block);
    REQUIRE_FALSE(show.engine().settled());
    show.set("/input/vox/mute", 1);
    show.run(in, before); // 200 ms: it glides, and what comes in late does not sound yet
    std::vector<float> heard = show.run(in, 38400).at("foh");
    REQUIRE(show.engine().performer().settled());
    // The delay gives back what it heard before the mute, 50 ms and the glide, and then nothing.
    const auto silent = std::find_if(heard.rbegin(), heard.rend(), [](float sample) { return sample != 0; });
    CHECK(heard.rend() - silent < 14400 + 960 - static_cast<std::ptrdiff_t>(before));
}
