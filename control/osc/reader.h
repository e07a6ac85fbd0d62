#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace fohd::control {

/// Walks the bytes of a packet in OSC's own units; nothing is ever read beyond their end. Every function answers
/// nothing, and the walk is over, where the bytes do not hold what was asked for.
class Reader {
public:
    explicit Reader(std::span<const std::byte> bytes) : rest_(bytes) {}

    bool done() const { return rest_.empty(); }
    char peek() const { return rest_.empty() ? '\0' : static_cast<char>(rest_[0]); }

    std::optional<std::span<const std::byte>> bytes(std::size_t count)
    {
        if (count > rest_.size()) return std::nullopt;
        const auto taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }

    std::optional<std::uint32_t> word()
    {
        const auto four = bytes(4);
        if (!four) return std::nullopt;
        std::uint32_t value = 0;
        for (const auto byte : *four) value = value << 8 | std::to_integer<std::uint32_t>(byte);
        return value;
    }

    std::optional<std::uint64_t> double_word()
    {
        const auto high = word(), low = word();
        if (!high || !low) return std::nullopt;
        return std::uint64_t{*high} << 32 | *low;
    }

    /// Characters up to a NUL, then NULs up to a multiple of four.
    std::optional<std::string_view> string()
    {
        const std::string_view all{reinterpret_cast<const char*>(rest_.data()), rest_.size()};
        const auto end = all.find('\0');
        if (end == std::string_view::npos || !padded(end, end / 4 * 4 + 4)) return std::nullopt;
        return all.substr(0, end);
    }

    /// A size, as many bytes, then zeros up to a multiple of four.
    std::optional<std::span<const std::byte>> blob()
    {
        const auto size = word();
        if (!size || *size > rest_.size()) return std::nullopt;
        const auto content = rest_.first(*size);
        if (!padded(*size, (std::size_t{*size} + 3) / 4 * 4)) return std::nullopt;
        return content;
    }

private:
    /// Takes bytes up to `stop`, if those from `end` on are there and zero.
    bool padded(std::size_t end, std::size_t stop)
    {
        if (stop > rest_.size()) return false;
        for (std::size_t i = end; i < stop; ++i)
            if (rest_[i] != std::byte{0}) return false;
        rest_ = rest_.subspan(stop);
        return true;
    }

    std::span<const std::byte> rest_;
};

} // namespace fohd::control
