#pragma once

#include "control/osc/framing.h"
#include "control/osc/message.h"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <string>

namespace fohd::control {

/// fohctl's end of the line: one fohd, by UDP or TCP. One thread.
class Link {
public:
    using Clock = std::chrono::steady_clock;

    /// Host: a name or an address. Throws boost::system::system_error where it cannot be reached.
    Link(const std::string& host, std::uint16_t port, bool tcp);

    void send(const Message& message);
    /// The next message, those of a bundle one by one; nothing where none comes until then. Throws
    /// boost::system::system_error where the other side refuses or hangs up.
    std::optional<Message> receive(Clock::time_point until);

private:
    void read();
    void keep(std::span<const std::byte> packet);

    boost::asio::io_context context_;
    boost::asio::ip::udp::socket udp_{context_};
    boost::asio::ip::tcp::socket tcp_{context_};
    Deframer deframer_;
    std::array<std::byte, 65536> input_;
    std::deque<Message> received_;
    boost::system::error_code failure_;
    bool is_tcp_;
};

} // namespace fohd::control
