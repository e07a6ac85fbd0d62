#pragma once
#include "config/config.h"
#include "config/yaml_tree.h"

namespace fohd::config {

/// A name in the file that stands for a strip which may come later in it.
struct Mention {
    std::string name;
    Position at;
};

/// What the chain of a strip says.
struct Chain {
    std::vector<dsp::ProcessorNode> nodes; ///< Keys not yet resolved.
    std::vector<Position> places;          ///< Of the nodes.
    int fader_position = 0;
    std::vector<std::pair<std::size_t, Mention>> keys;  ///< Index of the processor, and whom it hears.
    std::vector<std::pair<std::size_t, Mention>> files; ///< Index of the processor, and the file that it works with.
};

/// Reads `chain: [high_pass: {…}, limiter, fader, …]`.
Chain read_chain(const Node& node, Problems& problems);
} // namespace fohd::config
