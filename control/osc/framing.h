#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace fohd::control {

/// How packets follow each other in a stream: with a size of four bytes before each (OSC 1.0), or between SLIP's END
/// bytes (OSC 1.1, RFC 1055).
enum class Framing : std::uint8_t { unknown, length, slip };

/// Takes packets out of a TCP stream. The first byte tells the framing: a size up to 64 KiB begins with a zero, SLIP
/// with an END, or (from clients that send one at the end alone) with the first byte of a packet.
class Deframer {
public:
    /// Gives every packet that is complete to `take`. False where the stream makes no sense any more (a size over 64
    /// KiB, a broken escape, no known framing): close it.
    bool feed(std::span<const std::byte> received, const std::function<void(std::span<const std::byte>)>& take);
    Framing framing() const { return framing_; }

private:
    using Take = std::function<void(std::span<const std::byte>)>;
    bool feed_length(std::span<const std::byte> received, const Take& take);
    bool feed_slip(std::span<const std::byte> received, const Take& take);

    Framing framing_ = Framing::unknown;
    std::vector<std::byte> partial_;
    bool escaped_ = false;
};

/// A packet as it goes on the stream; an unknown framing counts as length.
std::vector<std::byte> frame(std::span<const std::byte> packet, Framing framing);

} // namespace fohd::control
