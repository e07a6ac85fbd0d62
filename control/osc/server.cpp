#include "control/osc/server.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>

namespace fohd::control {

namespace asio = boost::asio;
namespace ip = boost::asio::ip;
using boost::system::error_code;

namespace {

AllowList allowed(const ServerOptions& options)
{
    std::string error;
    auto allow = AllowList::parse(options.allow, error);
    if (!allow) throw ServerError("control.osc.allow: " + error);
    return *std::move(allow);
}

ip::address address_of(const ServerOptions& options)
{
    error_code failure;
    const auto address = ip::make_address(options.bind, failure);
    if (!failure) return address;
    throw ServerError("control.osc.bind: '" + options.bind +
                      "' is not an address of this computer: write 127.0.0.1, 0.0.0.0 or one of its own");
}
} // namespace

Server::Server(asio::io_context& context, const ServerOptions& options, PacketHandler& handler)
    : context_(context), handler_(handler), allow_(allowed(options)), now_(open({address_of(options), options.port}))
{
    now_->start(*this);
}

Server::~Server()
{
    if (next_) next_->listener->close();
    now_->close();
}

std::shared_ptr<Listener> Server::open(const Place& place)
{
    const auto& [address, port] = place;
    try {
        return std::make_shared<Listener>(context_, address, port);
    } catch (const boost::system::system_error& refused) {
        const auto name = to_string(Peer{Transport::udp, address, port});
        throw ServerError("cannot listen for OSC on " + name.substr(0, name.find(' ')) + ": " +
                          refused.code().message() +
                          "; stop the program that has the port, or set another control.osc.port or bind");
    }
}

void Server::move(const ServerOptions& options)
{
    stay();
    const Place there{address_of(options), options.port}, here{now_->address(), now_->port()};
    Next next{allowed(options), now_, {}};
    if (there.second == here.second && there.first != here.first) {
        now_->close();
        try {
            next.listener = open(there);
            next.left = here;
        } catch (const ServerError&) {
            now_ = open(here);
            now_->start(*this);
            throw;
        }
        now_ = next.listener;
        now_->start(*this);
    } else if (there != here) {
        next.listener = open(there); // What comes there waits: it would be answered from elsewhere.
    }
    next_ = std::move(next);
}

void Server::settle()
{
    if (!next_) return;
    if (now_ != next_->listener) {
        now_->close();
        next_->listener->start(*this);
    }
    now_ = std::move(next_->listener);
    allow_ = std::move(next_->allow);
    next_.reset();
    for (const auto& [peer, connection] : connections_)
        if (!allow_.contains(peer.address)) connection->close();
}

void Server::stay()
{
    if (!next_) return;
    if (next_->left) {
        now_->close();
        now_ = open(*next_->left);
        now_->start(*this);
    } else if (next_->listener != now_) {
        next_->listener->close();
    }
    next_.reset();
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
        if (now_->address().is_v6() && address.is_v4()) address = ip::make_address_v6(ip::v4_mapped, address.to_v4());
        now_->send({address, to.port}, packet);
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
