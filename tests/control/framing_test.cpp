#include "control/osc/framing.h"

#include "tests/control/osc_bytes.h"

#include <catch2/catch.hpp>

using namespace fohd::control;
using namespace fohd::control::test;
using namespace std::string_literals;

namespace {

/// What comes out of a stream that arrives in pieces of so many bytes.
std::vector<std::string> split(std::string_view stream, std::size_t piece, Framing expected)
{
    Deframer deframer;
    std::vector<std::string> packets;
    for (std::size_t at = 0; at < stream.size(); at += piece)
        REQUIRE(
            deframer.feed(bytes(stream.substr(at, piece)), [&](auto packet) { packets.emplace_back(text(packet)); }));
    CHECK(deframer.framing() == expected);
    return packets;
}

bool sound(std::string_view stream)
{
    return Deframer().feed(bytes(stream), [](auto) {});
}

} // namespace

TEST_CASE("what is framed is found again, however the stream is cut")
{
    const std::vector<std::string> packets{"/a\0\0"s, "/b\xc0\xdb,\xc0\0\0"s, "#bundle\0\0\0\0\0\0\0\0\1"s};
    const auto framing = GENERATE(Framing::length, Framing::slip);
    const auto piece = GENERATE(1u, 2u, 3u, 7u, 1000u);
    std::string stream;
    for (const auto& packet : packets) stream += text(frame(bytes(packet), framing));
    CHECK(split(stream, piece, framing) == packets);
}

TEST_CASE("SLIP is known without an END before the first packet")
{
    CHECK(split("/a\0\0\xc0\xc0/b\0\0\xc0"s, 3, Framing::slip) == std::vector<std::string>{"/a\0\0"s, "/b\0\0"s});
}

TEST_CASE("a stream that makes no sense is given up")
{
    CHECK_FALSE(sound("GET / HTTP/1.1\r\n"));
    CHECK_FALSE(sound("\0\1\0\1"s));                      // 65,537 bytes
    CHECK(sound("\0\1\0\0"s));                            // 65,536
    CHECK_FALSE(sound("\xc0\xdbx"));                      // no such escape
    CHECK_FALSE(sound("\xc0" + std::string(70000, '/'))); // a packet without end
}
