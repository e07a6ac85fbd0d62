#include "control/osc/server.h"

#include "tests/control/clients.h"
#include "tests/control/osc_bytes.h"

#include <catch2/catch.hpp>

using namespace fohd::control;
using namespace fohd::control::test;
using namespace std::string_literals;

namespace {

/// A server that answers every packet with itself.
struct Echo : PacketHandler {
    explicit Echo(ServerOptions options = {"127.0.0.1", 0, {}}) : server(context, options, *this) {}

    int received(const Peer& from, std::span<const std::byte> packet) override
    {
        peers.push_back(from);
        packets.emplace_back(text(packet));
        server.answer(from, packet);
        return 1;
    }
    void drained() override { ++drains; }
    void closed(const Peer& peer) override { gone.push_back(peer); }

    bool until(auto condition) { return run_until(context, condition); }

    boost::asio::io_context context;
    std::vector<Peer> peers, gone;
    std::vector<std::string> packets;
    int drains = 0;
    Server server;
};

std::string start_error(const ServerOptions& options)
{
    try {
        Echo echo(options);
        return {};
    } catch (const ServerError& error) {
        return error.what();
    }
}

} // namespace

TEST_CASE("UDP: a packet comes in and its answer goes to where it came from")
{
    Echo echo;
    UdpClient client(echo.context, echo.server.port()), bystander(echo.context, echo.server.port());
    client.send("/ping");
    REQUIRE(echo.until([&] { return client.messages.size() == 1; }));
    CHECK(client.messages[0] == Message{"/ping", {}});
    CHECK(echo.peers[0] == Peer{Transport::udp, boost::asio::ip::make_address("127.0.0.1"), client.port()});
    CHECK(bystander.messages.empty());
}

TEST_CASE("UDP: everything that has come is taken before the socket counts as drained")
{
    Echo echo;
    UdpClient client(echo.context, echo.server.port());
    for (int i = 0; i < 50; ++i) client.send("/value", {i});
    REQUIRE(echo.until([&] { return echo.packets.size() == 50; }));
    CHECK(echo.drains == 1);
}

TEST_CASE("UDP: IPv6 and IPv4 by one socket")
{
    Echo echo({"::", 0, {"127.0.0.1", "::1"}});
    UdpClient six(echo.context, echo.server.port(), "::1"), four(echo.context, echo.server.port());
    six.send("/six");
    four.send("/four");
    REQUIRE(echo.until([&] { return six.find("/six") && four.find("/four"); }));
    for (const auto& peer : echo.peers) CHECK(peer.address.is_v4() == (peer.port == four.port()));
}

TEST_CASE("TCP: a client is answered in its own framing")
{
    Echo echo;
    const auto framing = GENERATE(Framing::length, Framing::slip);
    TcpClient client(echo.context, echo.server.port(), framing);
    client.read();
    client.send("/one", {"\xc0\xdb"s});
    client.send("/two");
    REQUIRE(echo.until([&] { return client.find("/two"); }));
    CHECK(client.find("/one"));
    CHECK(client.answered_in() == framing);
    CHECK(echo.peers[0] == Peer{Transport::tcp, boost::asio::ip::make_address("127.0.0.1"), client.port()});
}

TEST_CASE("TCP: packets of 64 KiB pass, larger ones end the connection")
{
    Echo echo;
    TcpClient client(echo.context, echo.server.port(), Framing::length);
    client.read();
    const std::string large(max_packet_bytes, '\0');
    REQUIRE(client.send_raw(frame(bytes(large), Framing::length)));
    REQUIRE(echo.until([&] { return client.packets.size() == 1; }));
    CHECK(client.packets[0].size() == max_packet_bytes);
    client.send_raw(bytes("\0\1\0\4"s));
    CHECK(echo.until([&] { return client.closed && echo.gone.size() == 1; }));
    CHECK(echo.server.connections() == 0);
}

TEST_CASE("TCP: who hangs up is told of once")
{
    Echo echo;
    TcpClient client(echo.context, echo.server.port(), Framing::slip);
    client.send("/hello");
    REQUIRE(echo.until([&] { return echo.packets.size() == 1; }));
    const auto port = client.port();
    client.close();
    REQUIRE(echo.until([&] { return echo.gone.size() == 1; }));
    CHECK(echo.gone[0].port == port);
    echo.server.send(echo.gone[0], bytes("/late\0\0\0"s));
}

TEST_CASE("TCP: a client that does not read is dropped and stalls nobody")
{
    Echo echo;
    TcpClient deaf(echo.context, echo.server.port(), Framing::length);
    UdpClient other(echo.context, echo.server.port());
    deaf.send("/hello");
    REQUIRE(echo.until([&] { return echo.packets.size() == 1; }));
    const auto peer = echo.peers[0];
    const std::string large(60000, '\0');
    // The system's own buffers hold some megabytes before ours begins to fill.
    for (int i = 0; i < 1000 && echo.gone.empty(); ++i) {
        echo.server.send(peer, bytes(large));
        CHECK(echo.server.queued_bytes(peer) <= TcpConnection::max_queue_bytes + 60004);
        echo.context.restart();
        echo.context.poll();
    }
    CHECK(echo.gone.size() == 1);
    other.send("/ping");
    CHECK(echo.until([&] { return other.find("/ping"); }));
}

TEST_CASE("TCP: no more connections than the cap, and a place is free again when one ends")
{
    Echo echo;
    std::vector<std::unique_ptr<TcpClient>> clients;
    const auto connect = [&] {
        clients.push_back(std::make_unique<TcpClient>(echo.context, echo.server.port(), Framing::length));
        clients.back()->read();
        clients.back()->send("/hello");
    };
    for (std::size_t i = 0; i < Server::max_connections; ++i) connect();
    REQUIRE(echo.until([&] { return echo.packets.size() == Server::max_connections; }));
    connect();
    REQUIRE(echo.until([&] { return clients.back()->closed; }));
    CHECK(echo.server.connections() == Server::max_connections);
    clients.front()->close();
    REQUIRE(echo.until([&] { return echo.gone.size() == 1; }));
    connect();
    CHECK(echo.until([&] { return clients.back()->find("/hello"); }));
}

TEST_CASE("TCP: who sends too much waits and loses nothing")
{
    Echo echo;
    TcpClient client(echo.context, echo.server.port(), Framing::length);
    const auto count = static_cast<std::size_t>(Limits::message_burst + Limits::messages_per_second / 4);
    std::string stream;
    for (std::size_t i = 0; i < count; ++i) stream += text(frame(bytes("/a\0\0"s), Framing::length));
    client.read();
    const auto begin = std::chrono::steady_clock::now();
    client.send_raw(bytes(stream));
    REQUIRE(echo.until([&] { return echo.packets.size() == count; }));
    // A quarter of a second's worth over the burst, of which one read of 16 KiB (2,048 packets) may go ahead.
    CHECK(std::chrono::steady_clock::now() - begin > std::chrono::milliseconds(40));
    CHECK(echo.server.dropped() == 0);
}

TEST_CASE("who is not allowed is neither answered nor obeyed")
{
    Echo echo({"127.0.0.1", 0, {"192.168.1.0/24"}});
    UdpClient udp(echo.context, echo.server.port());
    TcpClient tcp(echo.context, echo.server.port(), Framing::length);
    udp.send("/ping");
    tcp.read();
    tcp.send("/ping");
    REQUIRE(echo.until([&] { return tcp.closed && echo.drains > 0; }));
    CHECK(echo.packets.empty());
    CHECK(udp.packets.empty());
    CHECK(tcp.packets.empty());
}

TEST_CASE("a server that cannot start says why")
{
    Echo echo;
    const auto port = echo.server.port();
    CHECK_THAT(start_error({"127.0.0.1", port, {}}), Catch::Contains("127.0.0.1:" + std::to_string(port)) &&
                                                         Catch::Contains("in use") && Catch::Contains("port"));
    CHECK_THAT(start_error({"nonsense", 0, {}}), Catch::Contains("'nonsense'"));
    CHECK_THAT(start_error({"127.0.0.1", 0, {"nonsense"}}), Catch::Contains("control.osc.allow"));
    // TEST-NET-1 (RFC 5737) is nobody's address.
    CHECK_THAT(start_error({"192.0.2.1", 0, {}}), Catch::Contains("192.0.2.1"));

    boost::asio::io_context context;
    boost::asio::ip::udp::socket taken(context, {boost::asio::ip::make_address("127.0.0.1"), 0});
    CHECK_THAT(start_error({"127.0.0.1", taken.local_endpoint().port(), {}}), Catch::Contains("in use"));
}

TEST_CASE("a server moves: until it settles it speaks from where it was, and connections stay")
{
    Echo echo;
    const auto first = echo.server.port();
    UdpClient before(echo.context, first);
    TcpClient connected(echo.context, first, Framing::slip);
    connected.read();
    connected.send("/one");
    REQUIRE(echo.until([&] { return connected.find("/one"); }));
    std::uint16_t second = 0;
    {
        Echo probe;
        second = probe.server.port(); // Free again at once.
    }
    echo.server.move({"127.0.0.1", second, {}});
    before.send("/two");
    REQUIRE(echo.until([&] { return before.find("/two"); }));
    echo.server.settle();
    CHECK(echo.server.port() == second);
    UdpClient after(echo.context, second);
    after.send("/three");
    connected.send("/three");
    REQUIRE(echo.until([&] { return after.find("/three") && connected.find("/three"); }));
    Echo heir({"127.0.0.1", first, {}}); // Both sides of the first port are free.
    CHECK(echo.gone.empty());
}

TEST_CASE("a move that cannot be, or is taken back, leaves all as it was")
{
    Echo echo, other;
    const auto here = echo.server.port();
    CHECK_THROWS_AS(echo.server.move({"127.0.0.1", other.server.port(), {}}), ServerError);
    CHECK_THROWS_AS(echo.server.move({"127.0.0.1", here, {"nonsense"}}), ServerError);
    CHECK_THROWS_AS(echo.server.move({"192.0.2.1", here, {}}),
                    ServerError); // Nobody's address: the port was left for it.
    echo.server.settle();
    echo.server.move({"127.0.0.1", 0, {}});
    echo.server.stay();
    echo.server.move({"0.0.0.0", here, {}}); // The same port of all addresses.
    echo.server.stay();
    CHECK(echo.server.port() == here);
    UdpClient client(echo.context, here);
    client.send("/ping");
    CHECK(echo.until([&] { return client.find("/ping"); }));
}

TEST_CASE("who is not allowed any more is disconnected; the same port may be another address's")
{
    Echo echo;
    const auto here = echo.server.port();
    TcpClient client(echo.context, here, Framing::slip);
    client.read();
    client.send("/one");
    REQUIRE(echo.until([&] { return client.find("/one"); }));
    echo.server.move({"0.0.0.0", here, {}});
    echo.server.settle();
    client.send("/two");
    REQUIRE(echo.until([&] { return client.find("/two"); }));
    echo.server.move({"0.0.0.0", here, {"192.0.2.0/24"}});
    echo.server.settle();
    CHECK(echo.until([&] { return client.closed && echo.gone.size() == 1; }));
}
