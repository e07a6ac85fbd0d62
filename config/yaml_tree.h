#pragma once
#include "config/config.h"
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

/// How much a document may hold.
struct YamlLimits {
    std::size_t bytes = max_file_bytes;
    std::size_t nodes = max_yaml_nodes; ///< Aliases counted as what they stand for.
};
/// Of the files that fohd writes itself: a value each for a console of 512 strips.
inline constexpr YamlLimits own_file_limits{16'000'000, 1'000'000};

/// Reads one YAML document. Nothing where it is not YAML, or is beyond the limits or 16 levels: then `problems` has one error.
/// Duplicate keys are errors too, but what else there is comes back.
std::optional<Node> read_yaml(std::string_view text, Problems& problems, const YamlLimits& limits = {});
} // namespace fohd::config
