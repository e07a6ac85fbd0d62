#include "daemon/actions.h"

namespace fohd::daemon {
namespace {

bool acts(const dsp::ProcessorType& type) { return !type.actions.empty(); }

/// Of an action that comes to nothing.
dsp::Finding nothing_found(const std::string& why)
{
    return {.answered = true, .values = {}, .text = "what it was asked for " + why + "; all stays as it was"};
}
} // namespace

void Actions::act(const GraphPlaces& places, dsp::Performer& performer, int strip, int processor, int action)
{
    const dsp::Strip& of = places.description.strips[static_cast<std::size_t>(strip)];
    const dsp::ProcessorNode& node = of.chain[static_cast<std::size_t>(processor)];
    const std::string address = dsp::address_of(of) + "/" + node.name;
    const bool finds = !node.type->actions[static_cast<std::size_t>(action)].finds.empty();
    if (still_ && finds) {
        if (of.repeats.empty()) findings_.emplace_back(address, nothing_found("cannot be done while no sound runs"));
        return;
    }
    given_up_.erase(address);
    dsp::Graph* const before = performer.before();
    if (finds && (before || places.in(performer.graph(), strip, processor).first < 0)) {
        asked_.emplace_back(address, action); // unheard it has no ports of its own
        return;
    }
    for (dsp::Graph* const graph : {&performer.graph(), before}) {
        if (!graph) continue;
        if (const auto [in, at] = places.in(*graph, strip, processor); in >= 0) graph->act(in, at, action);
    }
}

bool Actions::ask_what_waits(const GraphPlaces& places, dsp::Graph& graph)
{
    return std::erase_if(asked_, [&](const auto& asked) {
               const auto [strip, processor] = places.at(asked.first);
               if (strip < 0) return false; // it is given up with the description
               const auto [in, at] = places.in(graph, strip, processor);
               if (in >= 0) graph.act(in, at, asked.second);
               return in >= 0;
           }) > 0;
}

void Actions::look(const GraphPlaces& places, dsp::Graph& graph, int block)
{
    busy_.clear();
    places.each(acts, [&](const std::string& address, int strip, int processor) {
        const auto [in, at] = places.in(graph, strip, processor);
        if (in < 0) return;
        dsp::Finding finding = graph.find(in, at, block);
        if (finding.busy) busy_.insert(address);
        if (finding.answered && given_up_.erase(address) == 0) findings_.emplace_back(address, std::move(finding));
    });
}

void Actions::give_up_what_goes(const GraphPlaces& places, const dsp::Graph& graph)
{
    std::set<std::string> going = busy_;
    places.each(acts, [&](const std::string& address, int strip, int processor) {
        if (places.in(graph, strip, processor).first >= 0) going.erase(address);
    });
    std::erase_if(asked_, [&](const auto& asked) {
        const bool goes = places.at(asked.first).first < 0;
        if (goes) going.insert(asked.first);
        return goes;
    });
    for (const std::string& address : going)
        if (given_up_.erase(address) == 0)
            findings_.emplace_back(
                address,
                nothing_found("was interrupted: the file that was read again has it no more, or with other channels"));
}

void Actions::stand_still(bool still)
{
    if (std::exchange(still_, still) || !still) return;
    const auto tell = [&](const std::string& address) {
        findings_.emplace_back(address, nothing_found("was interrupted when the sound stopped"));
    };
    for (const std::string& address : busy_)
        if (given_up_.insert(address).second) tell(address);
    for (const auto& asked : std::exchange(asked_, {})) tell(asked.first);
}

} // namespace fohd::daemon
