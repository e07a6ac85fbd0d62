#pragma once

#include "control/osc/message.h"

#include <span>
#include <string_view>

namespace fohd::control {

/// Largest packet in either direction, in bytes, by every transport.
inline constexpr std::size_t max_packet_bytes = 65536;
/// Deepest bundle in a bundle; the outermost counts as 1.
inline constexpr int max_bundle_depth = 8;
/// Longest address, in characters.
inline constexpr std::size_t max_address_length = 255;
/// Most arguments of one message.
inline constexpr std::size_t max_arguments = 1024;

/// What cannot be obeyed, and why in one sentence. The address is empty where none could be read.
struct Refused {
    std::string address;
    std::string text;
};

struct Element;

struct Bundle {
    TimeTag time;
    std::vector<Element> elements;
};

/// A packet, and whatever stands in a bundle.
struct Element {
    std::variant<Message, Refused, Bundle> content;
};

/// Reads a packet of OSC 1.0 or 1.1, strictly: every size, padding and type tag is checked before it is used. A bad
/// message in a sound bundle is refused alone; a bundle whose sizes do not add up is refused whole. Any thread.
Element decode(std::span<const std::byte> packet);

/// The packet of one message. Strings end at their first NUL; blobs and opaque arguments, which fohd never sends, are
/// left out. Any thread.
std::vector<std::byte> encode(const Message& message);

/// Collects messages in one bundle (time tag "now") that never grows over a given size.
class BundleWriter {
public:
    /// capacity: bytes of the finished packet; at least 16.
    explicit BundleWriter(std::size_t capacity);

    /// Adds an encoded message. False, and nothing is added, where it does not fit beside what is there.
    bool add(std::span<const std::byte> message);
    bool empty() const;
    /// The finished packet; the writer is empty again.
    std::vector<std::byte> take();

private:
    std::size_t capacity_;
    std::vector<std::byte> bytes_;
};

} // namespace fohd::control
