#include "config/fields.h"
#include <algorithm>
#include <charconv>

namespace fohd::config {

std::string_view name_of(Node::Kind kind)
{
    constexpr std::string_view names[] = {"nothing", "a text", "a list", "a map"};
    return names[static_cast<std::size_t>(kind)];
}

std::optional<float> read_value(const Node& node, const dsp::ParamSpec& spec, std::string_view name, Problems& problems)
{
    if (node.kind != Node::Kind::scalar) {
        problems.error(node.at, std::string(name) + " takes one value, not " + std::string(name_of(node.kind)) +
                                    "; allowed: " + range_text(spec));
        return std::nullopt;
    }
    const auto parsed = parse_value(spec, node.text);
    if (!parsed) problems.error(node.at, std::string(name) + ": " + parsed.error);
    return parsed.value;
}

std::optional<int> read_integer(const Node& node, int min, int max, std::string_view name, Problems& problems)
{
    int number = 0;
    const char* const end = node.text.data() + node.text.size();
    const auto read = std::from_chars(node.text.data(), end, number);
    const bool is_number = node.kind == Node::Kind::scalar && read.ec == std::errc() && read.ptr == end;
    if (is_number && number >= min && number <= max) return number;
    const std::string found = node.kind == Node::Kind::scalar ? quoted(node.text) : std::string(name_of(node.kind));
    problems.error(node.at, std::string(name) + ": " + found +
                                (is_number ? " is out of range" : " is not a whole number") +
                                "; allowed: " + std::to_string(min) + ".." + std::to_string(max));
    return std::nullopt;
}

Fields::Fields(const Node& node, std::string what, Problems& problems)
    : node_(node), what_(std::move(what)), problems_(problems)
{
    if (node.kind != Node::Kind::map && node.kind != Node::Kind::null)
        problems.error(node.at, what_ + " takes a map `{key: value}`, not " + std::string(name_of(node.kind)));
}

const Entry* Fields::take_entry(std::string_view key)
{
    know(key);
    const auto found = std::ranges::find(node_.entries, key, &Entry::key);
    return found == node_.entries.end() ? nullptr : &*found;
}

const Node* Fields::take(std::string_view key)
{
    const Entry* entry = take_entry(key);
    return entry && entry->value.kind != Node::Kind::null ? &entry->value : nullptr;
}

void Fields::finish()
{
    for (const Entry& entry : node_.entries)
        if (std::ranges::find(known_, entry.key) == known_.end())
            problems_.error(entry.at,
                            what_ + " has no key " + quoted(entry.key) + problems_.suggestion(entry.key, known_));
}

std::optional<float> Fields::value(const dsp::ParamSpec& spec)
{
    const Node* node = take(spec.id);
    return node ? read_value(*node, spec, spec.id, problems_) : std::nullopt;
}

void Fields::toggle(std::string_view key, bool& to)
{
    const dsp::ParamSpec spec{key, dsp::Unit::toggle, 0, 1, 0, dsp::Taper::steps, dsp::Glide::ramp, {}, {}};
    if (const auto on = value(spec)) to = *on >= 0.5f;
}

void Fields::integer(std::string_view key, int min, int max, int& to)
{
    if (const Node* node = take(key)) to = read_integer(*node, min, max, key, problems_).value_or(to);
}

void Fields::word(std::string_view key, const std::vector<std::string_view>& allowed, std::string& to)
{
    const Node* node = text(key);
    if (!node) return;
    if (std::ranges::find(allowed, node->text) != allowed.end())
        to = node->text;
    else
        problems_.error(node->at, std::string(key) + ": " + quoted(node->text) + " is not known" +
                                      problems_.suggestion(node->text, allowed));
}

const Node* Fields::text(std::string_view key)
{
    const Node* node = take(key);
    if (!node || (node->kind == Node::Kind::scalar && !node->text.empty())) return node;
    problems_.error(node->at,
                    std::string(key) + " takes a text, not " +
                        (node->kind == Node::Kind::scalar ? "an empty one" : std::string(name_of(node->kind))));
    return nullptr;
}
} // namespace fohd::config
