#include "daemon/sources/source.h"

#include <catch2/catch.hpp>
#include <ebur128.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "daemon/backends/backend.h"
#include "daemon/files/sound_file.h"
#include "tests/support/temp_folder.h"

using namespace fohd::daemon;

namespace {

using Channels = std::vector<std::vector<float>>;

Channels heard(const std::string& name, int rate, int count, int frames, int block)
{
    const auto source = make_source(name, rate, count);
    Channels sound(static_cast<std::size_t>(count), std::vector<float>(static_cast<std::size_t>(frames)));
    for (int at = 0; at < frames; at += block) {
        std::vector<float*> into;
        for (auto& channel : sound) into.push_back(channel.data() + at);
        source->read(into.data(), count, std::min(block, frames - at));
    }
    return sound;
}

double power(const std::vector<float>& sound)
{
    double sum = 0;
    for (const float sample : sound) sum += static_cast<double>(sample) * static_cast<double>(sample);
    return sum / static_cast<double>(sound.size());
}

/// The power of an octave from `hertz` up: of twelve frequencies in it (Goertzel over windows of 0.1 s) times its
/// width.
double octave_decibels(const std::vector<float>& sound, int rate, double hertz)
{
    const auto window = static_cast<std::size_t>(rate / 10);
    double sum = 0;
    for (std::size_t at = 0; at + window <= sound.size(); at += window)
        for (int bin = 0; bin < 12; ++bin) {
            const double turn = 2 * std::cos(2 * std::numbers::pi * hertz * (1 + bin / 12.0) / rate);
            double one = 0, two = 0;
            for (std::size_t n = 0; n < window; ++n) {
                const double next = static_cast<double>(sound[at + n]) + turn * one - two;
                two = one;
                one = next;
            }
            sum += one * one + two * two - turn * one * two;
        }
    return 10 * std::log10(sum * hertz);
}

} // namespace

TEST_CASE("sources do not depend on the blocks they are read in")
{
    for (const std::string name : {"silence", "programme", "noise"})
        CHECK((heard(name, 48000, 3, 20000, 64) == heard(name, 48000, 3, 20000, 777)));
}

TEST_CASE("silence is silent") { CHECK(power(heard("silence", 48000, 1, 1000, 64)[0]) == 0); }

TEST_CASE("the programme is as loud as a programme and moves, at every rate")
{
    const int rate = GENERATE(44100, 48000, 96000);
    const int loop = rate * 384 / 10;
    const Channels sound = heard("programme", rate, 2, loop, 512);
    ebur128_state* meter =
        ebur128_init(2, static_cast<unsigned>(rate), EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_SAMPLE_PEAK);
    std::vector<float> interleaved;
    for (std::size_t n = 0; n < sound[0].size(); ++n) interleaved.insert(interleaved.end(), {sound[0][n], sound[1][n]});
    ebur128_add_frames_float(meter, interleaved.data(), sound[0].size());
    double integrated = 0, range = 0, peak = 0;
    ebur128_loudness_global(meter, &integrated);
    ebur128_loudness_range(meter, &range);
    ebur128_sample_peak(meter, 0, &peak);
    ebur128_destroy(&meter);
    CAPTURE(integrated, range, peak);
    CHECK(integrated > -23);
    CHECK(integrated < -18);
    CHECK(range > 4);
    CHECK(peak > 0.25);
    CHECK(peak < 0.8);
    CHECK((sound[0] != sound[1])); // In brackets: nobody wants to read a million samples.
}

TEST_CASE("the noise is pink, −20 dBFS and another one for each input")
{
    const int rate = GENERATE(48000, 96000);
    const Channels sound = heard("noise", rate, 2, rate * 4, 512);
    CHECK(10 * std::log10(power(sound[0])) == Approx(-20).margin(0.7));
    double product = 0;
    for (std::size_t n = 0; n < sound[0].size(); ++n)
        product += static_cast<double>(sound[0][n]) * static_cast<double>(sound[1][n]);
    // Two independent ones of 4 s: their lowest octaves have few periods to average over.
    CHECK(std::abs(product / static_cast<double>(sound[0].size()) / std::sqrt(power(sound[0]) * power(sound[1]))) <
          0.2);
    const double reference = octave_decibels(sound[0], rate, 1000);
    for (const double hertz : {125.0, 500.0, 4000.0, 8000.0})
        CHECK(octave_decibels(sound[0], rate, hertz) == Approx(reference).margin(1.5));
}

TEST_CASE("a file is played round and round, its channels dealt out, its rate converted")
{
    const fohd::test::TempFolder folder;
    const std::string path = folder / "loop.wav";
    const std::vector<float> left{0.1f, 0.2f, 0.3f}, right{-0.1f, -0.2f, -0.3f};
    const float* channels[] = {left.data(), right.data()};
    auto writer = SoundWriter::create(path, {2, 48000, 3});
    REQUIRE(writer);
    REQUIRE(writer->write(channels, 3));
    REQUIRE(writer->finish());

    const Channels sound = heard(path, 48000, 3, 7, 2);
    CHECK(sound[0] == std::vector<float>{0.1f, 0.2f, 0.3f, 0.1f, 0.2f, 0.3f, 0.1f});
    CHECK(sound[1] == std::vector<float>{-0.1f, -0.2f, -0.3f, -0.1f, -0.2f, -0.3f, -0.1f});
    CHECK(sound[2] == sound[0]);
    const Channels slow = heard(path, 96000, 1, 12, 5);
    CHECK(std::equal(slow[0].begin(), slow[0].begin() + 6, slow[0].begin() + 6));
}

TEST_CASE("a source that is none is refused in one sentence")
{
    CHECK_THROWS_WITH(make_source("/no/such.wav", 48000, 1),
                      Catch::Contains("/no/such.wav") && Catch::Contains("programme"));
    CHECK_THROWS_AS(make_source("programm", 48000, 1), SourceError);
}
