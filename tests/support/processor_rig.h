#pragma once
#include "dsp/graph/graph.h"
#include "dsp/graph/layout.h"
#include "tests/support/flushed_denormals.h"
#include <algorithm>
#include <catch2/catch.hpp>
#include <utility>
#include <vector>

namespace fohd::test {

/// Channels of samples.
using Sound = std::vector<std::vector<float>>;

/// One processor in the chain of a strip, run by a graph as the daemon would run it.
/// `lists` are its splits and bands, where they are not the initial ones. The key has as many channels as the strip unless told.
class ProcessorRig {
public:
    using Value = std::pair<std::string_view, float>;
    using Values = std::vector<Value>;

    ProcessorRig(const dsp::ProcessorType& type, double rate, int channels, const Values& values = {},
                 bool keyed = false, std::span<const float> lists = {}, int key_channels = 0)
        : description_(describe(type, channels, values, keyed, lists, key_channels ? key_channels : channels)),
          values_(dsp::Layout(description_).initial_values()), graph_(description_, rate, values_), channels_(channels)
    {}

    /// Frames of `in` (channels of the strip, then those of the key) in blocks of `block`.
    Sound run(const Sound& in, int block)
    {
        const FlushedDenormals flushed;
        const std::size_t frames = in.front().size();
        Sound out(static_cast<std::size_t>(channels_), std::vector<float>(frames));
        for (std::size_t done = 0; done < frames;) {
            graph_.pick_up();
            const std::size_t end = std::min(frames, done + static_cast<std::size_t>(block));
            while (done < end) {
                const int count = std::min(dsp::max_block, static_cast<int>(end - done));
                std::vector<const float*> from;
                std::vector<float*> to;
                for (const auto& channel : in) from.push_back(channel.data() + done);
                for (auto& channel : out) to.push_back(channel.data() + done);
                graph_.process(from.data(), to.data(), count);
                done += static_cast<std::size_t>(count);
            }
        }
        return out;
    }

    /// What the processor tells of a channel, dB.
    float reduction(int channel)
    {
        graph_.publish_readings();
        return graph_.readings().reduction(0, 0, channel);
    }

    /// A value of its readings, counted over all of them.
    float told(int value)
    {
        graph_.publish_readings();
        return graph_.readings().told(0, 0, value);
    }

    /// A value by its id; heard from the next block on.
    void set(std::string_view id, float value)
    {
        const auto& layout = graph_.layout();
        const int index = layout.find("/input/strip/processor/" + std::string(id));
        REQUIRE(index >= 0);
        values_[static_cast<std::size_t>(index)] = value;
        const int slice = layout.parameters[static_cast<std::size_t>(index)].slice;
        graph_.set(values_, std::span(&slice, 1));
    }

private:
    static dsp::Description describe(const dsp::ProcessorType& type, int channels, const Values& values, bool keyed,
                                     std::span<const float> lists, int key_channels)
    {
        const auto strip_of = [&](dsp::StripKind kind, const char* name) {
            dsp::Strip made;
            made.kind = kind;
            made.name = name;
            made.channels = channels;
            return made;
        };
        dsp::Strip strip = strip_of(dsp::StripKind::input, "strip");
        dsp::ProcessorNode node = dsp::make_node(type);
        node.name = "processor";
        for (const auto& [id, value] : values) {
            const auto spec = std::ranges::find(type.params, id, &dsp::ParamSpec::id);
            REQUIRE(spec != type.params.end());
            node.values[static_cast<std::size_t>(spec - type.params.begin())] = value;
        }
        if (!lists.empty()) {
            node.values.resize(type.params.size());
            node.values.insert(node.values.end(), lists.begin(), lists.end());
        }
        if (keyed) node.key = 1;
        strip.chain.push_back(node);
        strip.fader_position = 1;
        dsp::Description description;
        description.strips.push_back(strip);
        if (keyed) {
            description.strips.push_back(strip_of(dsp::StripKind::input, "key"));
            description.strips.back().channels = key_channels;
        }
        description.strips.push_back(strip_of(dsp::StripKind::output, "out"));
        description.strips.back().from = 0;
        return description;
    }

    dsp::Description description_;
    std::vector<float> values_;
    dsp::Graph graph_;
    int channels_;
};

} // namespace fohd::test
