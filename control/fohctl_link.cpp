#include "control/fohctl_link.h"

#include "control/osc/packet.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/write.hpp>

namespace fohd::control {

namespace asio = boost::asio;
namespace ip = boost::asio::ip;

Link::Link(const std::string& host, std::uint16_t port, bool tcp) : is_tcp_(tcp)
{
    const auto service = std::to_string(port);
    if (tcp) {
        asio::connect(tcp_, ip::tcp::resolver(context_).resolve(host, service));
    } else {
        // Connected, so that a port where nobody listens is told at once, and strangers are not heard. UDP cannot try
        // one address after the other: of a name that has both, IPv4 is where a desk listens more often.
        const auto found = ip::udp::resolver(context_).resolve(host, service);
        const auto v4 =
            std::find_if(found.begin(), found.end(), [](const auto& e) { return e.endpoint().address().is_v4(); });
        udp_.connect(v4 == found.end() ? found.begin()->endpoint() : v4->endpoint());
    }
    read();
}

void Link::send(const Message& message)
{
    const auto packet = encode(message);
    if (is_tcp_)
        asio::write(tcp_, asio::buffer(frame(packet, Framing::length)));
    else
        udp_.send(asio::buffer(packet));
}

void Link::read()
{
    const auto received = [this](boost::system::error_code failure, std::size_t size) {
        const auto bytes = std::span(input_).first(size);
        if (failure)
            failure_ = failure;
        else if (!is_tcp_)
            keep(bytes);
        else if (!deframer_.feed(bytes, [this](auto packet) { keep(packet); }))
            failure_ = asio::error::invalid_argument;
        if (!failure_) read();
    };
    if (is_tcp_)
        tcp_.async_read_some(asio::buffer(input_), received);
    else
        udp_.async_receive(asio::buffer(input_), received);
}

void Link::keep(std::span<const std::byte> packet)
{
    const std::function<void(const Element&)> open = [&](const Element& element) {
        if (const auto* message = std::get_if<Message>(&element.content)) received_.push_back(*message);
        if (const auto* bundle = std::get_if<Bundle>(&element.content))
            for (const auto& inner : bundle->elements) open(inner);
    };
    open(decode(packet));
}

std::optional<Message> Link::receive(Clock::time_point until)
{
    while (received_.empty()) {
        if (failure_) throw boost::system::system_error(failure_);
        if (Clock::now() >= until) return std::nullopt;
        context_.restart();
        context_.run_one_until(until);
    }
    auto message = std::move(received_.front());
    received_.pop_front();
    return message;
}

} // namespace fohd::control
