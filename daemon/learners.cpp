#include "daemon/learners.h"

namespace fohd::daemon {

void Learners::teach(dsp::Graph& graph) const
{
    const auto& strips = graph.description().strips;
    for (int s = 0; s < static_cast<int>(strips.size()); ++s) {
        const dsp::Strip& strip = strips[static_cast<std::size_t>(s)];
        const std::string owner = strip.repeats.empty() ? dsp::address_of(strip) : strip.repeats;
        for (int n = 0; n < static_cast<int>(strip.chain.size()); ++n) {
            const dsp::ProcessorNode& node = strip.chain[static_cast<std::size_t>(n)];
            const auto found = learned_.find(owner + "/" + node.name);
            if (found != learned_.end() && found->second.type == node.type) graph.teach(s, n, found->second.items);
        }
    }
}

/// Those that took no part of a graph yet have published nothing, which is not to have learned nothing.
void Learners::look(const GraphPlaces& places, dsp::Graph& graph)
{
    const auto learns = [](const dsp::ProcessorType& type) { return type.learned.size() > 0; };
    places.each(learns, [&](const std::string& address, int strip, int processor) {
        const auto [in, at] = places.in(graph, strip, processor);
        if (in < 0 || !graph.readings().learned(in, at)->refresh()) return;
        const dsp::ProcessorType* const type =
            graph.description().strips[static_cast<std::size_t>(in)].chain[static_cast<std::size_t>(at)].type;
        const auto now = config::packed({type, graph.readings().learned(in, at)->front()});
        auto& known = learned_[address];
        if (known == now || (now.is_empty() && !known.type)) return;
        known = now;
        changed_.insert(address);
    });
}

} // namespace fohd::daemon
