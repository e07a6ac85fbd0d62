#pragma once
#include "config/problems.h"
#include <optional>
#include <string_view>

namespace fohd::config {

/// What makes the bytes no text for us: bytes that are not UTF-8 (overlong forms and surrogates included), NUL and
/// other control characters but tab and line ends. Nothing: they are fine.
std::optional<Error> find_bad_character(std::string_view text);

/// The text with U+FFFD in the place of each byte that is not UTF-8.
std::string as_utf8(std::string_view text);
} // namespace fohd::config
