#pragma once

#include "control/osc/pattern.h"

namespace fohd::control {

/// Whether a pattern names an address or something above it: `/bus/main` and `/bus/*` cover `/bus/main/eq/1/gain`.
inline bool covers(const Pattern& pattern, std::string_view address)
{
    for (std::size_t end = address.find('/', 1); end != address.npos; end = address.find('/', end + 1))
        if (pattern.matches(address.substr(0, end))) return true;
    return pattern.matches(address);
}

} // namespace fohd::control
