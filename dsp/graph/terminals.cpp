#include "dsp/graph/terminals.h"
#include <algorithm>

namespace fohd::dsp {
namespace {

const Strip& at(const Description& description, int strip)
{
    return description.strips[static_cast<std::size_t>(strip)];
}

void add(std::vector<Terminal>& side, int strip, int node, int channels)
{
    for (int c = 0; c < channels; ++c) side.push_back({strip, node, c});
}
} // namespace

Terminals::Terminals(const Description& description)
{
    const int count = static_cast<int>(description.strips.size());
    for (int s = 0; s < count; ++s) {
        const Strip& strip = at(description, s);
        if (strip.kind != StripKind::bus) add(strip.kind == StripKind::input ? inputs : outputs, s, -1, strip.channels);
    }
    for (int s = 0; s < count; ++s)
        for (int n = 0; n < static_cast<int>(at(description, s).chain.size()); ++n) {
            if (owner_of_ports(description, s, n) != std::pair{s, n}) continue;
            add(inputs, s, n, at(description, s).channels);
            add(outputs, s, n, at(description, s).channels);
        }
}

int Terminals::find(const std::vector<Terminal>& side, int strip, int node)
{
    const auto found = std::ranges::find(side, Terminal{strip, node, 0});
    return found == side.end() ? -1 : static_cast<int>(found - side.begin());
}

std::pair<int, int> owner_of_ports(const Description& description, int s, int n)
{
    const Strip& strip = at(description, s);
    const ProcessorNode& node = strip.chain[static_cast<std::size_t>(n)];
    if (!node.type->has_ports() || !strip.repeats.empty()) return {-1, -1};
    if (strip.continues.empty()) return {s, n};
    const auto heir = std::ranges::find_if(description.strips, [&](const Strip& other) {
        return address_of(other) == strip.continues && other.channels == strip.channels;
    });
    if (heir == description.strips.end()) return {s, n};
    const auto same = std::ranges::find_if(
        heir->chain, [&](const ProcessorNode& other) { return other.name == node.name && other.type == node.type; });
    if (same == heir->chain.end()) return {s, n};
    return {static_cast<int>(heir - description.strips.begin()), static_cast<int>(same - heir->chain.begin())};
}
} // namespace fohd::dsp
