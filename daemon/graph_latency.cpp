#include "daemon/graph_latency.h"

#include "dsp/graph/terminals.h"

#include <algorithm>
#include <map>

namespace fohd::daemon {
namespace {

struct Place {
    int before, behind; ///< Frames by which a processor's sound is late before and behind it.
};
} // namespace

Latency latency_of(const dsp::Graph& graph, const dsp::Wiring& wiring)
{
    const dsp::Plan& plan = graph.plan();
    const dsp::Terminals ends(graph.description());
    std::map<std::pair<int, int>, Place> places; // by strip and node
    for (const dsp::Op& op : plan.ops)
        if (const auto* planar = std::get_if<dsp::PlanarOp>(&op))
            places[{planar->strip, planar->node}] = {planar->late, planar->late + planar->latency};
    const auto tell = [](std::vector<int>& side, int channel, int frames) {
        if (channel < 0) return;
        const auto slot = static_cast<std::size_t>(channel);
        side.resize(std::max(side.size(), slot + 1));
        side[slot] = frames;
    };
    Latency latency;
    for (std::size_t e = 0; e < ends.outputs.size(); ++e) {
        const dsp::Terminal& end = ends.outputs[e];
        tell(latency.outputs, wiring.outputs[e],
             end.node < 0 ? plan.latency[static_cast<std::size_t>(end.strip)]
                          : places.at({end.strip, end.node}).before);
    }
    for (std::size_t e = 0; e < ends.inputs.size(); ++e)
        if (const dsp::Terminal& end = ends.inputs[e]; end.node >= 0)
            tell(latency.inputs, wiring.inputs[e], places.at({end.strip, end.node}).behind);
    return latency;
}

} // namespace fohd::daemon
