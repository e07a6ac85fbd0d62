#pragma once
#include "dsp/graph/graph.h"

#include <string>
#include <utility>

namespace fohd::daemon {

/// Finds strips and processors of a description in graphs, which may still be of another one. Control thread.
struct GraphPlaces {
    const dsp::Description& description;
    const dsp::Graph* own; ///< The graph that was built of it, if there is one.

    /// Where a strip of the description, and a processor of it unless that is -1, are in a graph; -1, -1: not there.
    std::pair<int, int> in(const dsp::Graph& graph, int strip, int processor) const;
    /// The strip and the processor at an address, "/input/vox/eq"; -1, -1: there is none.
    std::pair<int, int> at(const std::string& processor) const;

    /// Calls visit(address, strip, processor) for every processor for which wants(type) is true, but not in strips that repeat
    /// another: what those have is that one's.
    template <class Wants, class Visit> void each(Wants wants, Visit visit) const
    {
        for (int s = 0; s < static_cast<int>(description.strips.size()); ++s) {
            const dsp::Strip& strip = description.strips[static_cast<std::size_t>(s)];
            for (int n = 0; strip.repeats.empty() && n < static_cast<int>(strip.chain.size()); ++n)
                if (const auto& node = strip.chain[static_cast<std::size_t>(n)]; wants(*node.type))
                    visit(dsp::address_of(strip) + "/" + node.name, s, n);
        }
    }
};

} // namespace fohd::daemon
