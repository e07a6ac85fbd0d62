#pragma once

#include <array>
#include <boost/asio/ip/udp.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace fohd::control {

/// The UDP side: hands over everything that has come, then says so. Control thread; held by a shared pointer.
class UdpSocket : public std::enable_shared_from_this<UdpSocket> {
public:
    using Endpoint = boost::asio::ip::udp::endpoint;
    using Take = std::function<void(const Endpoint& from, std::span<const std::byte> packet)>;

    /// Bytes that wait where the system takes no more for the moment; beyond them packets are dropped, as UDP may.
    static constexpr std::size_t max_queue_bytes = 1 << 20;

    /// Binds; an IPv6 address takes IPv4 too where it can. Throws boost::system::system_error.
    UdpSocket(boost::asio::io_context& context, const Endpoint& bind);

    /// From now on packets come. At most 256 are taken before `drained`, so that nobody else waits for a flood.
    void start(Take take, std::function<void()> drained);
    /// No packets any more, in either direction.
    void close();
    void send(const Endpoint& to, std::span<const std::byte> packet);
    Endpoint local() const { return socket_.local_endpoint(); }

private:
    struct Waiting {
        Endpoint to;
        std::vector<std::byte> packet;
    };
    void wait();
    void read_all();
    /// False where the system takes no more for the moment.
    bool send_now(const Endpoint& to, std::span<const std::byte> packet);
    void flush();

    boost::asio::ip::udp::socket socket_;
    Take take_;
    std::function<void()> drained_;
    std::array<std::byte, 65536> input_;
    std::deque<Waiting> queue_;
    std::size_t queued_bytes_ = 0;
};

} // namespace fohd::control
