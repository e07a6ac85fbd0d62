// Plans as text, each beside a drawing of its graph; how strips share groups and buffers; loops.
#include "tests/support/graph_rig.h"
#include <cmath>

using namespace fohd::dsp;

namespace {

ProcessorNode node(const char* type) { return make_node(*find_processor_type(type)); }

ProcessorNode late(const char* type, float lookahead_ms)
{
    ProcessorNode made = node(type);
    for (std::size_t i = 0; i < made.type->params.size(); ++i)
        if (made.type->params[i].id == "lookahead") made.values[i] = lookahead_ms;
    return made;
}

Strip strip(StripKind kind, std::string name, int channels, std::vector<ProcessorNode> chain, std::vector<Send> sends)
{
    Strip made;
    made.kind = kind;
    made.name = std::move(name);
    made.channels = channels;
    made.chain = std::move(chain);
    made.fader_position = static_cast<int>(made.chain.size());
    made.sends = std::move(sends);
    return made;
}
Strip input(std::string name, int channels, std::vector<ProcessorNode> chain, std::vector<Send> sends)
{
    return strip(StripKind::input, std::move(name), channels, std::move(chain), std::move(sends));
}
Strip bus(std::string name, int channels, std::vector<ProcessorNode> chain = {}, std::vector<Send> sends = {})
{
    return strip(StripKind::bus, std::move(name), channels, std::move(chain), std::move(sends));
}
Strip output(int channels, int from)
{
    Strip made = strip(StripKind::output, "foh", channels, {}, {});
    made.from = from;
    return made;
}

Plan plan_of(const Description& d, std::vector<int> widths = {8})
{
    PlanOptions options;
    options.lane_widths = std::move(widths);
    return make_plan(d, Layout(d), options);
}
std::string text_of(const Description& d) { return to_text(plan_of(d), d); }

/// dry and wet are two ways from a to main, of which wet has a look-ahead of 5 ms at a ratio of 1: it is only late.
Description two_ways()
{
    ProcessorNode compressor = late("compressor", 5);
    for (std::size_t i = 0; i < compressor.type->params.size(); ++i)
        if (compressor.type->params[i].id == "ratio") compressor.values[i] = 1;
    return {{input("a", 1, {}, {{.to = 1}, {.to = 2}}), bus("dry", 1, {}, {{.to = 3}}),
             bus("wet", 1, {compressor}, {{.to = 3}}), bus("main", 1), output(1, 3)}};
}
} // namespace

//   a (mono)   -> high_pass -> compressor -> fader -+
//   b (mono)   -> high_pass -> compressor -> fader -+-> main -> foh
//   c (stereo) -> high_pass -> compressor -> fader -+
TEST_CASE("like strips share a group, a pair from an even lane", "[plan]")
{
    const auto chain = [] { return std::vector{node("high_pass"), node("compressor")}; };
    CHECK(text_of({{input("a", 1, chain(), {{.to = 3}}), input("b", 1, chain(), {{.to = 3}}),
                    input("c", 2, chain(), {{.to = 3}}), bus("main", 2), output(2, 3)}}) ==
          R"(input 1 -> b2
input 2 -> b3
input 3 -> b4
input 4 -> b5
8 lanes [( sections/1 ) ( compressor ) gain meter] a.1:b2>b5 b.1:b3>b4 c.1:b4>b3 c.2:b5>b2
clear b6
clear b7
add b5 -> b6 (a to main)
add b5 -> b7 (a to main)
add b4 -> b6 (b to main)
add b4 -> b7 (b to main)
add b3 -> b6 (c to main)
add b2 -> b7 (c to main)
8 lanes [gain meter] main.1:b6>b7 main.2:b7>b6
clear b2
clear b3
add b7 -> b2 (main to foh)
add b6 -> b3 (main to foh)
8 lanes [gain meter] foh.1:b2>b3 foh.2:b3>b2
output b3 -> 1
output b2 -> 2
8 buffers
)");
}

//   kick -> gate -> fader -+-> main -> foh
//            |             |
//   bass -> gate -> fader -+       bass is keyed by kick: alike, but not of one group
TEST_CASE("a strip that is keyed by a like one comes after it", "[plan]")
{
    Description d{{input("kick", 1, {node("gate")}, {{.to = 2}}), input("bass", 1, {node("gate")}, {{.to = 2}}),
                   bus("main", 1), output(1, 2)}};
    d.strips[1].chain[0].key = 0;
    CHECK(find_loop(d).empty());
    CHECK(text_of(d) == R"(input 1 -> b2
input 2 -> b3
8 lanes [( gate ) tap gain meter] kick.1:b2>b4
8 lanes [key=other ( gate ) gain meter] bass.1:b3>b3
clear b2
add b4 -> b2 (kick to main)
add b3 -> b2 (bass to main)
8 lanes [gain meter] main.1:b2>b2
clear b3
add b2 -> b3 (main to foh)
8 lanes [gain meter] foh.1:b3>b3
output b3 -> 1
5 buffers
)");
}

//   kick -> compressor, 5 ms of look-ahead -> fader
//                                             |
//   bass -------------------------------> multiband -> fader       as late as its key
TEST_CASE("a planar processor comes after its key, and its sound is as late as that", "[plan]")
{
    Description d{
        {input("kick", 1, {late("compressor", 5)}, {}), input("bass", 1, {node("multiband")}, {}), output(1, 1)}};
    d.strips[1].chain[0].key = 0;
    CHECK(find_loop(d).empty());
    CHECK(text_of(d) == R"(input 1 -> b2
input 2 -> b3
8 lanes [key=sound delay/240 ( compressor ) tap gain meter] kick.1:b2>b1
8 lanes [delay/240] bass.1:b3>b3
multiband of bass b3 key b2 -> b4
8 lanes [gain meter] bass.1:b4>b4
clear b2
add b4 -> b2 (bass to foh)
8 lanes [gain meter] foh.1:b2>b2
output b2 -> 1
5 buffers
)");
}

//   a -+-> dry ----------------------------------+-> main -> foh
//      +-> wet -> compressor, 5 ms of look-ahead -+
TEST_CASE("the shorter of two ways is delayed where they meet", "[plan]")
{
    const Plan plan = plan_of(two_ways());
    CHECK(text_of(two_ways()) == R"(input 1 -> b2
8 lanes [gain meter] a.1:b2>b2
clear b3
add b2 -> b3 (a to dry)
clear b4
add b2 -> b4 (a to wet)
8 lanes [gain meter] dry.1:b3>b3
8 lanes [key=sound delay/240 ( compressor ) gain meter] wet.1:b4>b4
clear b2
delay b3 -> b5 by 240
add b5 -> b2 (dry to main)
add b4 -> b2 (wet to main)
8 lanes [gain meter] main.1:b2>b2
clear b4
add b2 -> b4 (main to foh)
8 lanes [gain meter] foh.1:b4>b4
output b4 -> 1
dry -> main: 0 frames late, 240 added
6 buffers
)");
    CHECK(plan.latency == std::vector{0, 0, 240, 240, 240});
}

TEST_CASE("who is not aligned is late and delays nobody", "[plan]")
{
    Description d = two_ways();
    SECTION("a strip") { d.strips[2].align = false; }
    SECTION("a send") { d.strips[2].sends[0].align = false; }
    const Plan plan = plan_of(d);
    CHECK(plan.latency == std::vector{0, 0, 240, 0, 0});
    for (const PathLatency& path : plan.paths) CHECK(path.added == 0);
}

// Equal sounds add up to 6.02 dB only if they are aligned to the sample; and cancel only then.
TEST_CASE("two ways of unequal latency meet in time", "[plan]")
{
    using namespace fohd::test;
    const auto in = noise(4800, 0.25f, 1);
    Description d = two_ways();
    const auto sum = GraphRig(d).run({in}, 64)[0];
    double square = 0, expected = 0;
    for (std::size_t i = 240; i < sum.size(); ++i) {
        square += std::pow(static_cast<double>(sum[i]), 2);
        expected += std::pow(static_cast<double>(in[i - 240]), 2);
    }
    CHECK(10 * std::log10(square / expected) == Approx(20 * std::log10(2)).margin(0.001));
    d.strips[2].polarity = true;
    const auto difference = GraphRig(d).run({in}, 64)[0];
    const float rest = std::abs(*std::ranges::max_element(difference, {}, [](float x) { return std::abs(x); }));
    CHECK(rest < 1e-6f);
}

//        in (before the chain) -> x
//   a -> eq -> pre -> y
//        fader -> post -> z -> foh
TEST_CASE("sends leave before the chain, before the fader and after it", "[plan]")
{
    CHECK(text_of({{input("a", 1, {node("eq")}, {{.to = 1, .tap = Tap::in}, {.to = 2, .tap = Tap::pre}, {.to = 3}}),
                    bus("x", 1), bus("y", 1), bus("z", 1), output(1, 3)}}) ==
          R"(input 1 -> b2
clear b3
add b2 -> b3 (a to x)
8 lanes [gain meter] x.1:b3>b1
8 lanes [( sections/4 ) tap gain meter] a.1:b2>b3
clear b4
add b2 -> b4 (a to y)
clear b2
add b3 -> b2 (a to z)
8 lanes [gain meter] y.1:b4>b1 z.1:b2>b2
clear b4
add b2 -> b4 (z to foh)
8 lanes [gain meter] foh.1:b4>b4
output b4 -> 1
5 buffers
)");
}

//   a -> eq -> fader -> limiter -> main -> foh      the limiter's dry sound is the key, as late as the wet
TEST_CASE("a fader may stand within the chain", "[plan]")
{
    Description d{{input("a", 1, {node("eq"), node("limiter")}, {{.to = 1}}), bus("main", 1), output(1, 1)}};
    d.strips[0].fader_position = 1;
    CHECK(text_of(d) == R"(input 1 -> b2
8 lanes [( sections/4 ) gain key=sound key:delay/101 ( limiter/145 ) meter] a.1:b2>b2
clear b3
add b2 -> b3 (a to main)
8 lanes [gain meter] main.1:b3>b3
clear b2
add b3 -> b2 (main to foh)
8 lanes [gain meter] foh.1:b2>b2
output b2 -> 1
4 buffers
)");
}

//   film (5.1) -> compressor -> delay -> fader -> foh       one key for all six; the delay ends the segment
TEST_CASE("the dynamics of a wide strip are linked, and a planar processor parts its lanes", "[plan]")
{
    const std::string text = text_of({{input("film", 6, {node("compressor"), node("delay")}, {}), output(6, 0)}});
    CHECK(text.find("link b2,b3,b4,b5,b6,b7 -> b8\n8 lanes [key=other ( compressor )] film.1:") != std::string::npos);
    CHECK(text.find("\ndelay of film ") != std::string::npos);
    CHECK(text.find("\n8 lanes [gain meter] film.1:") != std::string::npos);
}

TEST_CASE("forty like strips take the widest registers, and few buffers", "[plan]")
{
    Description d;
    for (int s = 0; s < 40; ++s)
        d.strips.push_back(input("ch" + std::to_string(s), 1,
                                 {node("high_pass"), node("gate"), node("eq"), node("compressor")}, {{.to = 40}}));
    d.strips.push_back(bus("main", 2));
    d.strips.push_back(output(2, 40));
    const auto widths_of_inputs = [&](std::vector<int> widths) {
        std::vector<int> used;
        for (const GroupPlan& group : plan_of(d, std::move(widths)).groups)
            if (group.seats[0].strip < 40) used.push_back(group.width);
        return used;
    };
    CHECK(widths_of_inputs({8, 16}) == std::vector{16, 16, 8});
    CHECK(widths_of_inputs({4}) == std::vector(10, 4));
    CHECK(plan_of(d).buffer_count <= 2 + 40 + 4); // silence and nowhere, one a channel, and the sums
}

TEST_CASE("a loop is found, whichever way it takes", "[plan]")
{
    Description d{{bus("a", 1, {}, {{.to = 1}}), bus("b", 1, {node("gate")}, {{.to = 2}}), bus("c", 1), output(1, 2)}};
    CHECK(find_loop(d).empty());
    SECTION("of sends")
    {
        d.strips[2].sends.push_back({.to = 0});
        CHECK(find_loop(d).size() == 3);
    }
    SECTION("through a key")
    {
        d.strips[1].chain[0].key = 2;
        CHECK(find_loop(d).size() == 2);
    }
    SECTION("of a strip that keys itself")
    {
        d.strips[1].chain[0].key = 1;
        CHECK(find_loop(d) == std::vector{1});
    }
}
