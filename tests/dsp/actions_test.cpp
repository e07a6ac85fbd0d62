// What a planar processor does when it is told, and what it tells: over blocks, a change of graphs and both sides of it.
#include "dsp/graph/transition.h"
#include "tests/support/lone_processor.h"

using namespace fohd;
using namespace fohd::test;

namespace {
/// Adds to its sound as much as it was told to: 1 for `up`, 10 for `leap`.
class Counter final : public dsp::PlanarProcessor {
public:
    static constexpr std::string_view type = "counter", text = "Counts.";
    struct Params {
        dsp::Toggle quick;
    };
    static constexpr dsp::ParamTable<Params> params{{&Params::quick, "quick", false, dsp::Glide::rebuild, "A shape."}};
    static constexpr dsp::ActionSpec actions[] = {{"up", "One more."}, {"leap", "Ten more."}};
    static constexpr dsp::ReadingSpec readings[] = {{"each", dsp::Unit::plain, 0, "One a channel."},
                                                    {"pair", dsp::Unit::plain, 2, "Two."}};

    struct Learned {
        dsp::Plain count;
    };
    static constexpr dsp::ParamTable<Learned> learned_params{{&Learned::count,
                                                              "count",
                                                              {dsp::Plain{0}, dsp::Plain{9}},
                                                              dsp::Plain{0},
                                                              dsp::Taper::linear,
                                                              dsp::Glide::ramp,
                                                              "A count."}};
    static constexpr std::string_view learned_key = "counts";
    static constexpr int max_learned = 3;

    static dsp::Shape shape(const Params& p, const dsp::Context&)
    {
        dsp::Shape shape;
        shape.planar_latency = p.quick.on() ? 0 : 5;
        return shape;
    }
    static void design(const Params&, const dsp::Context&, dsp::CoeffWriter&) {}
    static std::unique_ptr<PlanarProcessor> make(const Params&, const dsp::Context& context)
    {
        return std::make_unique<Counter>(context.channels);
    }

    explicit Counter(int channels) : channels_(channels) {}
    void run(float* const* channels, int frames) override
    {
        for (int c = 0; c < channels_; ++c)
            for (int i = 0; i < frames; ++i) channels[c][i] = static_cast<float>(count_);
    }
    void aim(std::span<const float>, bool) override {}
    void clear() override { count_ = 0; }
    void remember(std::span<float> items, bool all) const override
    {
        items[0] = items[2] = static_cast<float>(count_);
        items[1] = all ? 1 : 2;
    }
    void learn(std::span<const float> items) override { count_ = static_cast<int>(items[0] + 1000 * items[1]); }
    void take(const PlanarProcessor& from) override { count_ = static_cast<const Counter&>(from).count_; }
    void act(int action) override { count_ += action == 0 ? 1 : 10; }
    float reading(int reading, int value) const override
    {
        return static_cast<float>(count_ * 100 + reading * 10 + value);
    }

private:
    int channels_, count_ = 0;
};
constexpr dsp::ProcessorType counter = dsp::type_of<Counter>();
} // namespace

TEST_CASE("a processor acts at the start of the block after it was told, once, whatever the order")
{
    GraphRig rig(lone(counter, 3));
    const Sound in(3, std::vector<float>(64));
    rig.graph().act(0, 0, 1);
    rig.graph().act(0, 0, 0);
    CHECK(rig.run(in, 64)[2].front() == 11);
    CHECK(rig.run(in, 17)[0].back() == 11);
}

TEST_CASE("each reading has its own place, as many as the strip has channels or as it says")
{
    GraphRig rig(lone(counter, 3));
    rig.graph().act(0, 0, 0);
    rig.run(Sound(3, std::vector<float>(48000 / 50)), 64);
    const auto told = [&](int value) { return rig.graph().readings().told(0, 0, value).load(); };
    for (int value = 0; value < 5; ++value)
        CHECK(told(value) == static_cast<float>(value < 3 ? 100 + value : 110 + value - 3));
}

TEST_CASE("what is told to a graph that is on its way is done after it has taken over")
{
    GraphRig rig(lone(counter, 1));
    const Sound in(1, std::vector<float>(4800));
    rig.graph().act(0, 0, 1);
    rig.run(in, 64);
    rig.set("/input/a/p/quick", 1);
    rig.graph().act(0, 0, 0);
    CHECK(rig.run(in, 64)[0].back() == 11);
}

// The strip as it was rings on through its delay, and the strip as it will be begins with silence.
TEST_CASE("what a processor has learned goes on where its strip begins anew")
{
    dsp::Description now = lone(counter, 1);
    now.strips[0].chain.push_back(dsp::make_node(*dsp::find_processor_type("delay")));
    dsp::Description next = now;
    next.strips[0].chain.push_back(dsp::make_node(*dsp::find_processor_type("eq")));
    GraphRig rig(now);
    const Sound in(1, std::vector<float>(4800));
    rig.graph().act(0, 0, 1);
    rig.run(in, 64);
    const auto with = dsp::make_transition(next, {now, rig.graph().plan()}, true);
    REQUIRE(with.ringing == 1);
    rig.change(std::make_unique<dsp::Graph>(with.description, 48000, dsp::Layout(with.description).initial_values()));
    rig.run(in, 64);
    CHECK(rig.graph().readings().told(0, 0, 0) == 101000); // all of it
}

TEST_CASE("what a processor is taught before it runs is what it begins with, and what it has learned is published once "
          "it changes")
{
    const dsp::Description description = lone(counter, 2);
    auto graph = std::make_unique<dsp::Graph>(description, 48000, dsp::Layout(description).initial_values());
    graph->teach(0, 0, std::vector<float>{7, 0, 0});
    auto& learned = *graph->readings().learned(0, 0);
    CHECK_FALSE(learned.refresh()); // nothing yet, which is not nothing
    dsp::Graph& runs = *graph;
    dsp::Performer performer(std::move(graph), 48000, dsp::Wiring::straight(runs.plan()));
    std::vector<float> sound(480);
    const float* const in[] = {sound.data(), sound.data()};
    float* const out[] = {sound.data(), sound.data()};
    performer.process(in, out, 480);
    REQUIRE(learned.refresh());
    CHECK(learned.front() == std::vector<float>{7, 2, 7});
    performer.process(in, out, 480);
    CHECK_FALSE(learned.refresh());
    runs.act(0, 0, 1);
    performer.process(in, out, 480);
    REQUIRE(learned.refresh());
    CHECK(learned.front() == std::vector<float>{17, 2, 17});
}
