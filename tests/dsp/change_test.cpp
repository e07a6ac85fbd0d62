// What holds for every processor while something changes: no click on a step, no trace of a takeover or of a neighbour, no
// harm from what is not a number, no allocation.
#include "tests/support/allocations.h"
#include "tests/support/clicks.h"
#include "tests/support/lone_processor.h"
#include <cmath>
#include <limits>

using namespace fohd;
using namespace fohd::test;

namespace {

/// A sine of 200 Hz while a value steps from a to b. It is at rest at a until frame `step`, and at b from `there` on. A gate that
/// opens does so in its attack, as it should; which is long here.
constexpr std::size_t step = 24000, there = step + 14400, end = there + 4800;

struct Click {
    float at_step, at_rest, loudest;
};

Click step_from(const dsp::ProcessorType& type, std::size_t value, const dsp::ParamSpec& spec, std::string_view address,
                float a, float b)
{
    dsp::Description d = lone(type, 1);
    if (value < d.strips[0].chain[0].values.size())
        d.strips[0].chain[0].values[value] = a;
    else
        d.strips[0].chain[0].bypass = a != 0;
    const auto attack = std::ranges::find(type.params, "attack", &dsp::ParamSpec::id);
    if (attack != type.params.end() && spec.id != "attack")
        d.strips[0].chain[0].values[static_cast<std::size_t>(attack - type.params.begin())] = attack->max;
    GraphRig rig(d);
    const auto tone = sine(end, 200, 0.5);
    auto out = rig.run({{tone.begin(), tone.begin() + step}}, 64)[0];
    rig.set(address, b);
    const auto rest = rig.run({{tone.begin() + step, tone.end()}}, 64)[0];
    out.insert(out.end(), rest.begin(), rest.end());
    const auto high = above_3k(out);
    const std::span all(high);
    return {peak(all.subspan(step, there - step)),
            std::max(peak(all.subspan(step / 2, step / 2)), peak(all.last(end - there))),
            peak(std::span(out).subspan(step / 2))};
}

/// Strip 10 is heard at the output, 0 to 9 are company: of them as many as `filled`, the last ones, have a processor of the
/// same type with other values.
dsp::Description crowd(const dsp::ProcessorType& type, int channels, int filled)
{
    dsp::Description d;
    std::mt19937 generator(11);
    for (int s = 0; s < 11; ++s) {
        dsp::Strip& strip = d.strips.emplace_back();
        strip.name = "s" + std::to_string(s);
        strip.channels = s == 10 ? channels : 1 + s % 2;
        if (s < 10 - filled) continue;
        strip.chain.push_back(dsp::make_node(type));
        strip.fader_position = 1;
        if (s < 10) strip.chain[0].values = random_values(strip.chain[0], generator);
    }
    d.strips.push_back(lone(type, channels).strips.back());
    d.strips.back().from = 10;
    return d;
}
} // namespace

// A jump leaves all of itself above 3 kHz. A line of 20 ms leaves 1 / (960 frames * 2 pi 3000 / 48000), -52 dB of the change.
// Anything faster than about 10 ms fails.
TEST_CASE("a step of a parameter makes no click", "[properties]")
{
    for (const auto& type : dsp::processor_types()) {
        const dsp::Layout layout(lone(type, 1));
        const auto node = lone(type, 1).strips[0].chain[0];
        const auto first = std::ranges::find_if(
            layout.parameters, [](const auto& parameter) { return parameter.address.starts_with("/input/a/p/"); });
        const std::size_t splits = static_cast<std::size_t>(type.split_count(node.values.size())),
                          of_one_band = type.params.size() + splits + type.band_params.size();
        for (std::size_t i = 0; i <= node.values.size(); ++i) {
            if (i >= of_one_band && i < node.values.size()) continue; // the other bands are alike
            const bool last = i == node.values.size();
            const auto& parameter = first[static_cast<std::ptrdiff_t>(i)];
            const dsp::ParamSpec& spec = *parameter.spec;
            const std::string& address = parameter.address;
            const float rest = last ? 0 : node.values[i];
            for (const auto& [a, b] :
                 {std::pair{spec.min, spec.max}, {spec.max, spec.min}, {rest, spec.min}, {rest, spec.max}}) {
                const Click click = step_from(type, last ? node.values.size() : i, spec, address, a, b);
                const float allowed = click.at_rest * 1.41f + click.loudest * 0.005f;
                if (click.at_step > allowed)
                    FAIL_CHECK(type.id << " " << spec.id << " from " << a << " to " << b << ": " << click.at_step
                                       << " above 3 kHz, at rest " << click.at_rest << ", loudest " << click.loudest);
            }
        }
    }
}

TEST_CASE("a strip's sound does not depend on its lane, its neighbours or a graph that takes over", "[properties]")
{
    const int channels = GENERATE(1, 2, 5);
    for (const auto& type : dsp::processor_types()) {
        if (type.make_joint) continue; // its neighbours are what it listens to
        INFO(type.id << " of " << channels);
        const dsp::Description alone = crowd(type, channels, 0), packed = crowd(type, channels, 10);
        GraphRig reference(alone), among(packed), moved(alone);
        const int ways = 15 + channels; // five mono and five stereo strips, and the one that is heard
        for (unsigned round = 0; round < 4; ++round) {
            const Sound in = noises(ways, 3000, 0.5f, 100 * round);
            const Sound expected = reference.run(in, 64);
            const bool same_among = among.run(in, 64) == expected;
            CHECK(same_among);
            if (round) { // another lane each time
                const dsp::Description next = crowd(type, channels, round == 1 ? 10 : round == 2 ? 3 : 0);
                moved.performer().collect();
                moved.change(std::make_unique<dsp::Graph>(next, 48000, dsp::Layout(next).initial_values()));
            }
            const bool same_moved = moved.run(in, 64) == expected;
            CHECK(same_moved);
        }
    }
}

namespace {
/// The kernels of a build, which remember what they made: in the order of a graph's `run` steps.
std::vector<dsp::LaneProcessor*> made;
dsp::LaneProcessor* make_and_remember(std::string_view kernel, int size)
{
    return made.emplace_back(dsp::usable_kernels().back()->make(kernel, size));
}

/// From now on it is what they make that is remembered.
dsp::Kernels remembering()
{
    made.clear();
    dsp::Kernels kernels = *dsp::usable_kernels().back();
    kernels.make = make_and_remember;
    return kernels;
}

dsp::Description behind_a_high_pass(const dsp::ProcessorType& type, int channels)
{
    dsp::Description d = lone(type, channels);
    auto& chain = d.strips[0].chain;
    chain.insert(chain.begin(), dsp::make_node(*dsp::find_processor_type("high_pass")));
    d.strips[0].fader_position = 2;
    return d;
}

/// Gives the strip's first processor coefficients that are not numbers: it and all after it then remember none.
void poison(const dsp::Plan& plan)
{
    std::size_t run = 0;
    for (const auto& group : plan.groups)
        for (std::size_t s = 0; s < group.steps.size(); ++s) {
            if (group.steps[s].kind != dsp::Step::Kind::run) continue;
            dsp::LaneProcessor* const processor = made.at(run++);
            const std::vector<float> nan(static_cast<std::size_t>(group.steps[s].stage.coeffs),
                                         std::numeric_limits<float>::quiet_NaN());
            for (int lane = 0; lane < group.width; ++lane) {
                const auto& seat = group.seats[static_cast<std::size_t>(lane)];
                if (seat.strip == 0 && seat.nodes[s] == 0) processor->aim(lane, nan, 0);
            }
        }
}
} // namespace

// The strip's meter silences what is not a number at once; the readings, every 10 ms, clear the strip.
TEST_CASE("a processor whose memory is not a number recovers within 10 ms", "[properties]")
{
    const int channels = GENERATE(1, 2, 5);
    for (const auto& type : dsp::processor_types()) {
        INFO(type.id << " of " << channels);
        const dsp::Description d = behind_a_high_pass(type, channels);
        const dsp::Kernels kernels = remembering();
        const dsp::Kernels* const build[] = {&kernels};
        GraphRig rig(d, 48000, build);
        const Sound in(static_cast<std::size_t>(channels), sine(4800, 1000, 0.05));
        rig.run(in, 64);
        poison(rig.graph().plan());
        rig.run(Sound(static_cast<std::size_t>(channels), sine(1440, 1000, 0.05)), 64);
        auto& bad = rig.graph().readings().bad_samples();
        CHECK(bad > 0);                               // it was poisoned
        rig.set("/input/a/high_pass/frequency", 100); // numbers again, after a glide of 20 ms
        rig.run(Sound(static_cast<std::size_t>(channels), sine(960, 1000, 0.05)), 64);
        rig.run(Sound(static_cast<std::size_t>(channels), sine(480 + 64, 1000, 0.05)), 64);
        const std::uint64_t before = bad;
        const Sound out = rig.run(Sound(static_cast<std::size_t>(channels), sine(9600, 1000, 0.05)), 64);
        CHECK(bad == before);
        for (const auto& row : out) CHECK(peak(std::span(row).last(480)) > 0.001f);
    }
}

TEST_CASE("what is heard recovers as well while another graph comes in")
{
    const dsp::Description d = behind_a_high_pass(*dsp::find_processor_type("compressor"), 1);
    const dsp::Kernels kernels = remembering();
    const dsp::Kernels* const build[] = {&kernels};
    GraphRig rig(d, 48000, build);
    const auto run = [&](std::size_t frames) { return rig.run({sine(frames, 1000, 0.05)}, 64)[0]; };
    run(4800);
    const dsp::ProcessorType& delay = *dsp::find_processor_type("delay");
    dsp::Description next = d;
    next.strips.back().chain = {dsp::make_node(delay)};
    next.strips.back().chain[0].values[0] = 900;
    REQUIRE(delay.params[0].id == "time");
    rig.change(std::make_unique<dsp::Graph>(next, 48000, dsp::Layout(next).initial_values()));
    run(640);
    dsp::Graph* const heard = rig.performer().before();
    REQUIRE(heard);
    poison(heard->plan());
    run(1440);
    CHECK(heard->readings().bad_samples() > 0);
    auto values = heard->layout().initial_values();
    const int frequency = heard->layout().find("/input/a/high_pass/frequency");
    REQUIRE(frequency >= 0);
    values[static_cast<std::size_t>(frequency)] = 100;
    heard->set(values, {&heard->layout().parameters[static_cast<std::size_t>(frequency)].slice, 1});
    run(960 + 480 + 64);
    CHECK(peak(std::span<const float>(run(9600)).last(480)) > 0.001f);
    CHECK(rig.performer().before() == heard);
}

TEST_CASE("input far over full scale does no harm that lasts", "[properties]")
{
    for (const auto& type : dsp::processor_types()) {
        INFO(type.id);
        GraphRig rig(lone(type, 2));
        rig.run(noises(2, 4800, 1e30f), 64);
        const Sound out = rig.run(Sound(2, std::vector<float>(5 * 48000)), 1024);
        CHECK(rig.graph().readings().bad_samples() == 0);
        for (const auto& row : out) CHECK(peak(std::span(row).last(4800)) < 0.001f);
    }
}

TEST_CASE("the audio thread allocates nothing, whatever changes", "[properties]")
{
    const FlushedDenormals flushed;
    for (const auto& type : dsp::processor_types()) {
        INFO(type.id);
        dsp::Description d = lone(type, 2);
        if (type.has_setting("file"))
            d.strips[0].chain[0].impulse.impulse =
                std::make_shared<dsp::Impulse>(noises(2, 9000, 0.01f), 48000, nullptr);
        GraphRig rig(d);
        const Sound in = noises(2, 64, 0.5f);
        Sound out = in;
        const float* const from[] = {in[0].data(), in[1].data()};
        float* const to[] = {out[0].data(), out[1].data()};
        std::size_t counted = 0;
        const auto run = [&](int blocks) {
            const std::size_t before = allocations();
            for (int b = 0; b < blocks; ++b) rig.performer().process(from, to, 64);
            counted += allocations() - before;
        };
        run(100);
        std::mt19937 generator(5);
        const dsp::Layout layout = rig.graph().layout(); // the graph itself does not stay
        for (std::size_t i = 0; i < layout.parameters.size(); ++i) {
            const std::string address = layout.parameters[i].address;
            if (!address.starts_with("/input/a/p/")) continue;
            const dsp::ParamSpec& spec = *layout.parameters[i].spec;
            rig.set(address, std::uniform_real_distribution<float>(spec.min, spec.max)(generator));
            run(40);                                                                         // past glide and takeover
            for (int block = 0; block < 2000 && !rig.performer().settled(); ++block) run(1); // and what is new and late
        }
        rig.rebuild();
        run(40);
        CHECK(counted == 0);
    }
}

// A graph that does not come in is one that nobody can change any more: from then on no value is heard. What a processor copies
// ahead must end while the sound runs on, however long the blocks and the memory.
TEST_CASE("over every processor another graph is there within a second, at every rate and block size")
{
    for (const dsp::ProcessorType& type : dsp::processor_types())
        for (const double rate : {44100.0, 48000.0, 96000.0})
            for (const int block : {1, 64, 512, 1024}) {
                if (block == 1 && rate != 48000) continue; // slow
                INFO(type.id << " at " << rate << " Hz, blocks of " << block);
                GraphRig rig(lone(type, 2), rate);
                const auto second = static_cast<std::size_t>(rate);
                const auto sound = noise(second, 0.1f, 5);
                rig.run({sound, sound}, block);
                rig.rebuild();
                rig.run({sound, sound}, block);
                CHECK(rig.performer().settled());
            }
}
