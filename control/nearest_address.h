#pragma once

#include <span>
#include <string>
#include <string_view>

namespace fohd::control {

/// The address that somebody who wrote `wrong` most likely meant: followed a segment at a time, each time to the name
/// nearest by edit distance. Empty where nothing is near. Time grows with the number of addresses, not with its square.
/// Any thread.
std::string nearest_address(std::string_view wrong, std::span<const std::string_view> addresses);

} // namespace fohd::control
