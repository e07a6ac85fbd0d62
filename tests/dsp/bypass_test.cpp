// The bypass of every processor: the dry sound, at the time at which the wet would have come.
#include "tests/support/lone_processor.h"

using namespace fohd;
using namespace fohd::test;

namespace {
std::span<const float> from(const std::vector<float>& row, std::size_t first) { return std::span(row).subspan(first); }
bool alike(std::span<const float> a, std::span<const float> b) { return std::ranges::equal(a, b); }
} // namespace

TEST_CASE("a processor in bypass is a delay by its latency, to the bit", "[properties]")
{
    const int channels = GENERATE(1, 2, 5);
    for (const auto& type : dsp::processor_types()) {
        dsp::Description d = lone(type, channels);
        d.strips[0].chain[0].bypass = true;
        for (const auto& values : sweep(d.strips[0].chain[0], 4)) {
            d.strips[0].chain[0].values = values;
            GraphRig rig(d);
            const auto latency = static_cast<std::size_t>(rig.graph().plan().latency.front());
            const Sound in = noises(channels, latency + 3000, 0.9f);
            const Sound out = rig.run(in, 64);
            for (std::size_t c = 0; c < in.size(); ++c)
                if (!alike(from(out[c], latency), std::span(in[c]).first(3000)) ||
                    peak(std::span(out[c]).first(latency)) != 0)
                    FAIL_CHECK(text_of(d) << ", channel " << c);
        }
    }
}

// The crossfade takes 20 ms, rounded up to whole sub-blocks; 25 ms are 1200 frames. Who is out goes on hearing, so that it comes
// back as if it had never been away.
TEST_CASE("a bypass in the show is exact after its crossfade, and leaves no trace when it ends", "[properties]")
{
    const int channels = GENERATE(1, 2);
    for (const auto& type : dsp::processor_types()) {
        INFO(type.id);
        GraphRig rig(lone(type, channels)), never(lone(type, channels));
        const auto latency = static_cast<std::size_t>(rig.graph().plan().latency.front());
        Sound before, heard, untouched;
        for (const float bypass : {0.0f, 1.0f, 0.0f}) {
            rig.set("/input/a/p/bypass", bypass);
            before = noises(channels, 6000, 0.9f, static_cast<unsigned>(bypass) + 5);
            heard = rig.run(before, 64);
            untouched = never.run(before, 64);
            for (std::size_t c = 0; c < before.size(); ++c) {
                const bool dry =
                    alike(from(heard[c], 1200 + latency), std::span(before[c]).subspan(1200, 6000 - 1200 - latency));
                const bool wet = alike(from(heard[c], 1200), from(untouched[c], 1200));
                if (bypass == 1)
                    CHECK(dry);
                else
                    CHECK(wet);
            }
        }
    }
}
