#pragma once
#include "control/osc/udp_socket.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>

namespace fohd::control {

/// Both sides of one port, UDP and TCP, of one address. Control thread; held by a shared pointer.
class Listener : public std::enable_shared_from_this<Listener> {
public:
    /// Who hears of what comes.
    class Owner {
    public:
        virtual void udp_packet(const UdpSocket::Endpoint& from, std::span<const std::byte> packet) = 0;
        virtual void udp_drained() = 0;
        virtual void accepted(boost::asio::ip::tcp::socket socket) = 0;

    protected:
        ~Owner() = default;
    };

    /// Takes the port; 0 takes any that is free in both. Throws boost::system::system_error.
    Listener(boost::asio::io_context& context, const boost::asio::ip::address& address, std::uint16_t port);

    void start(Owner& owner);
    /// Gives the port back; the owner hears no more.
    void close();
    void send(const UdpSocket::Endpoint& to, std::span<const std::byte> packet) { udp_->send(to, packet); }

    const boost::asio::ip::address& address() const { return address_; }
    std::uint16_t port() const { return port_; }

private:
    void accept();

    boost::asio::ip::address address_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::shared_ptr<UdpSocket> udp_;
    boost::asio::steady_timer retry_;
    std::uint16_t port_ = 0;
    Owner* owner_ = nullptr; ///< None before start() and after close().
};

} // namespace fohd::control
