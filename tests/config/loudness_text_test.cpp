#include "config/loudness_text.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace fohd::config;

namespace {

/// The energy of so many sounds at the middle of a class.
LoudnessClass at(int level, std::uint64_t count)
{
    return {level, count, static_cast<double>(count) * std::pow(10, (level / 100.0 + 0.01 + 0.691) / 10)};
}

Integration a_night()
{
    Integration night{2, {}, {}, -8.25f, -12.0625f, -0.1f};
    for (int i = 0; i < class_count; ++i)
        night.blocks.push_back(
            at(lowest_class + i * class_width, std::uint64_t{1'000'000'007} * static_cast<std::uint64_t>(i + 1)));
    night.windows = {at(-2346, 12), at(-2344, std::numeric_limits<std::uint32_t>::max())};
    return night;
}
} // namespace

TEST_CASE("loudness text: what is written is read back to the bit, all classes too")
{
    const auto text = loudness_text(a_night());
    const auto read = read_loudness(text);
    INFO(read.error);
    REQUIRE(read.integration);
    CHECK(*read.integration == a_night());
    CHECK(text.size() < 400'000);

    Integration nothing;
    nothing.channels = 16;
    CHECK(*read_loudness(loudness_text(nothing)).integration == nothing);
}

TEST_CASE("loudness text: a person can read it")
{
    const Integration integration{2, {{-2346, 2, 0.0106}}, {{-2400, 1, 0.00468}}, -23.4f, -23.5f, -20.1f};
    CHECK_THAT(loudness_text(integration),
               Catch::EndsWith("fohd-loudness: 1\n"
                               "channels: 2\n"
                               "max: {momentary: -23.4, shortterm: -23.5, truepeak: -20.1}\n"
                               "blocks:\n"
                               "  -23.46: [2, 0.0106]\n"
                               "windows:\n"
                               "  -24.00: [1, 0.00468]\n"
                               "end: true\n"));
}

TEST_CASE("loudness text: what is damaged is refused with its place")
{
    const std::string head = "fohd-loudness: 1\nchannels: 2\n";
    const auto text = GENERATE_COPY(values<std::string>({
        "",
        "fohd-loudness: 2\nchannels: 2\nend: true\n",
        "fohd-state: 1\nchannels: 2\nend: true\n",
        "fohd-loudness: 1\nend: true\n",
        "fohd-loudness: 1\nchannels: 17\nend: true\n",
        "fohd-loudness: 1\nchannels: 0\nend: true\n",
        head,
        head + "more: 1\nend: true\n",
        head + "max: {momentary: loud}\nend: true\n",
        head + "max: {momentary: nan}\nend: true\n",
        head + "max: {momentary: -121}\nend: true\n",
        head + "max: {peak: -1}\nend: true\n",
        head + "blocks: 3\nend: true\n",
        head + "blocks: {-23.46: 2}\nend: true\n",
        head + "blocks: {-23.46: [2]}\nend: true\n",
        head + "blocks: {-23.46: [0, 0.0106]}\nend: true\n",
        head + "blocks: {-23.46: [-2, 0.0106]}\nend: true\n",
        head + "blocks: {-23.46: [2, nan]}\nend: true\n",
        head + "blocks: {-23.46: [2, inf]}\nend: true\n",
        head + "blocks: {-23.46: [2, 0.0207]}\nend: true\n", // a digit that fell over: no mean of this class
        head + "blocks: {-23.46: [3, 0.0106]}\nend: true\n",
        head + "blocks: {-23.45: [2, 0.0106]}\nend: true\n",
        head + "blocks: {-70.02: [1, 1.16e-7]}\nend: true\n",
        head + "blocks: {30.00: [1, 1175]}\nend: true\n",
        head + "blocks: {1e30: [1, 1]}\nend: true\n",
        head + "blocks: {loud: [1, 1]}\nend: true\n",
        head + "blocks: {-23.46: [2, 0.0106], -23.46: [2, 0.0106]}\nend: true\n",
        head + "blocks: {-23.46: [2, 0.0106], -24.00: [1, 0.00468]}\nend: true\n",
        std::string("fohd-loudness: 1\n\0\0\0\0", 21),
        "\xff\xfe garbage",
    }));
    INFO(text);
    const auto read = read_loudness(text);
    CHECK_FALSE(read.integration);
    CHECK_THAT(read.error, Catch::StartsWith("line "));
}

TEST_CASE("loudness text: cut off anywhere it is refused, and with any other digit it is refused or harmless")
{
    const std::string whole = loudness_text({2, {{-2346, 2, 0.0106}}, {{-2400, 1, 0.00468}}, -23.4f, -23.5f, -20.1f});
    for (std::size_t n = 0; n <= whole.find("end:"); ++n) CHECK_FALSE(read_loudness(whole.substr(0, n)).integration);
    for (std::size_t n = 0; n < whole.size(); ++n)
        for (char other : {'0', '9', '-', '{', '\0', '\xff'}) {
            std::string text = whole;
            text[n] = other;
            const auto read = read_loudness(text);
            if (read.integration)
                for (const auto& each : read.integration->blocks) CHECK(std::isfinite(each.energy));
        }
}
