#pragma once
#include "config/value_text.h"
#include "config/yaml_tree.h"

namespace fohd::config {

/// Reads one map key by key. Whoever asks for a key says that it is legal: finish() reports all others with the nearest
/// legal one.
class Fields {
public:
    /// `what` names the map in errors: "a send", "audio". An empty value counts as an empty map, anything else is an
    /// error.
    Fields(const Node& node, std::string what, Problems& problems);

    /// The value of a key, or nullptr where it is absent. Null values are absent, but their keys are known.
    const Node* take(std::string_view key);
    const Entry* take_entry(std::string_view key);
    /// Makes keys legal that are read elsewhere.
    void know(std::string_view key) { known_.push_back(key); }
    /// Every key must have been asked for.
    void finish();

    Problems& problems() { return problems_; }

    /// The value of `spec.id`, or nothing where it is absent or wrong (then it was reported).
    std::optional<float> value(const dsp::ParamSpec& spec);
    void value(const dsp::ParamSpec& spec, float& to) { to = value(spec).value_or(to); }
    void toggle(std::string_view key, bool& to);
    /// A whole number.
    void integer(std::string_view key, int min, int max, int& to);
    /// One of some words.
    void word(std::string_view key, const std::vector<std::string_view>& allowed, std::string& to);
    /// A text that is not empty.
    const Node* text(std::string_view key);

private:
    const Node& node_;
    std::string what_;
    Problems& problems_;
    std::vector<std::string_view> known_;
};

/// Says what stands where a scalar belongs: "a list", "a map", "nothing".
std::string_view name_of(Node::Kind kind);

/// One value in its unit; reports what is wrong, `name` first.
std::optional<float> read_value(const Node& node, const dsp::ParamSpec& spec, std::string_view name,
                                Problems& problems);
/// A whole number.
std::optional<int> read_integer(const Node& node, int min, int max, std::string_view name, Problems& problems);
} // namespace fohd::config
