#include "control/osc/pattern.h"

#include "control/osc/packet.h"

#include <algorithm>

namespace fohd::control {
namespace {

/// Takes the first segment off an address that begins with a slash.
std::string_view take_segment(std::string_view& address)
{
    const auto end = std::min(address.find('/', 1), address.size());
    const auto segment = address.substr(1, end - 1);
    address.remove_prefix(end);
    return segment;
}

} // namespace

std::variant<Pattern, BadPattern> Pattern::compile(std::string_view text)
{
    if (!text.starts_with('/')) return BadPattern{"a pattern begins with /"};
    if (text.size() > max_address_length)
        return BadPattern{"a pattern has at most " + std::to_string(max_address_length) + " characters"};
    Pattern pattern;
    pattern.text_ = text;
    for (auto rest = text; !rest.empty();) {
        const auto slashes = std::min(rest.find_first_not_of('/'), rest.size());
        if (slashes > 1) {
            pattern.steps_.emplace_back(std::nullopt);
            pattern.literal_ = false;
        }
        rest.remove_prefix(slashes);
        if (rest.empty()) {
            if (slashes == 1) return BadPattern{"a pattern does not end with a single /"};
            break;
        }
        std::string error;
        const auto end = std::min(rest.find('/'), rest.size());
        auto segment = SegmentPattern::compile(rest.substr(0, end), error);
        if (!segment) return BadPattern{std::move(error)};
        pattern.literal_ = pattern.literal_ && segment->literal();
        pattern.steps_.emplace_back(std::move(segment));
        rest.remove_prefix(end);
    }
    return pattern;
}

bool Pattern::matches(std::string_view address) const
{
    if (literal_) return address == text_;
    if (!address.starts_with('/')) return false;
    // Steps match one segment each, so it is enough to go back to the last `//` and let it take one segment more.
    auto step = steps_.begin();
    auto retry_step = steps_.end();
    std::string_view retry_address;
    while (true) {
        if (step != steps_.end() && !*step) {
            retry_step = ++step;
            retry_address = address;
            if (step == steps_.end()) return true;
            continue;
        }
        if (address.empty() && step == steps_.end()) return true;
        auto rest = address;
        if (!address.empty() && step != steps_.end() && (*step)->matches(take_segment(rest))) {
            address = rest;
            ++step;
            continue;
        }
        if (retry_step == steps_.end() || retry_address.empty()) return false;
        take_segment(retry_address);
        address = retry_address;
        step = retry_step;
    }
}

bool has_wildcards(std::string_view address)
{
    return address.find_first_of("*?[]{}") != std::string_view::npos || address.find("//") != std::string_view::npos;
}

} // namespace fohd::control
