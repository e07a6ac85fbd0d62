#include "config/compare.h"
#include <algorithm>
#include <utility>

namespace fohd::config {
namespace {

std::string name_of(const dsp::Strip& strip) { return std::string(dsp::name_of(strip.kind)) + " " + strip.name; }

/// The index of a strip of the same kind and name, or -1.
int find(const Config& config, const dsp::Strip& sought)
{
    const auto& strips = config.graph.strips;
    const auto found = std::ranges::find_if(
        strips, [&](const dsp::Strip& strip) { return strip.kind == sought.kind && strip.name == sought.name; });
    return found == strips.end() ? -1 : static_cast<int>(found - strips.begin());
}

/// The strip with the strips that it names by their addresses, so that it does not differ because others come before it.
dsp::Strip by_names(const Config& config, std::size_t index)
{
    dsp::Strip strip = config.graph.strips[index];
    const auto address = [&](int other) {
        return other < 0 ? std::string() : dsp::address_of(config.graph.strips[static_cast<std::size_t>(other)]);
    };
    strip.continues = address(std::exchange(strip.from, -1));
    for (dsp::Send& send : strip.sends) send.label = address(std::exchange(send.to, -1));
    for (dsp::ProcessorNode& node : strip.chain)
        node.settings.emplace_back("key", address(std::exchange(node.key, -1)));
    return strip;
}
} // namespace

Difference compare(const Config& now, const Config& next)
{
    Difference difference;
    difference.device = !(now.audio == next.audio) || now.control.midi != next.control.midi;
    Control network = next.control;
    network.midi = now.control.midi;
    difference.network = !(now.control == network);
    for (std::size_t s = 0; s < next.graph.strips.size(); ++s) {
        const int before = find(now, next.graph.strips[s]);
        if (before < 0)
            difference.strips.push_back(name_of(next.graph.strips[s]) + " is new");
        else if (const auto old = static_cast<std::size_t>(before);
                 by_names(now, old) != by_names(next, s) || now.extras[old].connect != next.extras[s].connect ||
                 now.extras[old].keeps_loudness != next.extras[s].keeps_loudness)
            difference.strips.push_back(name_of(next.graph.strips[s]) + " differs");
    }
    for (const dsp::Strip& strip : now.graph.strips)
        if (find(next, strip) < 0) difference.strips.push_back(name_of(strip) + " is gone");
    difference.sound = !difference.strips.empty() || !(now.graph == next.graph) || !(now.recall == next.recall) ||
                       !(now.mute_groups == next.mute_groups) || !(now.dcas == next.dcas) || now.solo != next.solo ||
                       now.ab != next.ab || now.watch != next.watch ||
                       now.follows_transport != next.follows_transport || !(now.automation == next.automation);
    return difference;
}
} // namespace fohd::config
