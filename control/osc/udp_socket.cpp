#include "control/osc/udp_socket.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/v6_only.hpp>

namespace fohd::control {

using boost::system::error_code;
namespace asio = boost::asio;

UdpSocket::UdpSocket(asio::io_context& context, const Endpoint& bind) : socket_(context, bind.protocol())
{
    error_code ignored;
    if (bind.address().is_v6()) socket_.set_option(asio::ip::v6_only(false), ignored);
    // Room for bursts of a whole surface; the system caps it as it likes.
    socket_.set_option(asio::socket_base::receive_buffer_size(1 << 20), ignored);
    socket_.bind(bind);
    socket_.non_blocking(true);
}

void UdpSocket::start(Take take, std::function<void()> drained)
{
    take_ = std::move(take);
    drained_ = std::move(drained);
    wait();
}

void UdpSocket::close()
{
    error_code ignored;
    socket_.close(ignored);
}

void UdpSocket::wait()
{
    // A handler may be due already when the socket is closed, or gone.
    socket_.async_wait(asio::socket_base::wait_read, [weak = weak_from_this()](error_code failure) {
        const auto self = weak.lock();
        if (!self || failure == asio::error::operation_aborted) return;
        if (self->socket_.is_open()) self->read_all();
        if (self->socket_.is_open()) self->wait();
    });
}

void UdpSocket::read_all()
{
    constexpr int at_once = 256;
    for (int count = 0; count < at_once && socket_.is_open(); ++count) {
        Endpoint from;
        error_code failure;
        const auto size = socket_.receive_from(asio::buffer(input_), from, 0, failure);
        if (failure == asio::error::would_block) break;
        if (!failure) take_(from, std::span(input_).first(size));
    }
    drained_();
}

void UdpSocket::send(const Endpoint& to, std::span<const std::byte> packet)
{
    if (!socket_.is_open()) return;
    if (queue_.empty() && send_now(to, packet)) return;
    if (queued_bytes_ + packet.size() > max_queue_bytes) return;
    queue_.push_back({to, {packet.begin(), packet.end()}});
    queued_bytes_ += packet.size();
    if (queue_.size() == 1) flush();
}

bool UdpSocket::send_now(const Endpoint& to, std::span<const std::byte> packet)
{
    error_code failure;
    socket_.send_to(asio::buffer(packet.data(), packet.size()), to, 0, failure);
    return failure != asio::error::would_block && failure != asio::error::no_buffer_space;
}

void UdpSocket::flush()
{
    socket_.async_wait(asio::socket_base::wait_write, [weak = weak_from_this()](error_code failure) {
        const auto self = weak.lock();
        if (failure || !self || !self->socket_.is_open()) return;
        auto& queue = self->queue_;
        while (!queue.empty() && self->send_now(queue.front().to, queue.front().packet)) {
            self->queued_bytes_ -= queue.front().packet.size();
            queue.pop_front();
        }
        if (!queue.empty()) self->flush();
    });
}

} // namespace fohd::control
