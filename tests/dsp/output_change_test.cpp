// An output whose chain changes while it sounds: neither a gap while what is new there fills, nor a jump that a delay gives back later.
#include "tests/support/graph_rig.h"
#include "tests/support/held_sine.h"

using namespace fohd;
using namespace fohd::test;

namespace {
constexpr double rate = 48000, hz = 200;

dsp::ProcessorNode node_of(std::string_view name, std::string_view id = {}, float value = 0)
{
    const dsp::ProcessorType& type = *dsp::find_processor_type(name);
    dsp::ProcessorNode node = dsp::make_node(type);
    node.name = name;
    for (std::size_t p = 0; p < type.params.size(); ++p)
        if (type.params[p].id == id) node.values[p] = value;
    return node;
}

/// All of a sound, later by so many frames, and half as loud.
dsp::ProcessorNode convolution(std::size_t late)
{
    std::vector<float> taps(late + 1);
    taps[late] = 0.5f;
    dsp::ProcessorNode node = node_of("convolution");
    node.impulse.impulse =
        std::make_shared<dsp::Impulse>(dsp::Impulse::Channels{taps}, static_cast<int>(rate), nullptr);
    return node;
}

dsp::Description through(std::vector<dsp::ProcessorNode> chain)
{
    dsp::Description d;
    d.strips.resize(2);
    d.strips[0].name = "in";
    d.strips[1].kind = dsp::StripKind::output;
    d.strips[1].name = "out";
    d.strips[1].from = 0;
    for (dsp::Strip& strip : d.strips) strip.channels = 1;
    d.strips[1].fader_position = static_cast<int>(chain.size());
    d.strips[1].chain = std::move(chain);
    return d;
}
} // namespace

TEST_CASE("an output's chain changes without a gap and without a jump")
{
    const auto delay = [](float ms) { return node_of("delay", "time", ms); };
    struct Case {
        const char* what;
        std::vector<dsp::ProcessorNode> before, after;
        float amplitude; // of both
    };
    // Whole periods late, so that old and new are alike.
    const Case cases[] = {
        {"another response, 100 ms late", {convolution(0)}, {convolution(4800)}, 0.125f},
        {"another response, 900 ms late", {convolution(4800)}, {convolution(43200)}, 0.125f},
        {"a delay of 300 ms comes", {}, {delay(300)}, 0.25f},
        {"a delay of 300 ms goes", {delay(300)}, {}, 0.25f},
        {"a filter comes before a delay of 300 ms",
         {delay(300)},
         {node_of("high_pass", "frequency", 20), delay(300)},
         0.25f},
    };
    for (const Case& each : cases) {
        INFO(each.what);
        GraphRig rig(through(each.before), rate);
        const auto played = [&](std::size_t frames) { return Sound{sine(frames, hz, 0.25, rate)}; };
        rig.run(played(96000), 64);
        const dsp::Description next = through(each.after);
        rig.change(std::make_unique<dsp::Graph>(next, rate, dsp::Layout(next).initial_values()));
        const auto out = rig.run(played(96000), 64)[0];
        CHECK(rig.performer().settled());
        const HeldSine held = held_sine(out, hz, rate);
        CHECK(held.lowest > 0.97f * each.amplitude);
        CHECK(held.highest < 1.03f * each.amplitude);
        CHECK(held.bend < 1.1f * bend_of_sine(hz, rate, static_cast<double>(each.amplitude)));
    }
}
