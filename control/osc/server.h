#pragma once

#include "control/osc/allow_list.h"
#include "control/osc/limits.h"
#include "control/osc/listener.h"
#include "control/osc/tcp_connection.h"

#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

namespace fohd::control {

struct ServerOptions {
    std::string bind = "127.0.0.1"; ///< An IPv4 or IPv6 address; "::" takes both.
    std::uint16_t port = 9000;      ///< UDP and TCP; 0 takes any that is free in both.
    std::vector<std::string> allow; ///< Networks that may speak; none: everybody who reaches us.
};

/// Why the server cannot start: one sentence with what to do.
struct ServerError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Who is given what comes in. Control thread.
class PacketHandler {
public:
    /// Answers how many messages' worth of work it was.
    virtual int received(const Peer& from, std::span<const std::byte> packet) = 0;
    /// A socket is empty for the moment.
    virtual void drained() = 0;
    /// A TCP client is gone.
    virtual void closed(const Peer& peer) = 0;

protected:
    ~PacketHandler() = default;
};

/// OSC packets by UDP and by TCP on one port, from and to whoever is allowed. Control thread; the io_context must not
/// be run any more once the server is gone.
class Server : private Listener::Owner, private TcpConnection::Owner {
public:
    static constexpr std::size_t max_connections = 32;
    /// At the cap, a connection that was silent for so long gives way to a new one.
    static constexpr std::chrono::seconds idle_time{60};

    /// Listens from here on. Throws ServerError.
    Server(boost::asio::io_context& context, const ServerOptions& options, PacketHandler& handler);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Listens elsewhere too, or allows others, in two steps, so that what is said before the second comes from where it is
    /// expected. Throws ServerError, and then all is as it was. Connections stay. Where both places are of one port the first is
    /// left before the second is taken.
    void move(const ServerOptions& options);
    /// The second step: from now on there alone. Who is not allowed any more is disconnected.
    void settle();
    /// Instead of the second step: all is as it was.
    void stay();

    std::uint16_t port() const { return now_->port(); }
    std::size_t connections() const { return connections_.size(); }
    /// Packets dropped because their address spoke too much.
    std::uint64_t dropped() const { return dropped_; }

    /// For whom a subscription or a dump is due: always sent. A TCP client that is gone is ignored.
    void send(const Peer& to, std::span<const std::byte> packet);
    /// What nobody subscribed to: only in proportion to what was asked.
    void answer(const Peer& to, std::span<const std::byte> packet);
    /// Bytes that a TCP client has not taken yet.
    std::size_t queued_bytes(const Peer& to) const;

private:
    using Place = std::pair<boost::asio::ip::address, std::uint16_t>;
    std::shared_ptr<Listener> open(const Place& place);
    void accepted(boost::asio::ip::tcp::socket socket) override;
    bool make_room();
    void udp_packet(const UdpSocket::Endpoint& from, std::span<const std::byte> packet) override;
    void udp_drained() override { handler_.drained(); }
    void tcp_packet(const Peer& from, std::span<const std::byte> packet) override;
    Limits::Clock::duration tcp_drained(const Peer& from) override;
    void tcp_closed(const Peer& from) override;

    boost::asio::io_context& context_;
    PacketHandler& handler_;
    AllowList allow_;
    Limits limits_;
    std::shared_ptr<Listener> now_;
    struct Next {
        AllowList allow;
        std::shared_ptr<Listener> listener; ///< May be the one of now.
        std::optional<Place> left;          ///< Where it was, if that was left already.
    };
    std::optional<Next> next_; ///< Between move() and settle().
    std::map<Peer, std::shared_ptr<TcpConnection>> connections_;
    std::uint64_t dropped_ = 0;
};

} // namespace fohd::control
