#include "control/osc/pattern.h"

#include <catch2/catch.hpp>
#include <chrono>

using namespace fohd::control;

namespace {

bool matches(std::string_view pattern, std::string_view address)
{
    const auto compiled = Pattern::compile(pattern);
    if (const auto* bad = std::get_if<BadPattern>(&compiled)) FAIL(pattern << ": " << bad->text);
    return std::get<Pattern>(compiled).matches(address);
}

std::string problem(std::string_view pattern)
{
    const auto compiled = Pattern::compile(pattern);
    return std::holds_alternative<BadPattern>(compiled) ? std::get<BadPattern>(compiled).text : "";
}

} // namespace

TEST_CASE("a pattern without wildcards matches itself alone")
{
    CHECK(matches("/bus/main/fader", "/bus/main/fader"));
    CHECK_FALSE(matches("/bus/main/fader", "/bus/main"));
    CHECK_FALSE(matches("/bus/main", "/bus/main/fader"));
    CHECK_FALSE(matches("/bus/main", "/bus/mai"));
}

TEST_CASE("wildcards match within a segment")
{
    struct Row {
        const char* pattern;
        const char* address;
        bool expected;
    };
    const auto row = GENERATE(values<Row>({
        {"/*", "/ping", true},
        {"/*", "/bus/main", false},
        {"/bus/*/fader", "/bus/main/fader", true},
        {"/bus/*/fader", "/bus/main/eq/fader", false},
        {"/bus/m*n/fader", "/bus/main/fader", true},
        {"/bus/m*n/fader", "/bus/mn/fader", true},
        {"/bus/m*n/fader", "/bus/maim/fader", false},
        {"/*a*a*", "/banana", true},
        {"/*a*a*", "/ban", false},
        {"/**", "/x", true},
        {"/vox?", "/vox1", true},
        {"/vox?", "/vox", false},
        {"/vox?", "/vox12", false},
        {"/eq/[1-3]/q", "/eq/2/q", true},
        {"/eq/[1-3]/q", "/eq/4/q", false},
        {"/eq/[!1-3]/q", "/eq/4/q", true},
        {"/eq/[!1-3]/q", "/eq/1/q", false},
        {"/[ab-]", "/-", true},
        {"/[a!]", "/!", true},
        {"/[abx-z]x", "/yx", true},
        {"/{fader,mute}", "/fader", true},
        {"/{fader,mute}", "/mute", true},
        {"/{fader,mute}", "/fade", false},
        {"/{a,ab}c", "/abc", true},
        {"/{ab,a}bc", "/abc", true},
        {"/vox{,_2}", "/vox", true},
        {"/vox{,_2}", "/vox_2", true},
        {"/{in,out}put/*/fad?r", "/output/foh/fader", true},
        {"/a,b", "/a,b", true},
    }));
    INFO(row.pattern << " on " << row.address);
    CHECK(matches(row.pattern, row.address) == row.expected);
}

TEST_CASE("a double slash stands for any number of segments")
{
    CHECK(matches("//fader", "/fader"));
    CHECK(matches("//fader", "/bus/main/fader"));
    CHECK_FALSE(matches("//fader", "/bus/main/fader/x"));
    CHECK(matches("/bus//fader", "/bus/fader"));
    CHECK(matches("/bus//fader", "/bus/main/fader"));
    CHECK_FALSE(matches("/bus//fader", "/input/vox/fader"));
    CHECK(matches("/bus//", "/bus/main/eq/1/q"));
    CHECK_FALSE(matches("/bus//", "/input/vox"));
    CHECK(matches("//", "/anything/at/all"));
    CHECK(matches("////", "/anything/at/all"));
    CHECK(matches("//eq//q", "/bus/main/eq/1/q"));
    CHECK(matches("//a//a/b", "/a/a/a/b"));
    CHECK_FALSE(matches("//a//a/b", "/a/b"));
    CHECK(matches("//meter/*", "/bus/main/meter/peak"));
    CHECK(matches("/norm//{fader,pan}", "/norm/bus/main/pan"));
}

TEST_CASE("a text that is no pattern is refused with a sentence")
{
    for (const char* pattern : {"", "fader", "/{{{{", "/[", "/[]", "/[!]", "/[z-a]", "/{a", "/a}", "/a]", "/{a*}",
                                "/{a/b}", "/[a/b]", "/a/", "/"}) {
        INFO(pattern);
        CHECK_FALSE(problem(pattern).empty());
    }
    CHECK_FALSE(problem("/" + std::string(1000, '*')).empty());
    CHECK(problem("/{a,b}/[!x]/*//?").empty());
}

TEST_CASE("literal says whether wildcards occur")
{
    CHECK(std::get<Pattern>(Pattern::compile("/bus/main/fader")).literal());
    CHECK_FALSE(std::get<Pattern>(Pattern::compile("/bus//fader")).literal());
    CHECK_FALSE(std::get<Pattern>(Pattern::compile("/bus/ma?n")).literal());
    CHECK_FALSE(has_wildcards("/bus/main"));
    for (const char* text : {"/*", "/a?", "/[a]", "/{a}", "//a"}) CHECK(has_wildcards(text));
}

TEST_CASE("hostile patterns take no longer than kind ones")
{
    std::string stars = "/";
    while (stars.size() < 240) stars += "*a{a,}";
    std::string slashes;
    while (slashes.size() < 240) slashes += "//*a";
    const auto letters = "/" + std::string(200, 'a') + "b";
    std::string segments;
    while (segments.size() < 240) segments += "/a";
    segments += "/b";

    // Exponential matching would not end in anybody's life; a thousand tries of ours take milliseconds. Ten seconds is
    // room for a sanitizer build on a busy machine.
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 100; ++i) {
        CHECK_FALSE(matches(stars, letters));
        CHECK_FALSE(matches(slashes, segments));
    }
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
}
