#pragma once
#include "dsp/graph/strip_params.h"
#include "tests/support/graph_rig.h"

// One processor alone in a strip, and the values that a property is tried with. All of it is read from the registry, so
// that a new processor is tested by being there.

namespace fohd::test {

/// Input "a" with the processor "p" alone in its chain, heard at output "out"; with `keyed` input "k" is its key.
inline dsp::Description lone(const dsp::ProcessorType& type, int channels, bool keyed = false)
{
    dsp::Strip strip;
    strip.name = "a";
    strip.channels = channels;
    strip.chain.push_back(dsp::make_node(type));
    strip.chain.back().name = "p";
    strip.fader_position = 1;
    dsp::Description d{{strip}};
    if (keyed) {
        d.strips[0].chain[0].key = 1;
        d.strips.push_back({});
        d.strips.back().name = "k";
        d.strips.back().channels = channels;
    }
    d.strips.push_back({});
    d.strips.back().kind = dsp::StripKind::output;
    d.strips.back().name = "out";
    d.strips.back().channels = channels;
    d.strips.back().from = 0;
    return d;
}

/// What each value of a node means: its parameters, then those of every band.
inline std::vector<const dsp::ParamSpec*> specs_of(const dsp::ProcessorNode& node)
{
    std::vector<const dsp::ParamSpec*> specs;
    for (const auto& spec : node.type->params) specs.push_back(&spec);
    for (int n = node.type->split_count(node.values.size()); n > 0; --n) specs.push_back(&node.type->splits.spec[0]);
    while (specs.size() < node.values.size())
        for (const auto& spec : node.type->band_params) specs.push_back(&spec);
    return specs;
}

/// As many bands and splits as there may be, the added ones with their initial values.
inline void fill(dsp::ProcessorNode& node)
{
    const auto& type = *node.type;
    const auto splits = static_cast<std::size_t>(type.split_count(node.values.size()));
    if (!type.splits.spec.empty())
        node.values.insert(node.values.begin() + static_cast<std::ptrdiff_t>(type.params.size() + splits),
                           static_cast<std::size_t>(type.splits.max) - splits, type.splits.spec[0].max);
    const auto full = type.params.size() + static_cast<std::size_t>(type.splits.max) +
                      static_cast<std::size_t>(type.max_bands) * type.band_params.size();
    while (node.values.size() < full)
        for (const auto& spec : type.band_params) node.values.push_back(spec.initial);
}

/// Anywhere on every taper.
inline std::vector<float> random_values(const dsp::ProcessorNode& node, std::mt19937& generator)
{
    std::uniform_real_distribution<float> any(0, 1);
    std::vector<float> values;
    for (const auto* spec : specs_of(node)) values.push_back(dsp::from_norm(*spec, any(generator)));
    return values;
}

/// The defaults; each value alone at its ends and in the middle of its taper; and `combinations` of any.
inline std::vector<std::vector<float>> sweep(const dsp::ProcessorNode& node, int combinations)
{
    std::vector<std::vector<float>> all{node.values};
    const auto specs = specs_of(node);
    for (std::size_t i = 0; i < specs.size(); ++i)
        for (float position : {0.0f, 0.5f, 1.0f}) {
            all.push_back(node.values);
            all.back()[i] = dsp::from_norm(*specs[i], position);
        }
    std::mt19937 generator(1);
    for (int n = 0; n < combinations; ++n) all.push_back(random_values(node, generator));
    return all;
}

/// "eq of 2: frequency 20, …", to name what failed.
inline std::string text_of(const dsp::Description& d)
{
    const dsp::ProcessorNode& node = d.strips[0].chain.back();
    std::string text = std::string(node.type->id) + " of " + std::to_string(d.strips[0].channels) + ":";
    const auto specs = specs_of(node);
    for (std::size_t i = 0; i < specs.size(); ++i)
        text += " " + std::string(specs[i]->id) + " " + std::to_string(node.values[i]);
    return text;
}

inline Sound noises(int channels, std::size_t frames, float amplitude, unsigned seed = 1)
{
    Sound sound;
    for (int c = 0; c < channels; ++c) sound.push_back(noise(frames, amplitude, seed + static_cast<unsigned>(c)));
    return sound;
}

inline float peak(std::span<const float> sound)
{
    float highest = 0;
    for (float sample : sound) highest = std::max(highest, std::abs(sample));
    return highest;
}
} // namespace fohd::test
