#include "control/osc/packet.h"

#include "tests/control/osc_bytes.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <lo/lo.h>
#include <memory>
#include <random>

using namespace fohd::control;
using namespace fohd::control::test;
using namespace std::string_literals;

namespace {

Message message_of(std::string_view packet)
{
    auto element = decode(bytes(packet));
    if (const auto* refused = std::get_if<Refused>(&element.content)) FAIL(refused->text);
    return std::get<Message>(element.content);
}

Refused refusal_of(std::string_view packet)
{
    const auto element = decode(bytes(packet));
    REQUIRE(std::holds_alternative<Refused>(element.content));
    return std::get<Refused>(element.content);
}

Bundle bundle_of(std::string_view packet)
{
    const auto element = decode(bytes(packet));
    REQUIRE(std::holds_alternative<Bundle>(element.content));
    return std::get<Bundle>(element.content);
}

} // namespace

TEST_CASE("a message may have no type tag string, or an empty one")
{
    CHECK(message_of("/ask\0\0\0\0"s) == Message{"/ask", {}});
    CHECK(message_of("/ask\0\0\0\0,\0\0\0"s) == Message{"/ask", {}});
    CHECK(message_of("/as\0"s) == Message{"/as", {}});
}

TEST_CASE("every type tag of OSC 1.0 and 1.1 is read")
{
    const auto packet = "/a\0\0,ifsbhtdScTFNI[rm]\0\0"
                        "\xff\xff\xff\xfe"
                        "\xc0\x40\0\0"
                        "abc\0"
                        "\0\0\0\5hello\0\0\0"
                        "\0\0\0\1\0\0\0\0"
                        "\0\0\0\0\0\0\0\1"
                        "\x3f\xf8\0\0\0\0\0\0"
                        "abcd\0\0\0\0"
                        "\0\0\0x"
                        "\1\2\3\4"
                        "\5\6\7\x8"s;
    const auto opaque = [](char tag, std::string_view four) {
        Opaque value{tag, {}};
        std::copy_n(bytes(four).begin(), 4, value.bytes.begin());
        return value;
    };
    const auto hello = bytes("hello");
    CHECK(message_of(packet).arguments == std::vector<Argument>{-2, -3.0f, "abc"s, Blob(hello.begin(), hello.end()),
                                                                std::int64_t{1} << 32, TimeTag{1}, 1.5, "abcd"s,
                                                                opaque('c', "\0\0\0x"s), true, false, Nil{}, Impulse{},
                                                                opaque('r', "\1\2\3\4"), opaque('m', "\5\6\7\x8")});
}

TEST_CASE("what is encoded is decoded alike, by us and by liblo")
{
    const Message message{"/bus/main/fader",
                          {-2, std::int64_t{-1} << 40, -3.25f, 1e-9, "four"s, ""s, true, false, Nil{}, Impulse{},
                           TimeTag{0x0123456789abcdef}}};
    auto packet = encode(message);
    CHECK(message_of(text(packet)) == message);

    const std::unique_ptr<void, decltype(&lo_message_free)> theirs(
        lo_message_deserialise(packet.data(), packet.size(), nullptr), lo_message_free);
    REQUIRE(theirs);
    CHECK(lo_message_get_types(theirs.get()) == "ihfdssTFNIt"s);
    float third = 0;
    std::memcpy(&third, lo_message_get_argv(theirs.get())[2], sizeof third);
    CHECK(third == -3.25f);
}

TEST_CASE("NaN and infinity are refused with their place")
{
    for (const auto& packet : {"/a\0\0,if\0\0\0\0\1\x7f\xc0\0\0"s, "/a\0\0,if\0\0\0\0\1\xff\x80\0\0"s,
                               "/a\0\0,id\0\0\0\0\1\x7f\xf0\0\0\0\0\0\0"s}) {
        const auto refused = refusal_of(packet);
        CHECK(refused.address == "/a");
        CHECK_THAT(refused.text, Catch::Contains("argument 2") && Catch::Contains("finite"));
    }
}

TEST_CASE("a packet that is not OSC is refused with a sentence")
{
    const auto packet = GENERATE(values<std::string>({
        ""s,                                            // nothing
        "/ab"s,                                         // not a multiple of four
        "/abc"s,                                        // address not terminated
        "/abc\0\0\0x"s,                                 // padding that is not zero
        "abc\0"s,                                       // no slash
        "\0\0\0\0"s,                                    // empty address
        "/a b\0\0\0\0"s,                                // space
        "/a#\0"s,                                       // mark of bundles
        "/a\xc3\xa4\0\0\0\0"s,                          // not ASCII
        "/as\0ifs\0"s,                                  // arguments without a comma
        "/as\0,iii"s,                                   // type tags not terminated
        "/as\0,x\0\0\0\0\0\0"s,                         // unknown tag
        "/as\0,i\0\0"s,                                 // argument missing
        "/as\0,i\0\0\0\0\0\1\0\0\0\2"s,                 // argument too many
        "/as\0,h\0\0\0\0\0\1"s,                         // half an argument
        "/as\0,s\0\0abcd"s,                             // string not terminated
        "/as\0,b\0\0\0\0\0\x8xxxx"s,                    // blob larger than the packet
        "/as\0,b\0\0\xff\xff\xff\xffxxxx"s,             // blob of negative size
        "/as\0,b\0\0\0\0\0\1xxxx"s,                     // blob with dirty padding
        "/as\0,[i\0\0\0\0\1"s,                          // open bracket
        "/as\0,i]\0\0\0\0\1"s,                          // closing bracket
        "#bundle\0"s,                                   // no time tag
        "#bundle\0\0\0\0\0"s,                           // half a time tag
        bundle_now + "\0\0\0\x8/as\0"s,                 // element larger than the bundle
        bundle_now + "\x7f\xff\xff\xfc/as\0"s,          // element of a giant size
        "/" + std::string(300, 'a') + "\0\0\0"s,        // long address
        "/as\0,"s + std::string(2000, 'T') + "\0\0\0"s, // too many arguments
        std::string(max_packet_bytes + 4, '\0'),        // too large
    }));
    INFO(packet.substr(0, 40));
    CHECK_FALSE(refusal_of(packet).text.empty());
}

TEST_CASE("every truncation of a sound packet is refused, or is the message without arguments")
{
    const auto packet = encode({"/bus/main/eq", {1, 2.0f, "three"s, std::int64_t{4}}});
    for (std::size_t size = 0; size < packet.size(); ++size) {
        const auto element = decode(std::span(packet).first(size));
        const auto* message = std::get_if<Message>(&element.content);
        CHECK((!message || message->arguments.empty()));
    }
}

TEST_CASE("a bad message in a bundle is refused alone")
{
    const auto bundle =
        bundle_of(bundle_now + sized("/a\0\0,i\0\0\0\0\0\1"s) + sized("/b\0\0,f\0\0\x7f\xc0\0\0"s) + sized("/c\0\0"s));
    CHECK(bundle.time == TimeTag{1});
    REQUIRE(bundle.elements.size() == 3);
    CHECK(std::get<Message>(bundle.elements[0].content) == Message{"/a", {1}});
    CHECK(std::get<Refused>(bundle.elements[1].content).address == "/b");
    CHECK(std::get<Message>(bundle.elements[2].content) == Message{"/c", {}});
}

TEST_CASE("bundles nest eight deep and no deeper")
{
    auto packet = "/a\0\0"s;
    for (int depth = 1; depth <= max_bundle_depth; ++depth) packet = bundle_now + sized(packet);
    auto element = decode(bytes(packet));
    for (int depth = 1; depth <= max_bundle_depth; ++depth)
        element = Element(std::get<Bundle>(element.content).elements.at(0));
    CHECK(std::holds_alternative<Message>(element.content));

    auto too_deep = decode(bytes(bundle_now + sized(packet)));
    for (int depth = 1; depth <= max_bundle_depth; ++depth)
        too_deep = Element(std::get<Bundle>(too_deep.content).elements.at(0));
    CHECK_THAT(std::get<Refused>(too_deep.content).text, Catch::Contains("deeper than 8"));
}

TEST_CASE("hundreds of nested bundles in one packet are refused without harm")
{
    auto packet = "/a\0\0"s;
    while (packet.size() + 20 < max_packet_bytes) packet = bundle_now + sized(packet);
    CHECK_NOTHROW(decode(bytes(packet)));
}

TEST_CASE("a bundle writer never grows over its capacity")
{
    const auto message = encode({"/a", {1.0f}});
    REQUIRE(message.size() == 12);
    BundleWriter writer(16 + 2 * (4 + 12) + 15);
    CHECK(writer.empty());
    CHECK(writer.add(message));
    CHECK(writer.add(message));
    CHECK_FALSE(writer.add(message));
    const auto packet = writer.take();
    CHECK(packet.size() == 16 + 2 * (4 + 12));
    CHECK(writer.empty());
    CHECK(std::get<Message>(bundle_of(text(packet)).elements.at(1).content) == Message{"/a", {1.0f}});
}

TEST_CASE("no mutation of a packet reads beyond its end")
{
    // Run under the sanitizers this is the proof; without them it shows at least that nothing throws.
    std::mt19937 random(1);
    const auto original =
        bundle_now + sized(encode({"/bus/main/eq", {1, 2.0f, "three"s}})) + sized("/b\0\0,b\0\0\0\0\0\3xyz\0"s);
    for (int round = 0; round < 20000; ++round) {
        auto packet = original;
        for (int flip = 0; flip < 3; ++flip) packet[random() % packet.size()] = static_cast<char>(random());
        packet.resize(random() % (packet.size() + 1));
        const std::vector<char> exact(packet.begin(), packet.end());
        decode(std::as_bytes(std::span(exact)));
    }
}
