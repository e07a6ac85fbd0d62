#include "daemon/files/sound_file.h"

#include <catch2/catch.hpp>
#include <sndfile.h>
#include <sys/stat.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <numbers>

#include "tests/support/temp_folder.h"

using namespace fohd::daemon;
using fohd::test::TempFolder;

namespace {

using Channels = std::vector<std::vector<float>>;

std::vector<float> sine(double hertz, int rate, std::size_t frames, double level = 0.5)
{
    std::vector<float> sound(frames);
    for (std::size_t n = 0; n < frames; ++n)
        sound[n] = static_cast<float>(level * std::sin(2 * std::numbers::pi * hertz * static_cast<double>(n) / rate));
    return sound;
}

void write(const std::string& path, const Channels& sound, SampleFormat samples, std::size_t block = 100)
{
    const auto frames = sound.front().size();
    auto writer = SoundWriter::create(path, {static_cast<int>(sound.size()), 48000, 0}, samples);
    REQUIRE(writer);
    for (std::size_t at = 0; at < frames; at += block) {
        std::vector<const float*> channels;
        for (const auto& channel : sound) channels.push_back(channel.data() + at);
        REQUIRE(writer->write(channels.data(), static_cast<int>(std::min(block, frames - at))));
    }
    REQUIRE(writer->finish());
}

std::string bytes(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

TEST_CASE("32-bit float files come back to the bit, whatever the blocks")
{
    const TempFolder folder;
    const std::string path = folder / "five.wav";
    Channels sound;
    for (int channel = 0; channel < 5; ++channel) sound.push_back(sine(100.0 * (channel + 1), 48000, 1000, 1.7));
    write(path, sound, SampleFormat::float_32);

    auto reader = SoundReader::open(path);
    REQUIRE(reader);
    CHECK(reader->format().channels == 5);
    CHECK(reader->format().rate == 48000);
    CHECK(reader->format().frames == 1000);
    Channels read(5, std::vector<float>(1000));
    for (int at = 0; at < 1000;) {
        std::vector<float*> into;
        for (auto& channel : read) into.push_back(channel.data() + at);
        const int got = reader->read(into.data(), std::min(37, 1000 - at));
        REQUIRE(got > 0);
        at += got;
    }
    CHECK(read == sound);
    std::vector<float> beyond(5);
    std::vector<float*> into(5, beyond.data());
    CHECK(reader->read(into.data(), 1) == 0);
    CHECK_FALSE(reader->error());
}

TEST_CASE("equal sounds make equal files, dithered ones too, whatever the blocks")
{
    const TempFolder folder;
    const Channels sound{sine(440, 48000, 5000), sine(441, 48000, 5000)};
    for (const auto samples : {SampleFormat::float_32, SampleFormat::pcm_24, SampleFormat::pcm_16}) {
        write(folder / "a.wav", sound, samples, 64);
        write(folder / "b.wav", sound, samples, 999);
        CHECK((bytes(folder / "a.wav") == bytes(folder / "b.wav")));
        CHECK(bytes(folder / "a.wav").find("PEAK") == std::string::npos); // It would hold the time of writing.
    }
}

TEST_CASE("dither makes the rounding error independent of the sound")
{
    // The error of TPDF dither of 2 LSB peak to peak has the mean 0 and the variance ¼ LSB², also for a constant
    // between two steps, where plain rounding would always err by the same amount.
    const TempFolder folder;
    constexpr std::size_t frames = 200000;
    for (const auto& [samples, bits] : {std::pair{SampleFormat::pcm_16, 16}, std::pair{SampleFormat::pcm_24, 24}}) {
        const double step = std::exp2(1 - bits);
        for (const double between : {0.0, 0.25, 0.5}) {
            const auto value = static_cast<float>((100 + between) * step);
            write(folder / "dither.wav", {std::vector<float>(frames, value)}, samples, 4096);
            const auto read = load_sound(folder / "dither.wav", 60);
            REQUIRE(read);
            double sum = 0, squares = 0, largest = 0;
            for (const float sample : read->channels[0]) {
                const double error = (static_cast<double>(sample) - static_cast<double>(value)) / step;
                sum += error;
                squares += error * error;
                largest = std::max(largest, std::abs(error));
            }
            CHECK(sum / frames == Approx(0).margin(0.006)); // Five standard deviations of a mean of 200,000.
            CHECK(squares / frames == Approx(0.25).margin(0.006));
            CHECK(largest <= 1.5);
        }
    }
}

TEST_CASE("integers are clipped at full scale")
{
    const TempFolder folder;
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    write(folder / "loud.wav", {{2.0f, -2.0f, 1e30f, -1e30f, nan}}, SampleFormat::pcm_16);
    const auto read = load_sound(folder / "loud.wav", 60);
    REQUIRE(read);
    CHECK(read->channels[0] == std::vector<float>{32767.0f / 32768, -1, 32767.0f / 32768, -1, 0});
}

TEST_CASE("an existing file changes only when the new one is complete, and a link stays a link")
{
    const TempFolder folder;
    const std::string path = folder / "out.wav", link = folder / "link.wav";
    write(path, {{0.25f}}, SampleFormat::float_32);
    const std::string before = bytes(path);
    {
        auto writer = SoundWriter::create(path, {1, 48000, 0});
        REQUIRE(writer);
        const float sample = 0.5f;
        const float* channel = &sample;
        CHECK(writer->write(&channel, 1));
        CHECK(bytes(path) == before);
    }
    CHECK(bytes(path) == before);
    CHECK(folder.files() == 1);

    std::filesystem::create_symlink("out.wav", link);
    write(link, {{0.5f}}, SampleFormat::float_32);
    CHECK(std::filesystem::is_symlink(link));
    CHECK(load_sound(path, 1)->channels[0].front() == 0.5f);

    const mode_t mask = umask(0);
    umask(mask);
    CHECK((static_cast<unsigned>(std::filesystem::status(path).permissions()) & 0777u) == (0666u & ~mask));
}

TEST_CASE("sound may be written to /dev/null")
{
    write("/dev/null", {{0.5f}}, SampleFormat::float_32);
    CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("more than 4 GiB becomes RF64")
{
    const TempFolder folder;
    auto writer = SoundWriter::create(folder / "long.wav", {8, 48000, 48000ll * 3600});
    REQUIRE(writer);
    REQUIRE(writer->finish());
    CHECK(bytes(folder / "long.wav").substr(0, 4) == "RF64");
}

TEST_CASE("FLAC is read")
{
    const TempFolder folder;
    const std::string path = folder / "tone.flac";
    const auto sound = sine(1000, 44100, 44100);
    SF_INFO info{};
    info.channels = 1;
    info.samplerate = 44100;
    info.format = SF_FORMAT_FLAC | SF_FORMAT_PCM_24;
    SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
    sf_write_float(file, sound.data(), static_cast<sf_count_t>(sound.size()));
    sf_close(file);

    const auto read = load_sound(path, 2);
    REQUIRE(read);
    REQUIRE(read->frames() == 44100);
    float worst = 0;
    for (std::size_t n = 0; n < sound.size(); ++n) worst = std::max(worst, std::abs(sound[n] - read->channels[0][n]));
    CHECK(worst <= std::exp2(-23.0f));

    const auto whole = std::filesystem::file_size(path);
    std::filesystem::resize_file(path, whole / 2);
    const auto damaged = load_sound(path, 2);
    REQUIRE_FALSE(damaged);
    CHECK_THAT(damaged.error(), Catch::Contains(path) && Catch::Contains("damaged"));
}

TEST_CASE("what cannot be read or written is said with its path")
{
    const TempFolder folder;
    std::ofstream(folder / "text.wav") << "no sound";
    std::ofstream(folder / "empty.wav");
    CHECK_THAT(SoundReader::open(folder / "none.wav").error(), Catch::Contains("none.wav: No such file"));
    CHECK_THAT(SoundReader::open(folder / "text.wav").error(), Catch::Contains("text.wav: it is not a WAV"));
    CHECK_THAT(SoundReader::open(folder / "empty.wav").error(), Catch::Contains("empty.wav: it is not a WAV"));
    CHECK_THAT(SoundReader::open(folder.path()).error(), Catch::Contains("directory"));
    const TempFolder pipes;
    REQUIRE(mkfifo((pipes / "pipe.wav").c_str(), 0600) == 0);
    CHECK_THAT(SoundReader::open(pipes / "pipe.wav").error(), Catch::Contains("pipe.wav: it is no regular file"));
    CHECK_THAT(SoundWriter::create(folder / "foh.mp3", {1, 48000, 1}, SampleFormat::float_32).error(),
               Catch::Contains("foh.mp3: what is written is WAV"));
    CHECK_THAT(SoundWriter::create(folder / "no/such/out.wav", {1, 48000, 0}).error(),
               Catch::Contains("out.wav: No such file"));
    CHECK_THAT(SoundWriter::create(folder.path(), {1, 48000, 0}).error(), Catch::Contains("directory"));
    CHECK_THAT(SoundWriter::create(folder / "wide.wav", {0, 48000, 0}).error(), Catch::Contains("wide.wav"));
    CHECK(folder.files() == 2);
}

TEST_CASE("resampling keeps pitch, level, phase and length")
{
    const auto from = GENERATE(44100, 96000);
    const Sound sound{from, {sine(997, from, static_cast<std::size_t>(from))}};
    const Sound result = resampled(sound, 48000);
    REQUIRE(result.rate == 48000);
    REQUIRE(result.frames() == 48000);
    const auto wanted = sine(997, 48000, 48000);
    double worst = 0;
    for (std::size_t n = 2000; n < 46000; ++n)
        worst = std::max(worst, std::abs(static_cast<double>(result.channels[0][n]) - static_cast<double>(wanted[n])));
    CHECK(worst < 1e-4); // −74 dB of the tone; a sample of delay would be 0.06.
}
