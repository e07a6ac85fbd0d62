#pragma once

#include "control/osc/segment_pattern.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace fohd::control {

/// Why a text is no pattern, in one sentence.
struct BadPattern {
    std::string text;
};

/// An address pattern of OSC 1.0 and 1.1, compiled: `*`, `?`, `[a-z]`, `[!a-z]` and `{a,b}` within a segment, `//` for
/// any number of segments, none included, wherever a `/` may stand. `//` at the end matches all that is below.
/// An address without wildcards is the pattern that matches itself. Matching never goes back within a segment and only
/// to the last `//` between them, so no pattern makes it slow. Any thread.
class Pattern {
public:
    static std::variant<Pattern, BadPattern> compile(std::string_view text);

    bool matches(std::string_view address) const;

    /// True where only an address equal to text() matches.
    bool literal() const { return literal_; }
    const std::string& text() const { return text_; }

private:
    /// Nothing stands for `//`.
    using Step = std::optional<SegmentPattern>;

    std::string text_;
    std::vector<Step> steps_;
    bool literal_ = true;
};

/// Whether a text has any character that makes an address a pattern.
bool has_wildcards(std::string_view address);

} // namespace fohd::control
