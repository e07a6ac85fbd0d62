#include "dsp/graph/warm_up.h"
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
} // namespace

int warm_up(const Graph& from, const Graph& to, double rate)
{
    const Description &old = from.description(), &next = to.description();
    const auto &latency = to.plan().latency, &old_latency = from.plan().latency;
    bool differs = latency != old_latency || old.strips.size() != next.strips.size();
    double seconds = 0;
    for (std::size_t t = 0; t < next.strips.size(); ++t) {
        const Strip& strip = next.strips[t];
        if (strip.kind != StripKind::output) continue;
        const auto was = std::ranges::find(old.strips, address_of(strip), address_of);
        if (was == old.strips.end()) {
            differs = true;
            continue;
        }
        const auto before = static_cast<std::size_t>(was - old.strips.begin());
        const bool same = was->channels == strip.channels && same_chain(old, *was, next, strip, rate);
        differs |= !same;
        const double memory = memory_of(next, strip, rate);
        const bool hears_as_before = same && latency[t] == old_latency[before];
        seconds = std::max(seconds, hears_as_before ? std::min(memory, of_same_chain) : memory);
    }
    if (!differs || next.strips.empty()) return 0;
    return std::ranges::max(latency) + static_cast<int>(std::ceil(std::min(seconds, longest) * rate));
}
} // namespace fohd::dsp
