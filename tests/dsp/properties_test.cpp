// What holds for every processor, at rest: over the whole registry, each in a strip of a compiled graph.
#include "tests/support/lone_processor.h"
#include <cmath>

using namespace fohd;
using namespace fohd::test;

namespace {

bool all_finite(const Sound& sound)
{
    for (const auto& row : sound)
        for (float sample : row)
            if (!std::isfinite(sample)) return false;
    return true;
}

/// Full-scale noise with a bass under it, so that every detector and band is driven.
Sound loud(int channels, std::size_t frames, double rate)
{
    Sound sound = noises(channels, frames, 0.5f);
    const auto bass = sine(frames, 50, 0.5, rate);
    for (auto& row : sound)
        for (std::size_t i = 0; i < frames; ++i) row[i] += bass[i];
    return sound;
}

/// The defaults, then three combinations of values.
std::vector<std::vector<float>> some_values(const dsp::ProcessorNode& node)
{
    std::mt19937 generator(7);
    std::vector<std::vector<float>> all{node.values};
    for (int n = 0; n < 3; ++n) all.push_back(random_values(node, generator));
    return all;
}
} // namespace

TEST_CASE("every value of every parameter gives finite sound", "[properties]")
{
    const auto [rate, channels] = GENERATE(table<double, int>({{44100, 1}, {48000, 2}, {48000, 5}, {96000, 1}}));
    for (const auto& type : dsp::processor_types()) {
        dsp::Description d = lone(type, channels);
        const Sound in = loud(channels, 2400, rate);
        for (const auto& values : sweep(d.strips[0].chain[0], 16)) {
            d.strips[0].chain[0].values = values;
            GraphRig rig(d, rate);
            const bool finite = all_finite(rig.run(in, 64)) && rig.graph().readings().bad_samples() == 0;
            if (!finite) FAIL_CHECK(text_of(d) << " at " << rate << " Hz");
        }
    }
}

TEST_CASE("as many bands as there may be give finite sound", "[properties]")
{
    for (const auto& type : dsp::processor_types()) {
        dsp::Description d = lone(type, 2);
        dsp::ProcessorNode& node = d.strips[0].chain[0];
        fill(node);
        std::mt19937 generator(3);
        for (int n = 0; n < 8; ++n) {
            GraphRig rig(d);
            if (!all_finite(rig.run(loud(2, 2400, 48000), 64))) FAIL_CHECK(text_of(d));
            node.values = random_values(node, generator);
        }
    }
}

TEST_CASE("silence in is silence out, exactly", "[properties]")
{
    const Sound silence(2, std::vector<float>(2400));
    for (const auto& type : dsp::processor_types()) {
        dsp::Description d = lone(type, 2);
        for (const auto& values : sweep(d.strips[0].chain[0], 4)) {
            d.strips[0].chain[0].values = values;
            if (GraphRig(d).run(silence, 64) != silence) FAIL_CHECK(text_of(d));
        }
    }
}

// -120 dBFS is below the last bit of a 20-bit converter. The longest default tail is that of a reverb of some seconds.
TEST_CASE("after sound comes silence", "[properties]")
{
    for (const auto& type : dsp::processor_types()) {
        GraphRig rig(lone(type, 2));
        rig.run(loud(2, 9600, 48000), 64);
        const Sound tail = rig.run(Sound(2, std::vector<float>(5 * 48000)), 1024);
        for (const auto& row : tail) {
            INFO(type.id);
            CHECK(peak(std::span(row).last(4800)) < 1e-6f);
        }
    }
}

TEST_CASE("any block size gives the same sound, to the bit", "[properties]")
{
    const int channels = GENERATE(1, 2, 5);
    for (const auto& type : dsp::processor_types())
        for (const bool keyed : {false, true}) {
            if (keyed && !type.has_setting("key")) continue;
            dsp::Description d = lone(type, channels, keyed);
            const Sound in = noises(keyed ? 2 * channels : channels, 3000, 0.5f);
            for (const auto& values : some_values(d.strips[0].chain[0])) {
                d.strips[0].chain[0].values = values;
                const Sound reference = GraphRig(d).run(in, 64);
                for (int block : {1, 17, 1024})
                    if (GraphRig(d).run(in, block) != reference) FAIL_CHECK(text_of(d) << ", block " << block);
            }
        }
}

TEST_CASE("every build of the kernels that may run beside another gives the same sound, to the bit", "[properties]")
{
    const auto usable = dsp::usable_kernels();
    const int channels = GENERATE(1, 2, 5);
    for (const auto& type : dsp::processor_types()) {
        dsp::Description d = lone(type, channels);
        const Sound in = noises(channels, 3000, 0.5f);
        for (const auto& values : some_values(d.strips[0].chain[0])) {
            d.strips[0].chain[0].values = values;
            const Sound reference = GraphRig(d, 48000, usable.first(1)).run(in, 64);
            for (std::size_t k = 1; k < usable.size(); ++k)
                if (GraphRig(d, 48000, usable.subspan(k, 1)).run(in, 64) != reference)
                    FAIL_CHECK(text_of(d) << ", " << usable[k]->isa);
        }
    }
}

// An impulse of -60 dBFS stays below every threshold and starts no dynamics. What is late without being latency (a delay,
// a reverb's onset) may come later, never earlier: before its peak there is at most a filter's pre-ringing.
TEST_CASE("nothing comes earlier than the declared latency, and look-ahead exactly then", "[properties]")
{
    const double rate = GENERATE(44100, 48000, 96000);
    for (const auto& type : dsp::processor_types()) {
        GraphRig rig(lone(type, 1), rate);
        const int latency = rig.graph().plan().latency.front();
        Sound in{std::vector<float>(9600)};
        in[0][100] = 0.001f;
        const auto out = rig.run(in, 64)[0];
        const auto at = static_cast<std::size_t>(100 + latency);
        INFO(type.id << " at " << rate << " Hz: " << latency << " frames");
        const float highest = peak(out);
        const auto where = std::ranges::find_if(out, [&](float sample) { return std::abs(sample) == highest; });
        if (highest > 0) CHECK(where - out.begin() >= static_cast<std::ptrdiff_t>(at));
        if (latency > 0 && highest > 0) CHECK(where - out.begin() <= static_cast<std::ptrdiff_t>(at) + 1);
    }
}
