#include "config/config.h"
#include "config/defaults.h"
#include "config/describe.h"
#include "tests/support/temp_folder.h"
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace fohd;

namespace {

const auto here = std::filesystem::path(__FILE__).parent_path();

std::string read(const std::filesystem::path& path)
{
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

/// A change to examples/live.yaml that makes it wrong, in a way that a schema can know.
struct Twin {
    std::string_view right, wrong;
};
constexpr Twin twins[] = {
    {"fohd: 1", "fohd: 2"},
    {"backend: jack", "backend: jackd"},
    {"port: 9000", "port: 90000"},
    {"allow: [192.168.1.0/24", "allow: [everybody"},
    {"inputs:", "input:"},
    {"  vox:", "  the vox:"},
    {"channels: 2", "channels: 20"},
    {"high_pass:", "highpass:"},
    {"frequency: 90 Hz", "frequency: 90 dB"},
    {"frequency: 90 Hz", "frequency: 90 kHz"},
    {"frequency: 90 Hz", "frequency: 9"},
    {"frequency: 90 Hz", "freqency: 90 Hz"},
    {"threshold: -45 dB", "threshold: 5 dB"},
    {"threshold: -45 dB", "threshold: [1]"},
    {"type: bell", "type: bel"},
    {"ratio: 3,", "ratio: 0.5,"},
    {"name: leveller", "name: fader"},
    {"key: vox", "key: [vox]"},
    {"fader: -3 dB", "fader: 30 dB"},
    {"pan: -0.3", "pan: 3"},
    {"level: -12 dB", "level: -12 ms"},
    {"sends: {main: {}, echo", "sends: {main: 3, echo"},
    {"feedback: 28 %", "feedback: 280 %"},
    {"fader, limiter", "fadder, limiter"},
    {"ceiling: -1 dB", "ceiling: 1 dB"},
    {"loudness: true", "loudness: perhaps"},
    {"loudness: true", "loudness: [keep]"},
    {"foh: {from: main", "foh: {form: main"},
    {"time: 380 ms", "time: 380 Hz"},
    {"band: {strips: [guitar, playback]}", "band: {strips: []}"},
    {"band: {strips: [guitar, playback]}", "band: {}"},
    {"music: {strips: [guitar, playback]}", "music: {strips: [guitar, playback], fader: 30 dB}"},
    {"music: {strips: [guitar, playback]}", "music: {strips: [a/guitar]}"},
    {"solo: {solo: pfl}", "solo: {solo: plf}"},
    {"ab: {strip: main, ", "ab: {"},
    {"processors: [eq, compressor]", "processors: []"},
};
} // namespace

TEST_CASE("a real validator takes the examples by the schema, and refuses their broken twins")
{
    const test::TempFolder folder;
    const std::string live = read(here / "../../config/examples/live.yaml");
    std::ofstream(folder / "schema.json") << describe(config::Format::schema);
    std::filesystem::create_directories(folder / "good");
    std::filesystem::create_directories(folder / "bad");
    std::ofstream(folder / "good/built_in.yaml") << config::built_in_example();
    std::ofstream(folder / "good/keep.yaml") << "fohd: 1\nbuses: {main: {loudness: keep}}\n";
    for (const auto& file : std::filesystem::directory_iterator(here / "../../config/examples"))
        if (file.path().extension() == ".yaml")
            std::filesystem::copy_file(file.path(), folder / ("good/" + file.path().filename().string()));
    int number = 0;
    for (const Twin& twin : twins) {
        std::string text = live;
        const auto place = text.find(twin.right);
        INFO(twin.right << " -> " << twin.wrong);
        REQUIRE(place != std::string::npos);
        text.replace(place, twin.right.size(), twin.wrong);
        CHECK_FALSE(config::load_text(text).config);
        std::ofstream(folder / ("bad/" + std::to_string(++number) + ".yaml"))
            << "# " << twin.right << " -> " << twin.wrong << "\n"
            << text;
    }
    const std::string command =
        "/usr/bin/python3 '" + (here / "validate.py").string() + "' '" + std::string(folder / "") + "'";
    CHECK(std::system(command.c_str()) == 0);
}
