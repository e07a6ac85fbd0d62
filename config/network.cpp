#include "config/network.h"
#include <arpa/inet.h>
#include <array>
#include <charconv>

namespace fohd::config {
namespace {

/// 32 or 128; 0: not an address.
int address_bits(const std::string& text)
{
    std::array<unsigned char, 16> bytes{};
    if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return 32;
    return inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1 ? 128 : 0;
}

std::optional<int> read_number(std::string_view text, int max)
{
    int number = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 0 || number > max) return std::nullopt;
    return number;
}
} // namespace

bool is_address(const std::string& text) { return address_bits(text) > 0; }

std::optional<std::string> read_network(const std::string& text)
{
    const auto slash = text.find('/');
    const int bits = address_bits(text.substr(0, slash));
    if (bits == 0) return std::nullopt;
    if (slash == std::string::npos) return text + "/" + std::to_string(bits);
    if (!read_number(std::string_view(text).substr(slash + 1), bits)) return std::nullopt;
    return text;
}

std::optional<Control::Target> read_target(const std::string& text)
{
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) return std::nullopt;
    std::string host = text.substr(0, colon);
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    const auto port = read_number(std::string_view(text).substr(colon + 1), 65535);
    if (!port || *port == 0 || address_bits(host) != (bracketed ? 128 : 32)) return std::nullopt;
    return Control::Target{host, *port};
}
} // namespace fohd::config
