#include "control/osc/segment_pattern.h"

#include <algorithm>

namespace fohd::control {
namespace {

constexpr std::string_view wildcards = "*?[]{}";

/// The places in a segment (0 is before its first character) that a part of the pattern can have reached.
using Places = std::bitset<max_segment_length + 1>;

Places after(const Places& places, std::string_view text, std::string_view segment)
{
    Places reached;
    for (std::size_t i = 0; i + text.size() <= segment.size(); ++i)
        if (places[i] && segment.substr(i, text.size()) == text) reached.set(i + text.size());
    return reached;
}

struct Advance {
    const Places& places;
    std::string_view segment;

    Places operator()(const std::string& plain) const { return after(places, plain, segment); }

    Places operator()(const std::bitset<128>& characters) const
    {
        Places reached;
        for (std::size_t i = 0; i < segment.size(); ++i) {
            const auto c = static_cast<unsigned char>(segment[i]);
            if (places[i] && c < characters.size() && characters[c]) reached.set(i + 1);
        }
        return reached;
    }

    Places operator()(const std::vector<std::string>& alternatives) const
    {
        Places reached;
        for (const auto& text : alternatives) reached |= after(places, text, segment);
        return reached;
    }

    Places operator()(auto /* star */) const
    {
        Places reached = places;
        for (std::size_t i = 0; i < segment.size(); ++i)
            if (reached[i]) reached.set(i + 1);
        return reached;
    }
};

} // namespace

std::optional<SegmentPattern> SegmentPattern::compile(std::string_view text, std::string& error)
{
    SegmentPattern pattern;
    while (!text.empty()) {
        const char first = text.front();
        const auto plain = text.substr(0, text.find_first_of(wildcards));
        if (!plain.empty()) {
            pattern.items_.emplace_back(std::string(plain));
            text.remove_prefix(plain.size());
        } else if (first == '*') {
            text.remove_prefix(std::min(text.find_first_not_of('*'), text.size()));
            pattern.items_.emplace_back(Star{});
        } else if (first == '?') {
            text.remove_prefix(1);
            pattern.items_.emplace_back(Characters{}.set());
        } else if (first == ']' || first == '}') {
            error = std::string("a ") + first + " closes nothing";
            return std::nullopt;
        } else {
            const char closing = first == '[' ? ']' : '}';
            const auto end = text.find(closing);
            if (end == std::string_view::npos) {
                error = std::string("a ") + first + " is not closed by " + closing + " in its segment";
                return std::nullopt;
            }
            const auto inside = text.substr(1, end - 1);
            text.remove_prefix(end + 1);
            if (first == '[') {
                const auto characters = compile_class(inside, error);
                if (!characters) return std::nullopt;
                pattern.items_.emplace_back(*characters);
            } else {
                auto alternatives = compile_alternatives(inside, error);
                if (!alternatives) return std::nullopt;
                pattern.items_.emplace_back(std::move(*alternatives));
            }
        }
    }
    return pattern;
}

std::optional<SegmentPattern::Characters> SegmentPattern::compile_class(std::string_view inside, std::string& error)
{
    const bool inverted = inside.starts_with('!');
    if (inverted) inside.remove_prefix(1);
    if (inside.empty()) {
        error = "[] holds no character";
        return std::nullopt;
    }
    Characters characters;
    for (std::size_t i = 0; i < inside.size(); ++i) {
        const char low = inside[i];
        const bool range = i + 2 < inside.size() && inside[i + 1] == '-';
        const char high = range ? inside[i + 2] : low;
        if (range) i += 2;
        if (low < 0 || high < low) {
            error = std::string("the range ") + low + '-' + high + " runs backwards";
            return std::nullopt;
        }
        for (int c = low; c <= high; ++c) characters.set(static_cast<std::size_t>(c));
    }
    return inverted ? ~characters : characters;
}

std::optional<SegmentPattern::Alternatives> SegmentPattern::compile_alternatives(std::string_view inside,
                                                                                 std::string& error)
{
    if (inside.find_first_of(wildcards) != std::string_view::npos) {
        error = "{} holds plain texts, no other wildcards";
        return std::nullopt;
    }
    Alternatives alternatives;
    for (auto rest = inside;;) {
        const auto comma = rest.find(',');
        alternatives.emplace_back(rest.substr(0, comma));
        if (comma == std::string_view::npos) return alternatives;
        rest.remove_prefix(comma + 1);
    }
}

bool SegmentPattern::literal() const
{
    return std::all_of(items_.begin(), items_.end(), [](const Item& item) { return item.index() == 0; });
}

bool SegmentPattern::matches(std::string_view segment) const
{
    if (segment.size() > max_segment_length) return false;
    Places places;
    places.set(0);
    for (const auto& item : items_) {
        places = std::visit(Advance{places, segment}, item);
        if (places.none()) return false;
    }
    return places[segment.size()];
}

} // namespace fohd::control
