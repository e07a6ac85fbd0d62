#include "control/osc/allow_list.h"

#include "control/osc/peer.h"

#include <algorithm>
#include <charconv>

namespace fohd::control {
namespace {

namespace ip = boost::asio::ip;

std::vector<unsigned char> bytes_of(const ip::address& address)
{
    const auto copy = [](const auto& bytes) { return std::vector<unsigned char>(bytes.begin(), bytes.end()); };
    return address.is_v4() ? copy(address.to_v4().to_bytes()) : copy(address.to_v6().to_bytes());
}

bool same_prefix(const ip::address& a, const ip::address& b, unsigned bits)
{
    if (a.is_v4() != b.is_v4()) return false;
    const auto left = bytes_of(a), right = bytes_of(b);
    const auto whole = static_cast<std::ptrdiff_t>(bits / 8);
    if (!std::equal(left.begin(), left.begin() + whole, right.begin())) return false;
    const auto at = static_cast<std::size_t>(whole);
    return bits % 8 == 0 || (left[at] ^ right[at]) >> (8 - bits % 8) == 0;
}

} // namespace

std::optional<AllowList> AllowList::parse(std::span<const std::string> networks, std::string& error)
{
    AllowList list;
    for (const auto& text : networks) {
        const auto slash = std::min(text.find('/'), text.size());
        boost::system::error_code failure;
        const auto address = plain(ip::make_address(text.substr(0, slash), failure));
        const unsigned most = address.is_v4() ? 32 : 128;
        unsigned bits = most;
        bool sound = !failure;
        if (slash < text.size()) {
            const auto* end = text.data() + text.size();
            const auto [stop, code] = std::from_chars(text.data() + slash + 1, end, bits);
            sound = sound && code == std::errc{} && stop == end && bits <= most;
        }
        if (!sound) {
            error = "'" + text + "' is not a network: write an address as 192.168.1.20, or a network as 192.168.1.0/24";
            return std::nullopt;
        }
        list.networks_.push_back({address, bits});
    }
    return list;
}

bool AllowList::contains(const ip::address& address) const
{
    if (networks_.empty()) return true;
    const auto asked = plain(address);
    return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
        return same_prefix(network.address, asked, network.prefix_bits);
    });
}

} // namespace fohd::control
