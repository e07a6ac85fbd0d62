#pragma once
#include "dsp/graph/performer.h"
#include "dsp/graph/terminals.h"
#include "tests/support/flushed_denormals.h"
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

namespace fohd::test {

/// Channels of samples.
using Sound = std::vector<std::vector<float>>;

/// A graph that is run as the daemon runs it, on sound in memory: one row a channel of inputs and outputs.
class GraphRig {
public:
    explicit GraphRig(const dsp::Description& description, double rate = 48000,
                      std::span<const dsp::Kernels* const> kernels = dsp::usable_kernels())
        : description_(description), layout_(description), values_(layout_.initial_values()), rate_(rate),
          kernels_(kernels)
    {
        auto graph = build();
        outputs_ = static_cast<int>(std::ranges::count(dsp::Terminals(description).outputs, -1, &dsp::Terminal::node));
        auto wiring = dsp::Wiring::straight(graph->plan());
        performer_ = std::make_unique<dsp::Performer>(std::move(graph), rate, std::move(wiring));
    }

    Sound run(const Sound& in, int block)
    {
        const FlushedDenormals flushed;
        const std::size_t frames = in.empty() ? 0 : in.front().size();
        Sound out(static_cast<std::size_t>(outputs_), std::vector<float>(frames));
        for (std::size_t done = 0; done < frames; done += static_cast<std::size_t>(block)) {
            std::vector<const float*> from;
            std::vector<float*> to;
            for (const auto& row : in) from.push_back(row.data() + done);
            for (auto& row : out) to.push_back(row.data() + done);
            performer_->process(from, to, std::min(block, static_cast<int>(frames - done)));
        }
        return out;
    }

    /// A value by its address, heard from the next block on. A change of shape rebuilds the graph.
    void set(std::string_view address, float value)
    {
        const int index = layout_.find(address);
        INFO(address);
        REQUIRE(index >= 0);
        values_[static_cast<std::size_t>(index)] = value;
        const int slice = layout_.parameters[static_cast<std::size_t>(index)].slice;
        if (performer_->graph().fits(values_, {&slice, 1}))
            performer_->graph().set(values_, {&slice, 1});
        else
            rebuild();
    }

    /// Another graph, even of the same values, takes over.
    void rebuild()
    {
        performer_->collect();
        REQUIRE(performer_->settled());
        change(build());
    }

    /// This graph takes over, its endpoints in the same order.
    void change(std::unique_ptr<dsp::Graph> graph)
    {
        auto wiring = dsp::Wiring::straight(graph->plan());
        performer_->change(std::move(graph), std::move(wiring));
    }

    dsp::Graph& graph() { return performer_->graph(); }
    dsp::Performer& performer() { return *performer_; }

private:
    std::unique_ptr<dsp::Graph> build() { return std::make_unique<dsp::Graph>(description_, rate_, values_, kernels_); }

    dsp::Description description_;
    dsp::Layout layout_;
    std::vector<float> values_;
    double rate_;
    std::span<const dsp::Kernels* const> kernels_;
    int outputs_ = 0;
    std::unique_ptr<dsp::Performer> performer_;
};

/// White noise of a uniform distribution, the same for the same seed.
inline std::vector<float> noise(std::size_t frames, float amplitude, unsigned seed)
{
    std::mt19937 generator(seed);
    std::uniform_real_distribution<float> any(-amplitude, amplitude);
    std::vector<float> sound(frames);
    for (float& sample : sound) sample = any(generator);
    return sound;
}

inline std::vector<float> sine(std::size_t frames, double hz, double amplitude, double rate = 48000)
{
    std::vector<float> sound(frames);
    for (std::size_t i = 0; i < frames; ++i)
        sound[i] = static_cast<float>(amplitude * std::sin(2 * 3.14159265358979 * hz * static_cast<double>(i) / rate));
    return sound;
}
} // namespace fohd::test
