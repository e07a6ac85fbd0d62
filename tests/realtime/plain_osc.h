#pragma once
// As much OSC as a knob needs: messages of one number by UDP on loopback.

#include <arpa/inet.h>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <functional>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace fohd::test {

class PlainOsc {
public:
    PlainOsc() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)), port_(free_port()) {}
    ~PlainOsc() { close(socket_); }
    PlainOsc(const PlainOsc&) = delete;
    PlainOsc& operator=(const PlainOsc&) = delete;

    /// A port that was free a moment ago, and to which send() goes.
    std::uint16_t port() const { return port_; }

    void send(const std::string& address, float value) const
    {
        std::string packet = padded(address) + padded(",f");
        append(packet, value);
        send_packet(packet);
    }

    void send(const std::string& address, const std::string& text) const
    {
        send_packet(padded(address) + padded(",s") + padded(text));
    }
    void send(const std::string& address, const std::string& text, float value) const
    {
        std::string packet = padded(address) + padded(",sf") + padded(text);
        append(packet, value);
        send_packet(packet);
    }

    /// Asks until there is an answer; false when `alive` is no longer so or a minute is over.
    bool await_pong(const std::function<bool()>& alive)
    {
        for (int tries = 0; tries < 600 && alive(); ++tries) {
            send_packet(padded("/ping") + padded(","));
            pollfd event{socket_, POLLIN, 0};
            if (poll(&event, 1, 100) > 0 && drain() > 0) return true;
        }
        return false;
    }
    /// Everything there, 50 times a second, for the next 10 s.
    void subscribe_at(std::uint16_t port)
    {
        port_ = port;
        std::string packet = padded("/subscribe") + padded(",sf") + padded("//*");
        append(packet, 50);
        send_packet(packet);
    }

    /// Takes what has come; how many packets.
    int drain()
    {
        char packet[65536];
        int count = 0;
        while (recv(socket_, packet, sizeof packet, MSG_DONTWAIT) > 0) ++count;
        heard_ += count;
        return count;
    }
    long heard() const { return heard_; }

    /// Hears on until then.
    void wait_until(std::chrono::steady_clock::time_point then)
    {
        using namespace std::chrono;
        for (auto now = steady_clock::now(); now < then; now = steady_clock::now()) {
            pollfd event{socket_, POLLIN, 0};
            const timespec left{0, duration_cast<nanoseconds>(then - now).count()};
            if (ppoll(&event, 1, &left, nullptr) > 0) drain();
        }
    }

private:
    static std::string padded(std::string text)
    {
        text.resize((text.size() / 4 + 1) * 4);
        return text;
    }
    static void append(std::string& packet, float value)
    {
        std::uint32_t bits;
        std::memcpy(&bits, &value, 4);
        bits = htonl(bits);
        packet.append(reinterpret_cast<const char*>(&bits), 4);
    }
    static sockaddr_in loopback(std::uint16_t port)
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return address;
    }
    void send_packet(const std::string& packet) const
    {
        const sockaddr_in to = loopback(port_);
        sendto(socket_, packet.data(), packet.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    }
    static std::uint16_t free_port()
    {
        const int probe = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        sockaddr_in address = loopback(0);
        socklen_t size = sizeof address;
        if (bind(probe, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
            getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) != 0)
            throw std::runtime_error("no UDP port on loopback");
        close(probe);
        return ntohs(address.sin_port);
    }

    int socket_;
    std::uint16_t port_;
    long heard_ = 0;
};
} // namespace fohd::test
