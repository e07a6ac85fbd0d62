#include "daemon/graph_places.h"

#include <algorithm>

namespace fohd::daemon {

std::pair<int, int> GraphPlaces::in(const dsp::Graph& graph, int strip, int processor) const
{
    if (&graph == own) return {strip, processor};
    const dsp::Strip& sought = description.strips[static_cast<std::size_t>(strip)];
    const auto& strips = graph.description().strips;
    const auto found = std::ranges::find_if(strips, [&](const dsp::Strip& each) {
        return dsp::address_of(each) == dsp::address_of(sought) && each.channels == sought.channels;
    });
    if (found == strips.end()) return {-1, -1};
    const int index = static_cast<int>(found - strips.begin());
    if (processor < 0) return {index, -1};
    const dsp::ProcessorNode& wanted = sought.chain[static_cast<std::size_t>(processor)];
    const auto node = std::ranges::find_if(found->chain, [&](const dsp::ProcessorNode& each) {
        return each.name == wanted.name && each.type == wanted.type;
    });
    if (node == found->chain.end()) return {-1, -1};
    return {index, static_cast<int>(node - found->chain.begin())};
}

std::pair<int, int> GraphPlaces::at(const std::string& processor) const
{
    for (int s = 0; s < static_cast<int>(description.strips.size()); ++s) {
        const dsp::Strip& strip = description.strips[static_cast<std::size_t>(s)];
        for (int n = 0; n < static_cast<int>(strip.chain.size()); ++n)
            if (dsp::address_of(strip) + "/" + strip.chain[static_cast<std::size_t>(n)].name == processor)
                return {s, n};
    }
    return {-1, -1};
}

} // namespace fohd::daemon
