#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace fohd::control {

/// NTP time as bundles carry it: seconds since 1900 in the upper 32 bits, fractions in the lower. 1 means "now".
struct TimeTag {
    std::uint64_t ntp = 1;
    bool operator==(const TimeTag&) const = default;
};

struct Nil {
    bool operator==(const Nil&) const = default;
};

/// OSC 1.1's impulse, the "infinitum" of 1.0: a press without a value.
struct Impulse {
    bool operator==(const Impulse&) const = default;
};

/// A character, colour or MIDI argument (tags c, r, m): legal in a packet, a value for nothing here.
struct Opaque {
    char tag;
    std::array<std::byte, 4> bytes;
    bool operator==(const Opaque&) const = default;
};

using Blob = std::vector<std::byte>;

/// Floats and doubles are finite: decode() refuses all others. The tags s and S are both strings.
using Argument =
    std::variant<std::int32_t, std::int64_t, float, double, std::string, bool, Nil, Impulse, Blob, TimeTag, Opaque>;

/// One OSC message. Brackets around arguments (arrays) are checked and then dropped: the arguments stand in a row.
struct Message {
    std::string address;
    std::vector<Argument> arguments;
    bool operator==(const Message&) const = default;
};

} // namespace fohd::control
