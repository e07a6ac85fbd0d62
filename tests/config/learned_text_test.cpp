#include "config/learned_text.h"

#include <catch2/catch.hpp>

using namespace fohd::config;
using fohd::dsp::find_processor_type;

namespace {

/// So many filters of three numbers each.
Learned filters(std::vector<float> numbers)
{
    const auto* type = find_processor_type("feedback_suppressor");
    numbers.resize(type->learned.size());
    return {type, std::move(numbers)};
}
} // namespace

TEST_CASE("learned text: what is written is read back to the bit, as many as there may be")
{
    std::vector<float> numbers;
    for (int i = 0; i < 24; ++i)
        numbers.insert(numbers.end(), {70.1f + static_cast<float>(i) * 511.237f, 3 + static_cast<float>(i) / 0.9f,
                                       1.0f + static_cast<float>(i % 3)});
    for (const Learned& learned : {filters(numbers), filters({})}) {
        const auto read = read_learned(learned_text(learned));
        INFO(read.error);
        REQUIRE(read.learned);
        CHECK(*read.learned == learned);
    }
    CHECK(filters({}).is_empty());
    CHECK_FALSE(filters({1000, 6, 1}).is_empty());
}

TEST_CASE("learned text: a person can read it, and free places are left out")
{
    const Learned learned = filters({0, 0, 0, 1021.5f, 12, 1, 0, 0, 0, 3150, 18, 2});
    CHECK_THAT(learned_text(learned), Catch::EndsWith("fohd-learned: 1\n"
                                                      "processor: feedback_suppressor\n"
                                                      "filters:\n"
                                                      "  - {frequency: 1.0215 kHz, depth: 12 dB, width: 1}\n"
                                                      "  - {frequency: 3.15 kHz, depth: 18 dB, width: 2}\n"
                                                      "end: true\n"));
    CHECK(packed(learned) == filters({1021.5f, 12, 1, 3150, 18, 2}));
}

TEST_CASE("learned text: what is damaged or foreign is refused with its place")
{
    const std::string head = "fohd-learned: 1\nprocessor: feedback_suppressor\n", end = "end: true\n";
    const auto [text, error] = GENERATE_COPY(table<std::string, std::string>({
        {"", "cut off"},
        {"fohd-scene: 1\nvalues: {}\nend: true\n", "fohd-learned: 1"},
        {"fohd-learned: 2\nprocessor: feedback_suppressor\nend: true\n", "fohd-learned: 1"},
        {"fohd-learned: 1\n" + end, "which processor"},
        {"fohd-learned: 1\nprocessor: eq\nend: true\n", "`eq`"},
        {head + "filters:\n  - {frequency: 1 kHz, depth: 6 dB, width: 1}\n", "cut off"},
        {head + "filters:\n  - {frequency: 1 kHz, depth: 6 dB", ""},
        {head + "filters:\n  - {frequency: 1 kHz, width: 1}\n" + end, "line 4, column 5: depth is missing"},
        {head + "filters:\n  - {frequency: nan, depth: 6 dB, width: 1}\n" + end, "line 4"},
        {head + "filters:\n  - {frequency: 1 MHz, depth: 6 dB, width: 1}\n" + end, "line 4"},
        {head + "filters:\n  - {frequency: 1 kHz, depth: 600 dB, width: 1}\n" + end, "0.01..30 dB"},
        {head + "filters:\n  - {frequency: 1 kHz, depth: 6 dB, width: 1, more: 2}\n" + end, "more"},
        {head + "filters: 3\n" + end, "at most 24"},
        {head + "filters: [" +
             [] {
                 std::string many;
                 for (int i = 0; i < 25; ++i) many += "{frequency: 1 kHz, depth: 6 dB, width: 1}, ";
                 return many;
             }() +
             "]\n" + end,
         "at most 24"},
        {head + "filters: [1]\n" + end, "line 3"},
        {std::string("\0\xff", 2), ""},
    }));
    const auto read = read_learned(text);
    INFO(text);
    CHECK_FALSE(read.learned);
    CHECK_THAT(read.error, Catch::Contains(error));
    CHECK_FALSE(read.error.empty());
}
