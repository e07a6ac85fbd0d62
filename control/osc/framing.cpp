#include "control/osc/framing.h"

#include "control/osc/packet.h"

#include <algorithm>

namespace fohd::control {
namespace {

constexpr std::byte slip_end{0xc0}, slip_escape{0xdb}, slip_escaped_end{0xdc}, slip_escaped_escape{0xdd};
constexpr std::size_t length_bytes = 4;

Framing framing_of(std::byte first)
{
    if (first == std::byte{0}) return Framing::length;
    if (first == slip_end || first == std::byte{'/'} || first == std::byte{'#'}) return Framing::slip;
    return Framing::unknown;
}

} // namespace

bool Deframer::feed(std::span<const std::byte> received, const Take& take)
{
    if (received.empty()) return true;
    if (framing_ == Framing::unknown) framing_ = framing_of(received.front());
    switch (framing_) {
    case Framing::length: return feed_length(received, take);
    case Framing::slip: return feed_slip(received, take);
    case Framing::unknown: break;
    }
    return false;
}

bool Deframer::feed_length(std::span<const std::byte> received, const Take& take)
{
    partial_.insert(partial_.end(), received.begin(), received.end());
    std::span<const std::byte> rest = partial_;
    while (rest.size() >= length_bytes) {
        std::size_t size = 0;
        for (const auto byte : rest.first(length_bytes)) size = size << 8 | std::to_integer<std::size_t>(byte);
        if (size > max_packet_bytes) return false;
        if (rest.size() - length_bytes < size) break;
        take(rest.subspan(length_bytes, size));
        rest = rest.subspan(length_bytes + size);
    }
    partial_.erase(partial_.begin(), partial_.end() - static_cast<std::ptrdiff_t>(rest.size()));
    return true;
}

bool Deframer::feed_slip(std::span<const std::byte> received, const Take& take)
{
    for (auto byte : received) {
        if (escaped_) {
            if (byte != slip_escaped_end && byte != slip_escaped_escape) return false;
            byte = byte == slip_escaped_end ? slip_end : slip_escape;
            escaped_ = false;
        } else if (byte == slip_escape) {
            escaped_ = true;
            continue;
        } else if (byte == slip_end) {
            if (!partial_.empty()) take(partial_);
            partial_.clear();
            continue;
        }
        if (partial_.size() == max_packet_bytes) return false;
        partial_.push_back(byte);
    }
    return true;
}

std::vector<std::byte> frame(std::span<const std::byte> packet, Framing framing)
{
    std::vector<std::byte> framed;
    framed.reserve(packet.size() + 8);
    if (framing != Framing::slip) {
        for (const int shift : {24, 16, 8, 0}) framed.push_back(static_cast<std::byte>(packet.size() >> shift & 0xff));
        framed.insert(framed.end(), packet.begin(), packet.end());
        return framed;
    }
    framed.push_back(slip_end);
    for (const auto byte : packet) {
        if (byte == slip_end || byte == slip_escape) framed.push_back(slip_escape);
        framed.push_back(byte == slip_end ? slip_escaped_end : byte == slip_escape ? slip_escaped_escape : byte);
    }
    framed.push_back(slip_end);
    return framed;
}

} // namespace fohd::control
