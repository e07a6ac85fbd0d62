#pragma once
#include "config/config.h"

namespace fohd::config {

/// A literal IPv4 or IPv6 address.
bool is_address(const std::string& text);

/// `192.168.1.0/24`, `fd00::/8` or an address alone, which is a network of one; comes back with its prefix.
/// Bits beyond the prefix do not count.
std::optional<std::string> read_network(const std::string& text);

/// `192.168.1.20:9001` or `[fd00::1]:9001`.
std::optional<Control::Target> read_target(const std::string& text);
} // namespace fohd::config
