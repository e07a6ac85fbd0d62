#include "daemon/endpoints.h"

#include "dsp/graph/terminals.h"

#include <map>

namespace fohd::daemon {

Endpoints endpoints_of(const config::Config& config)
{
    Endpoints endpoints;
    const auto& strips = config.graph.strips;
    const dsp::Terminals ends(config.graph);
    const auto add = [&](std::vector<Endpoint>& side, const dsp::Terminal& end, const char* what) {
        const auto s = static_cast<std::size_t>(end.strip), c = static_cast<std::size_t>(end.channel);
        const dsp::ProcessorNode* const node =
            end.node < 0 ? nullptr : &strips[s].chain[static_cast<std::size_t>(end.node)];
        const auto names = node ? config::port_names(strips[s], *node, what) : config::port_names(strips[s]);
        const auto connect = node ? config::settings_of(*node, what) : config.extras[s].connect;
        Endpoint endpoint{names[c], {}, node != nullptr};
        if (c < connect.size() && !connect[c].empty()) endpoint.connect.push_back(connect[c]);
        side.push_back(std::move(endpoint));
    };
    for (const dsp::Terminal& end : ends.inputs) add(endpoints.inputs, end, "return");
    for (const dsp::Terminal& end : ends.outputs) add(endpoints.outputs, end, "send");
    return endpoints;
}

dsp::Wiring wiring_of(const dsp::Transition& transition, const Wired& next, const Wired& before)
{
    const dsp::Terminals all(transition.description), own(next.description), old(before.description);
    const auto staying = static_cast<int>(next.description.strips.size());
    struct Side {
        const std::vector<dsp::Terminal>& ends;
        const std::vector<int>& slots;
    };
    const auto slots_of = [&](const std::vector<dsp::Terminal>& ends, const Side& now, const Side& then) {
        std::map<dsp::Terminal, int> own_slots, old_slots;
        for (std::size_t e = 0; e < now.ends.size(); ++e) own_slots[now.ends[e]] = now.slots[e];
        for (std::size_t e = 0; e < then.ends.size(); ++e) old_slots[then.ends[e]] = then.slots[e];
        std::vector<int> slots;
        for (dsp::Terminal end : ends) {
            const bool leaves = end.strip >= staying;
            if (leaves) end.strip = transition.origins[static_cast<std::size_t>(end.strip - staying)];
            const auto& known = leaves ? old_slots : own_slots;
            const auto found = known.find(end);
            slots.push_back(found == known.end() ? -1 : found->second);
        }
        return slots;
    };
    return {slots_of(all.inputs, {own.inputs, next.wiring.inputs}, {old.inputs, before.wiring.inputs}),
            slots_of(all.outputs, {own.outputs, next.wiring.outputs}, {old.outputs, before.wiring.outputs})};
}

} // namespace fohd::daemon
