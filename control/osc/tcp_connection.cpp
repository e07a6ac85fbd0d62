#include "control/osc/tcp_connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

namespace fohd::control {

using boost::system::error_code;

TcpConnection::TcpConnection(boost::asio::ip::tcp::socket socket, const Peer& peer, Owner& owner)
    : socket_(std::move(socket)), pause_(socket_.get_executor()), peer_(peer), owner_(owner)
{
    error_code ignored;
    socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
    socket_.set_option(boost::asio::socket_base::keep_alive(true), ignored);
}

void TcpConnection::read()
{
    socket_.async_read_some(boost::asio::buffer(input_),
                            [self = shared_from_this()](error_code failure, std::size_t size) {
                                if (failure) return self->close();
                                self->received(size);
                            });
}

void TcpConnection::received(std::size_t size)
{
    if (closing_) return;
    last_heard_ = Clock::now();
    const bool sound = deframer_.feed(std::span(input_).first(size), [this](std::span<const std::byte> packet) {
        if (!closing_) owner_.tcp_packet(peer_, packet);
    });
    if (closing_) return;
    const auto pause = owner_.tcp_drained(peer_);
    if (!sound) return close();
    if (pause <= Clock::duration::zero()) return read();
    pause_.expires_after(pause);
    pause_.async_wait([self = shared_from_this()](error_code failure) {
        if (!failure && !self->closing_) self->read();
    });
}

void TcpConnection::send(std::span<const std::byte> packet)
{
    if (closing_) return;
    auto framed = frame(packet, deframer_.framing());
    queued_bytes_ += framed.size();
    if (queued_bytes_ > max_queue_bytes) return close();
    queue_.push_back(std::move(framed));
    if (queue_.size() == 1) write();
}

void TcpConnection::write()
{
    boost::asio::async_write(socket_, boost::asio::buffer(queue_.front()),
                             [self = shared_from_this()](error_code failure, std::size_t size) {
                                 if (failure || self->closing_) return self->close();
                                 self->queued_bytes_ -= size;
                                 self->queue_.pop_front();
                                 if (!self->queue_.empty()) self->write();
                             });
}

void TcpConnection::close()
{
    if (std::exchange(closing_, true)) return;
    error_code ignored;
    socket_.close(ignored);
    pause_.cancel();
    boost::asio::post(socket_.get_executor(), [self = shared_from_this()] { self->owner_.tcp_closed(self->peer_); });
}

} // namespace fohd::control
