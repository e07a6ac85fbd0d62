#include "control/osc/packet.h"

#include "control/osc/arguments.h"

#include <algorithm>
#include <utility>

namespace fohd::control {
namespace {

constexpr std::string_view bundle_mark = "#bundle";

Element refuse(std::string_view address, std::string text) { return {Refused{std::string(address), std::move(text)}}; }

bool printable(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~' && c != '#'; });
}

Element read_message(Reader reader)
{
    const auto address = reader.string();
    if (!address) return refuse("", "the address is not a terminated string padded to four bytes");
    if (address->empty() || address->front() != '/') return refuse("", "an address begins with /");
    if (address->size() > max_address_length)
        return refuse("", "an address has at most " + std::to_string(max_address_length) + " characters");
    if (!printable(*address)) return refuse("", "an address is printable ASCII without spaces and #");
    Message message{std::string(*address), {}};
    if (reader.done()) return {std::move(message)};
    if (reader.peek() != ',') return refuse(*address, "arguments need a type tag string that begins with a comma");
    const auto tags = reader.string();
    if (!tags) return refuse(*address, "the type tags are not a terminated string padded to four bytes");
    if (tags->size() - 1 > max_arguments)
        return refuse(*address, "a message has at most " + std::to_string(max_arguments) + " arguments");
    if (auto text = read_arguments(tags->substr(1), reader, message.arguments); !text.empty())
        return refuse(*address, std::move(text));
    return {std::move(message)};
}

Element read_element(std::span<const std::byte> bytes, int depth);

Element read_bundle(Reader reader, int depth)
{
    if (depth > max_bundle_depth)
        return refuse("", "bundles are nested deeper than " + std::to_string(max_bundle_depth));
    reader.string();
    const auto time = reader.double_word();
    if (!time) return refuse("", "a bundle needs a time tag of eight bytes");
    Bundle bundle{TimeTag{*time}, {}};
    while (!reader.done()) {
        const auto size = reader.word();
        const auto bytes = size ? reader.bytes(*size) : std::nullopt;
        if (!bytes) return refuse("", "an element of a bundle is larger than the bundle");
        bundle.elements.push_back(read_element(*bytes, depth));
    }
    return {std::move(bundle)};
}

Element read_element(std::span<const std::byte> bytes, int depth)
{
    if (bytes.empty() || bytes.size() % 4 != 0) return refuse("", "a packet is a positive multiple of four bytes long");
    if (Reader(bytes).string() == bundle_mark) return read_bundle(Reader(bytes), depth + 1);
    return read_message(Reader(bytes));
}

void append_word(std::vector<std::byte>& bytes, std::size_t word)
{
    for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<std::byte>(word >> shift & 0xff));
}

constexpr std::size_t bundle_header_bytes = 16;

} // namespace

Element decode(std::span<const std::byte> packet)
{
    if (packet.size() > max_packet_bytes)
        return refuse("", "a packet has at most " + std::to_string(max_packet_bytes) + " bytes");
    return read_element(packet, 0);
}

BundleWriter::BundleWriter(std::size_t capacity) : capacity_(capacity) {}

bool BundleWriter::add(std::span<const std::byte> message)
{
    const auto before = std::max(bytes_.size(), bundle_header_bytes);
    if (before + 4 + message.size() > capacity_) return false;
    if (bytes_.empty()) {
        for (const char c : bundle_mark) bytes_.push_back(static_cast<std::byte>(c));
        bytes_.push_back(std::byte{0});
        append_word(bytes_, 0);
        append_word(bytes_, 1);
    }
    append_word(bytes_, message.size());
    bytes_.insert(bytes_.end(), message.begin(), message.end());
    return true;
}

bool BundleWriter::empty() const { return bytes_.empty(); }

std::vector<std::byte> BundleWriter::take() { return std::exchange(bytes_, {}); }

} // namespace fohd::control
