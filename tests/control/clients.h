#pragma once

#include "control/osc/framing.h"
#include "control/osc/packet.h"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <string>
#include <vector>

namespace fohd::control::test {

/// Runs what is due until the condition holds. False where it never does within five seconds.
template <class Condition> bool run_until(boost::asio::io_context& context, Condition condition)
{
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (!condition()) {
        const auto left = deadline - std::chrono::steady_clock::now();
        if (left <= left.zero()) return false;
        context.restart();
        context.run_one_for(left);
    }
    return true;
}

/// A tablet: sends packets and keeps what comes back, decoded.
class Client {
public:
    std::vector<std::vector<std::byte>> packets;
    std::vector<Message> messages; ///< Bundles opened, in the order of arrival.

    /// The first message with this address, or nullptr.
    const Message* find(std::string_view address) const
    {
        for (const auto& message : messages)
            if (message.address == address) return &message;
        return nullptr;
    }

    int count(std::string_view address) const
    {
        int found = 0;
        for (const auto& message : messages) found += message.address == address;
        return found;
    }

    void clear()
    {
        packets.clear();
        messages.clear();
    }

protected:
    void keep(std::span<const std::byte> packet)
    {
        packets.emplace_back(packet.begin(), packet.end());
        open(decode(packet));
    }

private:
    void open(const Element& element)
    {
        if (const auto* message = std::get_if<Message>(&element.content)) messages.push_back(*message);
        if (const auto* bundle = std::get_if<Bundle>(&element.content))
            for (const auto& inner : bundle->elements) open(inner);
    }
};

class UdpClient : public Client {
public:
    UdpClient(boost::asio::io_context& context, std::uint16_t port, const char* address = "127.0.0.1")
        : server_(boost::asio::ip::make_address(address), port), socket_(context, {server_.address(), 0})
    {
        read();
    }
    ~UdpClient() { socket_.close(); }

    void send(std::span<const std::byte> packet)
    {
        socket_.send_to(boost::asio::buffer(packet.data(), packet.size()), server_);
    }
    void send(const Message& message) { send(encode(message)); }
    void send(std::string address, std::vector<Argument> arguments = {})
    {
        send({std::move(address), std::move(arguments)});
    }
    std::uint16_t port() const { return socket_.local_endpoint().port(); }

private:
    void read()
    {
        socket_.async_receive(boost::asio::buffer(input_), [this](boost::system::error_code failure, std::size_t size) {
            if (failure == boost::asio::error::operation_aborted) return;
            if (!failure) keep(std::span(input_).first(size));
            read();
        });
    }

    boost::asio::ip::udp::endpoint server_;
    boost::asio::ip::udp::socket socket_;
    std::array<std::byte, 65536> input_;
};

class TcpClient : public Client {
public:
    TcpClient(boost::asio::io_context& context, std::uint16_t port, Framing framing)
        : framing_(framing), socket_(context)
    {
        socket_.connect({boost::asio::ip::make_address("127.0.0.1"), port});
    }

    bool closed = false; ///< The server hung up.

    void read()
    {
        socket_.async_read_some(boost::asio::buffer(input_), [this](boost::system::error_code failure,
                                                                    std::size_t size) {
            if (failure == boost::asio::error::operation_aborted) return;
            closed = failure || !deframer_.feed(std::span(input_).first(size), [this](auto packet) { keep(packet); });
            if (!closed) read();
        });
    }
    /// Bytes as they are; false where the server has hung up.
    bool send_raw(std::span<const std::byte> bytes)
    {
        boost::system::error_code failure;
        boost::asio::write(socket_, boost::asio::buffer(bytes.data(), bytes.size()), failure);
        return !failure;
    }
    void send(const Message& message) { send_raw(frame(encode(message), framing_)); }
    void send(std::string address, std::vector<Argument> arguments = {})
    {
        send({std::move(address), std::move(arguments)});
    }
    Framing answered_in() const { return deframer_.framing(); }
    std::uint16_t port() const { return socket_.local_endpoint().port(); }
    void close() { socket_.close(); }

private:
    Framing framing_;
    boost::asio::ip::tcp::socket socket_;
    Deframer deframer_;
    std::array<std::byte, 65536> input_;
};

} // namespace fohd::control::test
