#include "control/osc/listener.h"

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
} // namespace

/// Where any port will do, one that is free for TCP alone is given back and another tried.
Listener::Listener(asio::io_context& context, const ip::address& address, std::uint16_t port)
    : address_(address), acceptor_(context), retry_(context)
{
    for (int tries = port == 0 ? 20 : 1; !udp_; --tries) {
        listen(acceptor_, {address, port});
        port_ = acceptor_.local_endpoint().port();
        try {
            udp_ = std::make_shared<UdpSocket>(context, UdpSocket::Endpoint(address, port_));
        } catch (const boost::system::system_error&) {
            acceptor_.close();
            if (tries <= 1) throw;
        }
    }
}

void Listener::start(Owner& owner)
{
    owner_ = &owner;
    udp_->start([&owner](const auto& from, auto packet) { owner.udp_packet(from, packet); },
                [&owner] { owner.udp_drained(); });
    accept();
}

void Listener::close()
{
    owner_ = nullptr;
    error_code ignored;
    acceptor_.close(ignored);
    retry_.cancel();
    udp_->close();
}

void Listener::accept()
{
    // A handler may be due already when this is closed, or its owner gone.
    acceptor_.async_accept([weak = weak_from_this()](error_code failure, ip::tcp::socket socket) {
        const auto self = weak.lock();
        if (!self || !self->owner_ || failure == asio::error::operation_aborted) return;
        if (!failure) {
            self->owner_->accepted(std::move(socket));
            return self->accept();
        }
        // Out of descriptors or the like: it passes, and asking at once again would only burn the processor.
        self->retry_.expires_after(std::chrono::milliseconds(100));
        self->retry_.async_wait([weak](error_code stopped) {
            if (const auto still = weak.lock(); still && still->owner_ && !stopped) still->accept();
        });
    });
}

} // namespace fohd::control
