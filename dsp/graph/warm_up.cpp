#include "dsp/graph/warm_up.h"
#include "dsp/graph/head_start.h"
#include "dsp/graph/same_chain.h"
#include "dsp/registry.h"
#include <algorithm>
#include <cmath>

namespace fohd::dsp {
namespace {

constexpr double longest = 1, of_same_chain = 0.1; // seconds

double memory_of(const Description& description, const Strip& strip, double rate)
{
    double seconds = 0;
    for (const ProcessorNode& node : strip.chain) {
        const Context context{.rate = rate,
                              .channels = strip.channels,
                              .keyed = node.key >= 0,
                              .tempo = static_cast<double>(description.tempo),
                              .impulse = node.impulse.impulse.get()};
        seconds += node.type->memory_seconds(node.values, context);
    }
    return seconds;
}

/// What a graph that takes over does with a strip.
struct Change {
    bool there_before, same_chain, same_latency;
    double memory; ///< seconds
    bool hears_as_before() const { return same_chain && same_latency; }
    bool begins_anew(const Strip& strip) const { return rings(strip) && !hears_as_before() && memory <= longest; }
};

Change change_of(const Graph& from, const Graph& to, std::size_t s, double rate)
{
    const Description &old = from.description(), &next = to.description();
    const Strip& strip = next.strips[s];
    const auto was = std::ranges::find(old.strips, address_of(strip), address_of);
    const double memory = memory_of(next, strip, rate);
    if (was == old.strips.end()) return {false, false, false, memory};
    const auto before = static_cast<std::size_t>(was - old.strips.begin());
    return {true, was->channels == strip.channels && same_chain(old, *was, next, strip, rate),
            to.plan().latency[s] == from.plan().latency[before], memory};
}
} // namespace

int warm_up(const Graph& from, const Graph& to, double rate)
{
    const auto& strips = to.description().strips;
    const auto& latency = to.plan().latency;
    bool differs = latency != from.plan().latency || from.description().strips.size() != strips.size();
    double seconds = 0;
    for (std::size_t s = 0; s < strips.size(); ++s) {
        const Change change = change_of(from, to, s, rate);
        differs |= !change.same_chain;
        if (strips[s].kind != StripKind::output) continue;
        if (!change.there_before) continue; // nobody waits for it to be as it was
        double memory = std::min(change.memory, change.hears_as_before() ? of_same_chain : longest);
        if (change.begins_anew(strips[s])) memory += glide_ms / 1000; // of its opening
        seconds = std::max(seconds, memory);
    }
    if (!differs || strips.empty()) return 0;
    return std::ranges::max(latency) + std::ranges::max(head_starts(from, to)) +
           static_cast<int>(std::ceil(seconds * rate));
}

std::set<int> outputs_that_begin_anew(const Graph& from, const Graph& to, double rate)
{
    std::set<int> outputs;
    const auto& strips = to.description().strips;
    for (std::size_t s = 0; s < strips.size(); ++s)
        if (strips[s].kind == StripKind::output && change_of(from, to, s, rate).begins_anew(strips[s]))
            outputs.insert(static_cast<int>(s));
    return outputs;
}
} // namespace fohd::dsp
