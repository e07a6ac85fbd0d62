#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace fohd::control {

/// Longest segment of an address that a wildcard can match, in characters.
inline constexpr std::size_t max_segment_length = 255;

/// One segment of an address pattern: what stands between two slashes.
class SegmentPattern {
public:
    /// Nothing, and a sentence in `error`, where the text is no pattern.
    static std::optional<SegmentPattern> compile(std::string_view text, std::string& error);

    bool matches(std::string_view segment) const;
    bool literal() const;

private:
    using Characters = std::bitset<128>;
    using Alternatives = std::vector<std::string>;
    struct Star {};
    /// In the order of the text; a run of plain characters is one string.
    using Item = std::variant<std::string, Characters, Star, Alternatives>;

    static std::optional<Characters> compile_class(std::string_view inside, std::string& error);
    static std::optional<Alternatives> compile_alternatives(std::string_view inside, std::string& error);

    std::vector<Item> items_;
};

} // namespace fohd::control
