#include "control/osc/allow_list.h"

#include <catch2/catch.hpp>

using namespace fohd::control;

namespace {

bool allows(std::vector<std::string> networks, const char* address)
{
    std::string error;
    const auto list = AllowList::parse(networks, error);
    INFO(error);
    REQUIRE(list);
    return list->contains(boost::asio::ip::make_address(address));
}

} // namespace

TEST_CASE("an address is allowed by a network that holds it")
{
    CHECK(allows({"192.168.1.0/24"}, "192.168.1.20"));
    CHECK(allows({"192.168.1.77/24"}, "192.168.1.20"));
    CHECK_FALSE(allows({"192.168.1.0/24"}, "192.168.2.20"));
    CHECK(allows({"192.168.0.0/23"}, "192.168.1.20"));
    CHECK_FALSE(allows({"192.168.2.0/23"}, "192.168.1.20"));
    CHECK(allows({"10.0.0.1"}, "10.0.0.1"));
    CHECK_FALSE(allows({"10.0.0.1"}, "10.0.0.2"));
    CHECK(allows({"0.0.0.0/0"}, "8.8.8.8"));
    CHECK_FALSE(allows({"0.0.0.0/0"}, "::1"));
    CHECK(allows({"fe80::/10"}, "febf::1"));
    CHECK_FALSE(allows({"fe80::/10"}, "fec0::1"));
    CHECK(allows({"10.0.0.0/8", "::1"}, "::1"));
}

TEST_CASE("loopback needs leave like any other, and no list allows everybody")
{
    CHECK_FALSE(allows({"192.168.1.0/24"}, "127.0.0.1"));
    CHECK(allows({}, "127.0.0.1"));
    CHECK(allows({}, "2001:db8::1"));
}

TEST_CASE("an IPv4 address in an IPv6 one is the IPv4 address")
{
    CHECK(allows({"192.168.1.0/24"}, "::ffff:192.168.1.20"));
}

TEST_CASE("what is no network is refused by name")
{
    for (const char* text : {"", "nonsense", "192.168.1.0/33", "192.168.1.0/", "192.168.1.0/-1", "192.168.1/24",
                             "::/129", "10.0.0.0/8x"}) {
        std::string error;
        CHECK_FALSE(AllowList::parse(std::vector<std::string>{text}, error));
        CHECK_THAT(error, Catch::Contains(std::string("'") + text + "'"));
    }
}
