#include "config/config.h"
#include <catch2/catch.hpp>

using namespace fohd;

namespace {

std::string repeat(std::string_view what, std::size_t times)
{
    std::string text;
    text.reserve(what.size() * times);
    for (std::size_t i = 0; i < times; ++i) text += what;
    return text;
}

/// Half a second of bombs, each of the next ten times the size.
std::string alias_bomb()
{
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 9; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeat(before + ", ", 9) + before + "]\n";
    }
    return text;
}

struct Hostile {
    const char* name;
    std::string text;
    std::string fragment;
};
} // namespace

TEST_CASE("a hostile file is refused with one clear sentence")
{
    constexpr std::size_t big = config::max_file_bytes - 100;
    const Hostile files[] = {
        {"too large", repeat("# comment\n", 200'000), "larger than 1 MB"},
        {"alias bomb", alias_bomb(), "nodes"},
        {"cyclic anchor", "a: &a [*a]\n", "inside of what it stands for"},
        {"many nodes", repeat("- a\n", 150'000), "100000 nodes"},
        {"many nodes in a line", "[" + repeat("a,", 200'000) + "]", "nodes"},
        {"deep lists", repeat("[", big), ""},
        {"deep maps", repeat("{", big), ""},
        {"deep maps with keys", repeat("{a: ", big / 4), ""},
        {"deep blocks", repeat("- ", big / 2), "16 levels"},
        {"deep question marks", repeat("? ", big / 2), ""},
        {"deep indents",
         [] {
             std::string t;
             for (int i = 0; i < 1300; ++i) t += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
             return t;
         }(),
         "16 levels"},
        {"long scalar", "a: " + repeat("x", big - 10), "longer than"},
        {"long quotation", "a: \"" + repeat("x", big - 10) + "\"", "longer than"},
        {"open quotation", "a: \"" + repeat("x ", 100), "never closed"},
        {"open quotation, escaped", "a: \"x\\\"", "never closed"},
        {"quotes", repeat("'", big), ""},
        {"colons", repeat(":", big), ""},
        {"colons and spaces", repeat(": ", big / 2), ""},
        {"anchors", repeat("&a ", big / 3), ""},
        {"tags", repeat("!", big), ""},
        {"documents", repeat("---\n", big / 4), ""},
        {"line ends", repeat("\n", big), "version"},
        {"NUL", std::string("fohd: 1\nbuses: {ma\0in: {}}\n", 28), "NUL"},
        {"latin-1", "fohd: 1\nbuses: {gr\xfcn: {}}\n", "UTF-8"},
        {"overlong", "fohd: \xc0\xaf\n", "UTF-8"},
        {"surrogate", "fohd: \xed\xa0\x80\n", "UTF-8"},
        {"cut sequence", "fohd: \xe2\x82", "UTF-8"},
        {"UTF-16",
         std::string("\xff\xfe"
                     "f\0o\0",
                     6),
         "UTF-8"},
        {"UTF-32 without a mark", std::string("f\0\0\0o\0\0\0", 8), "NUL"},
        {"control character", "fohd: 1 \x1b[2J\n", "control character"},
        {"duplicate keys", repeat("a: b\n", 40'000), "duplicate key `a`, first in line 1"},
        {"unknown keys",
         [] {
             std::string t;
             for (int i = 0; i < 40'000; ++i) t += "k" + std::to_string(i) + ": b\n";
             return t;
         }(),
         "more errors"},
        {"many strips",
         [] {
             std::string t = "fohd: 1\nbuses:\n";
             for (int i = 0; i < 30'000; ++i) t += "  b" + std::to_string(i) + ": {}\n";
             return t;
         }(),
         "30000 strips are too many"},
        {"many wrong sends",
         [] {
             std::string t = "fohd: 1\nbuses:\n";
             for (int i = 0; i < 500; ++i)
                 t += "  a_rather_long_name_of_a_bus_to_make_it_slow_" + std::to_string(i) + ": {}\n";
             t += "  z:\n    sends:\n";
             for (int i = 0; i < 15'000; ++i)
                 t += "      b_rather_long_name_of_a_bus_to_make_it_slow" + std::to_string(i) + ":\n";
             return t;
         }(),
         "there is no bus"},
    };
    for (const Hostile& file : files) {
        const auto loaded = config::load_text(file.text); // one that never ends meets CTest's time limit
        std::string all;
        for (const auto& problem : loaded.problems)
            if (all.size() < 1000) all += to_line(problem, "f") + "\n";
        INFO(file.name << "\n" << all);
        CHECK_FALSE(loaded.config);
        CHECK(!loaded.problems.empty());
        CHECK(loaded.problems.size() <= 501);
        CHECK(std::ranges::any_of(loaded.problems,
                                  [&](const auto& p) { return p.text.find(file.fragment) != std::string::npos; }));
    }
}

TEST_CASE("as many nodes as are allowed are read")
{
    std::string text = "fohd: 1\ninputs:\n";
    for (int i = 0; i < config::max_strips - 1; ++i)
        text += "  i" + std::to_string(i) + ": {sends: {main: {level: -6 dB}}}\n";
    const auto loaded = config::load_text(text + "buses: {main: {}}\n");
    REQUIRE(loaded.config);
    CHECK(loaded.config->graph.strips.size() == config::max_strips);
}
