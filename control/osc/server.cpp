#include "control/osc/server.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/v6_only.hpp>

namespace fohd::control {

namespace asio = boost::asio;
namespace ip = boost::asio::ip;
using boost::system::error_code;

namespace {

void listen(ip::tcp::acceptor& acceptor, const ip::tcp::endpoint& bind)
{
    error_code ignored;
    acceptor.open(bind.protocol());
    acceptor.set_option(asio::socket_base::reuse_address(true));
    if (bind.address().is_v6()) acceptor.set_option(ip::v6_only(false), ignored);
    acceptor.bind(bind);
    acceptor.listen();
}

/// Takes both sides of one port. Where any will do, a port that is free for TCP alone is given back and another tried.
std::uint16_t take_port(asio::io_context& context, const ip::address& address, std::uint16_t port,
                        ip::tcp::acceptor& acceptor, std::optional<UdpSocket>& udp)
{
    for (int tries = port == 0 ? 20 : 1;; --tries) {
        listen(acceptor, {address, port});
        const auto taken = acceptor.local_endpoint().port();
        try {
            udp.emplace(context, UdpSocket::Endpoint(address, taken));
            return taken;
        } catch (const boost::system::system_error&) {
            acceptor.close();
            if (tries <= 1) throw;
        }
    }
}

} // namespace

Server::Server(asio::io_context& context, const ServerOptions& options, PacketHandler& handler)
    : handler_(handler), acceptor_(context), retry_(context)
{
    std::string error;
    const auto allow = AllowList::parse(options.allow, error);
    if (!allow) throw ServerError("control.osc.allow: " + error);
    allow_ = *allow;
    error_code failure;
    const auto address = ip::make_address(options.bind, failure);
    if (failure)
        throw ServerError("control.osc.bind: '" + options.bind +
                          "' is not an address of this computer: write 127.0.0.1, 0.0.0.0 or one of its own");
    v6_ = address.is_v6();
    try {
        port_ = take_port(context, address, options.port, acceptor_, udp_);
    } catch (const boost::system::system_error& refused) {
        const auto place = to_string(Peer{Transport::udp, address, options.port});
        throw ServerError("cannot listen for OSC on " + place.substr(0, place.find(' ')) + ": " +
                          refused.code().message() +
                          "; stop the program that has the port, or set another control.osc.port or bind");
    }
    udp_->start([this](const auto& from, auto packet) { udp_packet(from, packet); }, [this] { handler_.drained(); });
    accept();
}

void Server::udp_packet(const UdpSocket::Endpoint& from, std::span<const std::byte> packet)
{
    const Peer peer{Transport::udp, plain(from.address()), from.port()};
    if (!allow_.contains(peer.address)) return;
    const auto now = Limits::Clock::now();
    if (!limits_.received(peer, packet.size(), now)) {
        ++dropped_;
        return;
    }
    limits_.spent(peer, handler_.received(peer, packet), now);
}

void Server::tcp_packet(const Peer& from, std::span<const std::byte> packet)
{
    limits_.spent(from, handler_.received(from, packet), Limits::Clock::now());
}

Limits::Clock::duration Server::tcp_drained(const Peer& from)
{
    handler_.drained();
    return limits_.debt(from, Limits::Clock::now());
}

void Server::tcp_closed(const Peer& from)
{
    connections_.erase(from);
    handler_.closed(from);
}

void Server::accept()
{
    acceptor_.async_accept([this](error_code failure, ip::tcp::socket socket) {
        if (failure == asio::error::operation_aborted) return;
        if (!failure) {
            accepted(std::move(socket));
            return accept();
        }
        // Out of descriptors or the like: it passes, and asking at once again would only burn the processor.
        retry_.expires_after(std::chrono::milliseconds(100));
        retry_.async_wait([this](error_code stopped) {
            if (!stopped) accept();
        });
    });
}

void Server::accepted(ip::tcp::socket socket)
{
    error_code failure;
    const auto remote = socket.remote_endpoint(failure);
    if (failure) return;
    const Peer peer{Transport::tcp, plain(remote.address()), remote.port()};
    if (!allow_.contains(peer.address) || connections_.contains(peer) || !make_room()) return;
    TcpConnection::Owner& owner = *this;
    const auto connection = std::make_shared<TcpConnection>(std::move(socket), peer, owner);
    connections_.emplace(peer, connection);
    connection->start();
}

bool Server::make_room()
{
    if (connections_.size() < max_connections) return true;
    const auto idlest = std::min_element(connections_.begin(), connections_.end(), [](const auto& a, const auto& b) {
        return a.second->last_heard() < b.second->last_heard();
    });
    if (TcpConnection::Clock::now() - idlest->second->last_heard() < idle_time) return false;
    idlest->second->close();
    return true;
}

void Server::send(const Peer& to, std::span<const std::byte> packet)
{
    if (to.transport == Transport::udp) {
        auto address = to.address;
        if (v6_ && address.is_v4()) address = ip::make_address_v6(ip::v4_mapped, address.to_v4());
        udp_->send({address, to.port}, packet);
    } else if (const auto found = connections_.find(to); found != connections_.end()) {
        found->second->send(packet);
    }
}

void Server::answer(const Peer& to, std::span<const std::byte> packet)
{
    // Whoever shakes hands has shown that the address is its own.
    if (to.transport == Transport::tcp || limits_.may_answer(to, packet.size(), Limits::Clock::now())) send(to, packet);
}

std::size_t Server::queued_bytes(const Peer& to) const
{
    const auto found = connections_.find(to);
    return found == connections_.end() ? 0 : found->second->queued_bytes();
}

} // namespace fohd::control
