#pragma once

#include "control/osc/framing.h"
#include "control/osc/peer.h"

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <memory>

namespace fohd::control {

/// One TCP client. Packets come as they are complete; what is sent is queued, and a client that does not read is
/// dropped when its queue is full. Control thread.
class TcpConnection : public std::enable_shared_from_this<TcpConnection> {
public:
    using Clock = std::chrono::steady_clock;

    /// Bytes that may wait for a client to read them.
    static constexpr std::size_t max_queue_bytes = 1 << 20;

    /// Who gets the packets.
    class Owner {
    public:
        virtual void tcp_packet(const Peer& from, std::span<const std::byte> packet) = 0;
        /// Everything that had come was handed over. Answers how long to wait before more is read.
        virtual Clock::duration tcp_drained(const Peer& from) = 0;
        /// The last call for this client. Never from within send().
        virtual void tcp_closed(const Peer& from) = 0;

    protected:
        ~Owner() = default;
    };

    TcpConnection(boost::asio::ip::tcp::socket socket, const Peer& peer, Owner& owner);

    void start() { read(); }
    void send(std::span<const std::byte> packet);
    /// Ends it from our side; the owner hears of it later.
    void close();

    std::size_t queued_bytes() const { return queued_bytes_; }
    Clock::time_point last_heard() const { return last_heard_; }
    const Peer& peer() const { return peer_; }

private:
    void read();
    void received(std::size_t size);
    void write();

    boost::asio::ip::tcp::socket socket_;
    boost::asio::steady_timer pause_;
    Peer peer_;
    Owner& owner_;
    Deframer deframer_;
    std::array<std::byte, 16384> input_;
    std::deque<std::vector<std::byte>> queue_;
    std::size_t queued_bytes_ = 0;
    Clock::time_point last_heard_ = Clock::now();
    bool closing_ = false;
};

} // namespace fohd::control
