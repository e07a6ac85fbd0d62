#pragma once
#include "dsp/graph/description.h"
#include <compare>

namespace fohd::dsp {

/// One channel that comes from the world or goes there: of a strip, or of a processor of its chain that has ports.
struct Terminal {
    int strip, node, channel; ///< node -1: the strip's own
    auto operator<=>(const Terminal&) const = default;
};

/// Both sides of a graph, in the order in which its endpoints are numbered.
struct Terminals {
    std::vector<Terminal> inputs;  ///< Channels of the inputs, then the returns of processors, by strip and chain.
    std::vector<Terminal> outputs; ///< Channels of the outputs, then the sends of processors.

    explicit Terminals(const Description& description);
    /// The first channel in the list, or -1.
    static int find(const std::vector<Terminal>& side, int strip, int node);
};

/// The strip and the place in its chain of the processor whose ports this one has: its own, or where it leaves those of what stays;
/// -1, -1: none, as where its strip repeats another one.
std::pair<int, int> owner_of_ports(const Description& description, int strip, int node);
} // namespace fohd::dsp
