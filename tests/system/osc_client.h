#pragma once
// A surface: OSC by UDP with liblo's own idea of messages, so that both ends are not the same code.

#include <arpa/inet.h>
#include <lo/lo.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace fohd::test {

using OscValue = std::variant<float, std::int32_t, std::string, bool>;

struct OscMessage {
    std::string address;
    std::vector<OscValue> values;

    /// NaN where there is no such float.
    float number(std::size_t n = 0) const
    {
        const auto* value = n < values.size() ? std::get_if<float>(&values[n]) : nullptr;
        return value ? *value : std::numeric_limits<float>::quiet_NaN();
    }
    std::string text(std::size_t n) const
    {
        const auto* value = n < values.size() ? std::get_if<std::string>(&values[n]) : nullptr;
        return value ? *value : "";
    }
};

/// A socket of this type, bound to a port of loopback, any for 0; -1 where somebody has it.
inline int try_to_bind(int type, std::uint16_t port)
{
    const int handle = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(handle, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return handle;
    close(handle);
    return -1;
}

/// A UDP socket on loopback at a port of its own; closed by the destructor.
inline int bound_socket(std::uint16_t port = 0)
{
    const int handle = try_to_bind(SOCK_DGRAM, port), room = 4 << 20;
    if (handle < 0) throw std::runtime_error("no UDP port on loopback");
    setsockopt(handle, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    return handle;
}

inline std::uint16_t port_of(int handle)
{
    sockaddr_in address{};
    socklen_t size = sizeof address;
    getsockname(handle, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

class OscClient {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::seconds patience{20}; ///< On a machine that is busy with other things.

    /// Speaks to `port` on loopback.
    explicit OscClient(std::uint16_t port) : socket_(bound_socket())
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            throw std::runtime_error("no UDP to loopback");
    }
    ~OscClient() { close(socket_); }
    OscClient(const OscClient&) = delete;
    OscClient& operator=(const OscClient&) = delete;

    void send(const std::string& address, std::vector<OscValue> values = {}) { transmit(packed({address, values})); }

    void send_bundle(std::initializer_list<OscMessage> messages)
    {
        std::string bundle("#bundle\0\0\0\0\0\0\0\0\1", 16); // at once
        for (const OscMessage& message : messages) {
            const std::string element = packed(message);
            const std::uint32_t size = htonl(static_cast<std::uint32_t>(element.size()));
            bundle.append(reinterpret_cast<const char*>(&size), 4) += element;
        }
        transmit(bundle);
    }

    /// The next message, in the order of arrival; nothing when none came by `deadline`.
    std::optional<OscMessage> receive(Clock::time_point deadline = Clock::now() + patience)
    {
        while (waiting_.empty()) {
            pollfd event{socket_, POLLIN, 0};
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
            if (poll(&event, 1, static_cast<int>(std::max<long>(left, 0))) <= 0) return std::nullopt;
            char packet[65536];
            const auto size = recv(socket_, packet, sizeof packet, 0);
            if (size > 0) unpack(packet, static_cast<std::size_t>(size));
        }
        OscMessage message = std::move(waiting_.front());
        waiting_.pop_front();
        return message;
    }

    /// The next message that is so, of those that come by `deadline`; what came before it is forgotten.
    std::optional<OscMessage> await(const std::function<bool(const OscMessage&)>& is_it,
                                    Clock::time_point deadline = Clock::now() + patience)
    {
        while (auto message = receive(deadline))
            if (is_it(*message)) return message;
        return std::nullopt;
    }

    /// Throws where no such message comes.
    OscMessage await(const std::string& address)
    {
        if (auto message = await([&](const OscMessage& m) { return m.address == address; })) return *message;
        throw std::runtime_error("no message " + address + " came");
    }

    OscMessage ask(const std::string& address)
    {
        send(address);
        return await(address);
    }

    /// All that fohd sent before it answers a ping that is sent now.
    std::vector<OscMessage> until_pong()
    {
        std::vector<OscMessage> all;
        send("/ping");
        while (auto message = receive()) {
            if (message->address == "/pong") return all;
            all.push_back(std::move(*message));
        }
        throw std::runtime_error("no /pong came");
    }

private:
    static std::string packed(const OscMessage& message)
    {
        const lo_message lo = lo_message_new();
        for (const OscValue& value : message.values) {
            if (const auto* f = std::get_if<float>(&value)) lo_message_add_float(lo, *f);
            if (const auto* i = std::get_if<std::int32_t>(&value)) lo_message_add_int32(lo, *i);
            if (const auto* s = std::get_if<std::string>(&value)) lo_message_add_string(lo, s->c_str());
            if (const auto* b = std::get_if<bool>(&value)) *b ? lo_message_add_true(lo) : lo_message_add_false(lo);
        }
        std::size_t size = 0;
        void* bytes = lo_message_serialise(lo, message.address.c_str(), nullptr, &size);
        std::string packet(static_cast<const char*>(bytes), size);
        std::free(bytes);
        lo_message_free(lo);
        return packet;
    }

    void unpack(const char* packet, std::size_t size)
    {
        if (size >= 16 && std::memcmp(packet, "#bundle", 8) == 0) {
            for (std::size_t at = 16; at + 4 <= size;) {
                std::uint32_t length = 0;
                std::memcpy(&length, packet + at, 4);
                length = ntohl(length);
                if (at + 4 + length > size) throw std::runtime_error("a bundle is longer than its packet");
                unpack(packet + at + 4, length);
                at += 4 + length;
            }
            return;
        }
        std::string copy(packet, size);
        int result = 0;
        const lo_message lo = lo_message_deserialise(copy.data(), size, &result);
        if (!lo) throw std::runtime_error("liblo does not understand a packet");
        OscMessage message{copy.c_str(), {}};
        for (int n = 0; n < lo_message_get_argc(lo); ++n) {
            const lo_arg* value = lo_message_get_argv(lo)[n];
            switch (lo_message_get_types(lo)[n]) {
            case 'f': message.values.emplace_back(value->f); break;
            case 'i': message.values.emplace_back(value->i); break;
            case 's': message.values.emplace_back(std::string(&value->s)); break;
            case 'T': message.values.emplace_back(true); break;
            case 'F': message.values.emplace_back(false); break;
            default: throw std::runtime_error("a type that fohd does not promise");
            }
        }
        lo_message_free(lo);
        waiting_.push_back(std::move(message));
    }

    void transmit(const std::string& packet)
    {
        if (::send(socket_, packet.data(), packet.size(), 0) < 0) throw std::runtime_error("UDP does not send");
    }

    int socket_;
    std::deque<OscMessage> waiting_;
};

} // namespace fohd::test
