#include "control/osc/peer.h"

namespace fohd::control {

namespace ip = boost::asio::ip;

ip::address plain(const ip::address& address)
{
    if (address.is_v6() && address.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    return address;
}

std::string to_string(const Peer& peer)
{
    const auto address = peer.address.to_string();
    return (peer.address.is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(peer.port) +
           (peer.transport == Transport::udp ? " (udp)" : " (tcp)");
}

} // namespace fohd::control
