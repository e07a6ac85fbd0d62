#include "dsp/graph/head_start.h"
#include <algorithm>
#include <cstdlib>

namespace fohd::dsp {
namespace {

/// Where what leaves of a strip and its heir are heard together: how late each is there, frames.
struct Meeting {
    int of_leaving = 0, of_heir = 0;
};

Tap tap_of(const Description& description, const PathLatency& path)
{
    return path.send < 0
               ? Tap::post
               : description.strips[static_cast<std::size_t>(path.from)].sends[static_cast<std::size_t>(path.send)].tap;
}

Meeting find_meeting(const Graph& graph, int leaving, int heir)
{
    const auto& paths = graph.plan().paths;
    for (const PathLatency& old : paths)
        for (const PathLatency& next : paths)
            if (old.from == leaving && next.from == heir && old.to == next.to &&
                tap_of(graph.description(), old) == tap_of(graph.description(), next))
                return {old.late + old.added, next.late + next.added};
    return {};
}

/// When a strip has what it hears, frames.
int arrival(const Graph& graph, int strip)
{
    int frames = -1;
    for (const PathLatency& path : graph.plan().paths)
        if (path.to == strip && (frames < 0 || path.late + path.added < frames)) frames = path.late + path.added;
    return std::max(frames, 0);
}

bool has(const Graph& graph, const std::string& address)
{
    return std::ranges::find(graph.description().strips, address, address_of) != graph.description().strips.end();
}
} // namespace

std::vector<int> head_starts(const Graph& from, const Graph& to)
{
    const auto& strips = to.description().strips;
    std::vector<int> frames(strips.size());
    for (std::size_t l = 0; l < strips.size(); ++l) {
        if (!strips[l].rings_on || has(from, address_of(strips[l]))) continue; // those have faded
        const auto heir = std::ranges::find(strips, strips[l].continues, address_of);
        if (heir == strips.end()) continue;
        const int leaving = static_cast<int>(l), h = static_cast<int>(heir - strips.begin());
        const Meeting meeting = find_meeting(to, leaving, h);
        const int later =
            meeting.of_leaving - arrival(to, leaving) - (meeting.of_heir - arrival(to, h)); // than its heir
        const int start = (std::abs(later) + max_block / 2) / max_block * max_block;
        frames[static_cast<std::size_t>(later > 0 ? leaving : h)] = start;
    }
    return frames;
}
} // namespace fohd::dsp
