#pragma once

#include "control/osc/packet.h"

#include <span>
#include <string>
#include <string_view>

namespace fohd::control::test {

/// The bytes of a string literal, NULs included, without the last one.
inline std::span<const std::byte> bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

inline std::string_view text(std::span<const std::byte> bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A bundle element: its size, then itself.
inline std::string sized(std::string_view element)
{
    std::string out;
    for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<char>(element.size() >> shift & 0xff));
    return out.append(element);
}

inline std::string sized(std::span<const std::byte> element) { return sized(text(element)); }

/// What every bundle here begins with: the mark and the time tag "now".
inline const std::string bundle_now{"#bundle\0\0\0\0\0\0\0\0\1", 16};

} // namespace fohd::control::test
