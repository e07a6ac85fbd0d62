#pragma once

#include <boost/asio/ip/address.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fohd::control {

/// The networks that may speak, as `192.168.1.0/24`, `fe80::/10` or a single address. None at all: everybody.
class AllowList {
public:
    /// Nothing, and a sentence in `error`, where one of the texts is no network.
    static std::optional<AllowList> parse(std::span<const std::string> networks, std::string& error);

    /// Any thread. Loopback is an address like any other.
    bool contains(const boost::asio::ip::address& address) const;
    bool empty() const { return networks_.empty(); }

private:
    struct Network {
        boost::asio::ip::address address;
        unsigned prefix_bits;
    };
    std::vector<Network> networks_;
};

} // namespace fohd::control
