#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <string>

namespace fohd::control {

enum class Transport : std::uint8_t { udp, tcp };

/// A client: where its messages come from. An IPv4 address is never written as its IPv6 twin.
struct Peer {
    Transport transport = Transport::udp;
    boost::asio::ip::address address;
    std::uint16_t port = 0;

    auto operator<=>(const Peer& other) const
    {
        if (address != other.address)
            return address < other.address ? std::strong_ordering::less : std::strong_ordering::greater;
        if (port != other.port) return port <=> other.port;
        return transport <=> other.transport;
    }
    bool operator==(const Peer& other) const = default;
};

/// An IPv4 address that came in an IPv6 one, as itself.
boost::asio::ip::address plain(const boost::asio::ip::address& address);

/// "192.168.1.20:9001 (udp)".
std::string to_string(const Peer& peer);

} // namespace fohd::control
