#pragma once
#include "config/problems.h"
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fohd::config {

struct Entry;

/// A piece of YAML with its place. Scalars are text: what they mean is for the reader to say.
struct Node {
    enum class Kind { null, scalar, list, map } kind = Kind::null;
    Position at;
    std::string text;           ///< Of a scalar.
    std::vector<Node> items;    ///< Of a list.
    std::vector<Entry> entries; ///< Of a map, in the order of the file; keys are unique.
    std::size_t size = 1;       ///< How many nodes hang here, itself included.
};

/// A key of a map and what belongs to it.
struct Entry {
    std::string key;
    Position at;
    Node value;
};

/// Reads one YAML document. Nothing where it is not YAML, or is beyond max_file_bytes, max_yaml_nodes (aliases counted
/// as what they stand for) or 16 levels: then `problems` has one error. Duplicate keys are errors too, but what else
/// there is comes back.
std::optional<Node> read_yaml(std::string_view text, Problems& problems);
} // namespace fohd::config
