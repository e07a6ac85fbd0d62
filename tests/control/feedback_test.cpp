#include "tests/control/service_fixture.h"

#include "tests/control/osc_bytes.h"

#include <catch2/catch.hpp>
#include <set>

using namespace fohd::control;
using namespace fohd::control::test;
using namespace std::string_literals;
using namespace std::chrono_literals;
using Catch::Contains;

TEST_CASE("a subscriber gets what matches now, and changes of others, one plain message a value")
{
    Desk desk;
    Tablet tablet(desk), other(desk);
    tablet.send("/subscribe", {"/bus/*/fader"s});
    REQUIRE(desk.until([&] { return tablet.find("/bus/main/fader"); }));
    other.send("/bus/main/fader", {-4.0f});
    other.send("/bus/main/pan", {0.5f});
    REQUIRE(desk.until([&] { return tablet.count("/bus/main/fader") == 2; }));
    REQUIRE(desk.settle(tablet));
    CHECK(tablet.messages[1] == Message{"/bus/main/fader", {-4.0f}});
    CHECK(tablet.count("/bus/main/pan") == 0);
    for (const auto& packet : tablet.packets) CHECK(text(packet).substr(0, 7) != "#bundle");
    CHECK(other.messages.empty());
}

TEST_CASE("a change is not echoed to its maker, unless it was clamped")
{
    Desk desk;
    Tablet tablet(desk), other(desk);
    for (auto* client : {&tablet, &other}) client->send("/subscribe", {"/bus/main/fader"s});
    REQUIRE(desk.until([&] { return tablet.messages.size() == 1 && other.messages.size() == 1; }));
    tablet.send("/bus/main/fader", {-5.0f});
    REQUIRE(desk.until([&] { return other.messages.size() == 2; }));
    REQUIRE(desk.settle(tablet));
    CHECK(tablet.count("/bus/main/fader") == 1);
    tablet.send("/bus/main/fader", {50.0f});
    REQUIRE(desk.until([&] { return other.messages.size() == 3; }));
    REQUIRE(desk.settle(tablet));
    CHECK(tablet.count("/bus/main/fader") == 2);
    CHECK(other.messages[2] == Message{"/bus/main/fader", {10.0f}});
}

TEST_CASE("a switch that is no parameter is not echoed to its maker either")
{
    Desk desk;
    Tablet tablet(desk), other(desk);
    for (auto* client : {&tablet, &other}) client->send("/subscribe", {"/bus/main/loudness/pause"s});
    REQUIRE(desk.until([&] { return tablet.messages.size() == 1 && other.messages.size() == 1; }));
    tablet.send("/bus/main/loudness/pause", {true});
    REQUIRE(desk.until([&] { return other.messages.size() == 2; }));
    REQUIRE(desk.settle(tablet));
    CHECK(tablet.count("/bus/main/loudness/pause") == 1);
}

TEST_CASE("who writes after somebody else, before being told, is not told any more")
{
    Desk desk;
    Tablet tablet(desk), other(desk);
    tablet.send("/subscribe", {"/bus/main/fader"s});
    REQUIRE(desk.until([&] { return tablet.messages.size() == 1; }));
    other.send("/bus/main/fader", {-4.0f});
    tablet.send("/bus/main/fader", {-5.0f});
    REQUIRE(desk.until([&] { return !desk.sound.calls.empty(); })); // both were in the socket: one batch, then feedback
    REQUIRE(desk.settle(tablet));
    CHECK(desk.value("/bus/main/fader") == -5);
    CHECK(tablet.count("/bus/main/fader") == 1);
}

TEST_CASE("norm is fed back to who subscribed to it")
{
    Desk desk;
    Tablet tablet(desk), other(desk);
    tablet.send("/subscribe", {"/norm/bus/main/fader"s});
    REQUIRE(desk.until([&] { return tablet.messages.size() == 1; }));
    other.send("/bus/main/fader", {10.0f});
    REQUIRE(desk.until([&] { return tablet.messages.size() == 2; }));
    CHECK(tablet.messages[1] == Message{"/norm/bus/main/fader", {1.0f}});
}

TEST_CASE("readings come at the rate where they change, and once a second anyway")
{
    Desk desk;
    Tablet tablet(desk);
    const auto momentary = "/bus/main/loudness/momentary"s, integrated = "/bus/main/loudness/integrated"s;
    tablet.send("/subscribe", {"/bus/main/loudness/{momentary,integrated}"s, 50.0f});
    const auto begin = std::chrono::steady_clock::now();
    float loudness = -60;
    REQUIRE(desk.until([&] {
        desk.readings.values[momentary] = loudness += 0.01f;
        return tablet.count(momentary) >= 60 && tablet.count(integrated) >= 2;
    }));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    // A busy machine makes it fewer, nothing makes it more. The other one: at once, and after each second.
    CHECK(tablet.count(momentary) <= 50 * seconds + 3);
    CHECK(tablet.count(integrated) <= 1 + seconds);
}

TEST_CASE("another port may listen, and is no stranger")
{
    Desk desk;
    Tablet sender(desk), listener(desk), other(desk);
    sender.send("/subscribe", {"/bus/main/fader"s, 10, listener.port()});
    REQUIRE(desk.until([&] { return listener.messages.size() == 1; }));
    sender.send("/bus/main/fader", {-5.0f});
    REQUIRE(desk.settle(sender));
    other.send("/bus/main/fader", {-6.0f});
    REQUIRE(desk.until([&] { return listener.messages.size() == 2; }));
    CHECK(listener.messages[1] == Message{"/bus/main/fader", {-6.0f}});
    CHECK(sender.count("/bus/main/fader") == 0);
}

TEST_CASE("renewing gives everything again but what the client wrote itself")
{
    Desk desk;
    Tablet tablet(desk);
    tablet.send("/subscribe", {"/bus/main/{fader,pan}"s});
    REQUIRE(desk.until([&] { return tablet.messages.size() == 2; }));
    tablet.send("/bus/main/fader", {-5.0f});
    tablet.send("/subscribe", {"/bus/main/{fader,pan}"s});
    REQUIRE(desk.until([&] { return tablet.messages.size() == 3; }));
    CHECK(tablet.messages[2].address == "/bus/main/pan");
}

TEST_CASE("unsubscribing ends one pattern or all")
{
    Desk desk;
    Tablet tablet(desk), other(desk);
    tablet.send("/subscribe", {"/bus/main/fader"s});
    tablet.send("/subscribe", {"/bus/main/pan"s});
    REQUIRE(desk.until([&] { return tablet.messages.size() == 2; }));
    tablet.send("/unsubscribe", {"/bus/main/fader"s});
    REQUIRE(desk.settle(tablet));
    other.send("/bus/main/fader", {-1.0f});
    other.send("/bus/main/pan", {0.25f});
    REQUIRE(desk.until([&] { return tablet.count("/bus/main/pan") == 2; }));
    CHECK(tablet.count("/bus/main/fader") == 1);
    CHECK(desk.service.clients() == 1);
    tablet.send("/unsubscribe");
    REQUIRE(desk.settle(tablet));
    CHECK(desk.service.clients() == 0);
}

TEST_CASE("xremote: changes of others, none of one's own, nothing now, no readings")
{
    Desk desk;
    Tablet tablet(desk), other(desk);
    tablet.send("/xremote");
    REQUIRE(desk.settle(tablet));
    other.send("/input/vox/fader", {-1.0f});
    REQUIRE(desk.until([&] { return tablet.find("/input/vox/fader"); }));
    tablet.send("/input/vox/pan", {-1.0f});
    REQUIRE(desk.settle(tablet));
    CHECK(tablet.messages.size() == 3); // two pongs and the fader
}

TEST_CASE("no more subscribers than 32")
{
    Desk desk;
    std::vector<std::unique_ptr<Tablet>> tablets;
    for (std::size_t i = 0; i <= Subscribers::max_subscribers; ++i) {
        tablets.push_back(std::make_unique<Tablet>(desk));
        tablets.back()->send("/subscribe", {"/bus/main/fader"s});
    }
    REQUIRE(desk.until([&] { return tablets.back()->find("/error"); }));
    CHECK_THAT(tablets.back()->error(), Contains("/subscribe: ") && Contains("32"));
    CHECK(desk.service.clients() == 32);
}

TEST_CASE("a subscription that makes no sense is refused")
{
    Desk desk;
    Tablet tablet(desk);
    const auto arguments = GENERATE(values<std::vector<Argument>>({
        {5},
        {"no slash"s},
        {"/bus/{"s},
        {"/nothing/*"s},
        {"/bus/main/fadr"s},
        {"//"s, "fast"s},
        {"//"s, 10, 70000},
        {"//"s, 10, 9001, 1},
    }));
    tablet.send("/subscribe", arguments);
    REQUIRE(desk.settle(tablet));
    CHECK_THAT(tablet.error(), Contains("/subscribe: "));
    CHECK(desk.service.clients() == 0);
}

TEST_CASE("surfaces of the file get everything without asking")
{
    boost::asio::io_context elsewhere;
    boost::asio::ip::udp::socket free(elsewhere, {boost::asio::ip::make_address("127.0.0.1"), 0});
    OscOptions options;
    options.targets = {{"127.0.0.1", free.local_endpoint().port()}};
    Desk desk(2, options);
    Tablet other(desk);
    other.send("/bus/main/fader", {-5.0f});
    std::array<std::byte, 2048> input;
    std::set<std::string> addresses;
    free.non_blocking(true);
    REQUIRE(desk.until([&] {
        boost::system::error_code none;
        while (const auto size = free.receive(boost::asio::buffer(input), 0, none)) {
            const auto message = std::get<Message>(decode(std::span(input).first(size)).content);
            addresses.insert(message.address);
            if (message == Message{"/bus/main/fader", {-5.0f}}) addresses.insert("changed");
        }
        return addresses.contains("changed") && addresses.contains("/output/foh/pan") &&
               addresses.contains("/bus/main/loudness/momentary");
    }));
    CHECK_FALSE(addresses.contains("/norm/bus/main/fader"));
}

TEST_CASE("over TCP a client is fed back until it hangs up")
{
    Desk desk;
    Tablet other(desk);
    TcpClient tcp(desk.context, desk.service.port(), Framing::slip);
    tcp.read();
    tcp.send("/subscribe", {"/bus/main/fader"s});
    REQUIRE(desk.until([&] { return tcp.count("/bus/main/fader") == 1; }));
    other.send("/bus/main/fader", {-3.0f});
    REQUIRE(desk.until([&] { return tcp.count("/bus/main/fader") == 2; }));
    tcp.close();
    CHECK(desk.until([&] { return desk.service.clients() == 0; }));
}

TEST_CASE("a lease ends after ten seconds", "[lease]")
{
    // The rule itself, with a clock of our own: no test waits ten seconds.
    Desk desk;
    struct Count : Wire {
        int sent = 0;
        void send(const Peer&, std::span<const std::byte>) override { ++sent; }
        std::size_t queued_bytes(const Peer&) const override { return 0; }
    } wire;
    Subscribers subscribers(desk.space, wire);
    const Peer peer{Transport::udp, boost::asio::ip::make_address("127.0.0.1"), 1};
    const auto pattern = std::get<Pattern>(Pattern::compile("/bus/main/fader"));
    const auto start = Subscribers::Clock::now();
    CHECK(subscribers.subscribe(peer, pattern, 10, std::nullopt, start).empty());
    subscribers.flush(start);
    CHECK(wire.sent == 1);
    subscribers.tick(start + 9900ms);
    CHECK(subscribers.count() == 1);
    CHECK(subscribers.subscribe(peer, pattern, 10, std::nullopt, start + 9900ms).empty());
    subscribers.flush(start + 9900ms);
    subscribers.tick(start + 19800ms);
    CHECK(subscribers.count() == 1);
    subscribers.tick(start + 20s);
    CHECK(subscribers.count() == 0);
}
