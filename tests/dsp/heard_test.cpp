// What is measured and metered is what is heard, also while another graph comes in.
#include "tests/support/graph_rig.h"
#include <cmath>

using namespace fohd;
using namespace fohd::test;

namespace {

constexpr double rate = 48000;

/// All that was ever measured of a strip.
class Measured final : public dsp::SoundTap {
public:
    void write(const float* const* channels, int frames) noexcept override
    {
        sound.insert(sound.end(), channels[0], channels[0] + frames);
    }
    std::vector<float> sound;
};

/// In, an output; 0 ms: no delay in it.
dsp::Description through(float delay_ms, float fader = 0)
{
    dsp::Description d;
    d.strips.resize(2);
    d.strips[0].name = "in";
    d.strips[0].fader = fader;
    d.strips[1].kind = dsp::StripKind::output;
    d.strips[1].name = "out";
    d.strips[1].from = 0;
    d.strips[1].loudness = true;
    for (dsp::Strip& strip : d.strips) strip.channels = 1;
    if (delay_ms > 0) {
        const dsp::ProcessorType& type = *dsp::find_processor_type("delay");
        dsp::ProcessorNode node = dsp::make_node(type);
        node.name = "delay";
        for (std::size_t p = 0; p < type.params.size(); ++p)
            if (type.params[p].id == "time") node.values[p] = delay_ms;
        d.strips[1].chain = {std::move(node)};
        d.strips[1].fader_position = 1;
    }
    return d;
}

std::unique_ptr<dsp::Graph> graph_of(const dsp::Description& description, dsp::SoundTap& tap,
                                     dsp::GraphReadings& before)
{
    auto graph =
        std::make_unique<dsp::Graph>(description, rate, dsp::Layout(description).initial_values(),
                                     dsp::usable_kernels(), std::make_shared<dsp::GraphReadings>(description, &before));
    graph->connect_loudness(1, &tap);
    return graph;
}
} // namespace

TEST_CASE("loudness is measured of every sample that is heard, once")
{
    const int block = GENERATE(1, 17, 64, 1024);
    Measured measured;
    GraphRig rig(through(0), rate);
    rig.graph().connect_loudness(1, &measured);
    std::vector<float> heard;
    const auto run = [&](std::size_t frames) {
        const auto out = rig.run({noise(frames, 0.5f, static_cast<unsigned>(heard.size()))}, block)[0];
        heard.insert(heard.end(), out.begin(), out.end());
    };
    run(5000);
    float last = 0;
    for (const float ms : {300.0f, 0.0f, 120.0f}) { // as another graph, with what fills and what does not
        rig.performer().collect();
        REQUIRE(rig.performer().settled());
        rig.change(graph_of(through(ms), measured, rig.graph().readings()));
        run(20000 + 7);
        CHECK((last > 0 || heard.back() != 0));
        last = ms;
    }
    CHECK(rig.performer().settled());
    REQUIRE(measured.sound.size() == heard.size());
    CHECK(measured.sound == heard);
}

TEST_CASE("meters go on from what was heard when another graph has come in")
{
    Measured measured;
    GraphRig rig(through(0), rate);
    const auto loud = [](std::size_t frames, float amplitude) { return Sound{std::vector<float>(frames, amplitude)}; };
    rig.run(loud(480, 1.5f), 64);
    rig.run(loud(96000, 0.5f), 64); // what the meter held has fallen
    dsp::GraphReadings& before = rig.graph().readings();
    rig.graph().publish_readings();
    CHECK(before.clips(1, 0) == 480);
    // Unheard it clips all the time; it is there after 200 ms, the 20 in which its delay's sound opens and 20 more.
    rig.change(graph_of(through(200, 10), measured, before));
    dsp::GraphReadings& readings = rig.graph().readings();
    rig.run(loud(9600 - 64, 0.5f), 64);
    CHECK_FALSE(rig.performer().settled());
    CHECK(readings.clips(1, 0) == 480);
    CHECK(readings.top(0, 0) == 1.5f);
    CHECK(readings.peak(0, 0) == Approx(0.5f));
    CHECK(readings.mean_square(1, 0) == Approx(0.25f).epsilon(0.01));
    rig.run(loud(64 + 2 * 960, 0.5f), 64);
    CHECK(rig.performer().settled());
    CHECK(readings.clips(1, 0) == 480);
    CHECK(readings.mean_square(0, 0) == Approx(0.25f).epsilon(0.01));
    rig.run(loud(9600, 0.5f), 64);
    rig.performer().publish_readings();
    CHECK(readings.clips(1, 0) == 480 + 9600);
    CHECK(readings.peak(0, 0) == Approx(0.5f * std::sqrt(10.0f)).epsilon(0.001));
}
