// Files of impulse responses: which are taken, what is said of the others, and another file while sound runs.
#include "config/compare.h"
#include "config/config.h"
#include "daemon/engine.h"
#include "daemon/files/load_impulse.h"
#include "tests/support/figures.h"
#include "tests/support/flushed_denormals.h"
#include "tests/support/temp_folder.h"
#include "tests/system/sound_files.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <filesystem>
#include <fstream>
#include <limits>
#include <numbers>
#include <sys/stat.h>

using namespace fohd;
using namespace fohd::test;
using Catch::Contains;

namespace {

std::string show(const std::string& file, int channels = 2)
{
    return "fohd: 1\ninputs: {in: {channels: " + std::to_string(channels) +
           "}}\nbuses: {}\noutputs:\n  out:\n    from: in\n    chain:\n      - convolution:\n          file: " + file +
           "\n";
}

config::Loaded load(const TempFolder& folder, const std::string& file, int channels = 2, bool may_fail = false)
{
    return config::load_text(show(file, channels),
                             {.folder = folder.path(), .read = daemon::load_impulse, .may_fail = may_fail});
}

std::complex<double> response_at(const std::vector<float>& taps, double hz, double rate)
{
    std::complex<double> sum = 0;
    for (std::size_t n = 0; n < taps.size(); ++n)
        sum +=
            static_cast<double>(taps[n]) * std::polar(1.0, -2 * std::numbers::pi * hz * static_cast<double>(n) / rate);
    return sum;
}
} // namespace

TEST_CASE("impulse: a file that cannot be one is an error at its place")
{
    const TempFolder folder;
    std::ofstream(folder / "empty.wav");
    std::ofstream(folder / "text.wav") << "fohd: 1\n";
    mkfifo((folder / "fifo.wav").c_str(), 0600);
    write_wav(folder / "none.wav", {std::vector<float>{}});
    write_wav(folder / "silent.wav", {std::vector<float>(100)});
    write_wav(folder / "loud.wav", {{1.0f, -1e9f}}); // integers that were written as they are
    write_wav(folder / "nan.wav", {{1.0f, std::numeric_limits<float>::quiet_NaN()}});
    write_wav(folder / "long.wav", {std::vector<float>(81'000, 0.1f)}, 8000);
    write_wav(folder / "three.wav", {{1.0f}, {1.0f}, {1.0f}});
    write_wav(folder / "many.wav", Channels(17, {1.0f}));
    write_wav(folder / "slow.wav", {{1.0f}}, 1000);
    write_wav(folder / "fast.wav", {{1.0f}}, 1'000'000);
    const std::pair<std::string, std::string> files[] = {
        {"missing.wav", "No such file"},   {"empty.wav", "it is not a WAV"},
        {"text.wav", "it is not a WAV"},   {"fifo.wav", "no regular file"},
        {"none.wav", "no sound"},          {"silent.wav", "is silent"},
        {"loud.wav", "above +60 dBFS"},    {"nan.wav", "no numbers"},
        {"long.wav", "10 s at most"},      {"three.wav", "has 3 channels"},
        {"many.wav", "17 channels"},       {"slow.wav", "a rate of 1000"},
        {"fast.wav", "a rate of 1000000"}, {".", "directory"}};
    for (const auto& [file, said] : files) {
        INFO(file);
        const auto loaded = load(folder, file);
        CHECK_FALSE(loaded.config);
        REQUIRE(loaded.problems.size() == 1);
        CHECK_THAT(loaded.problems[0].text, Contains(said) && Contains("file: "));
        CHECK(loaded.problems[0].line == 9);
        CHECK(loaded.problems[0].column == 17);
        CHECK(load(folder, file, 2, true).config); // as it ran well last: passes sound unchanged
    }
    const auto without = config::load_text("fohd: 1\nbuses: {main: {chain: [convolution]}}\n");
    REQUIRE(without.problems.size() == 1);
    CHECK_THAT(without.problems[0].text, Contains("needs a `file`"));
}

TEST_CASE("impulse: a WAV that was cut off is a warning that says how much of it is there")
{
    const TempFolder folder;
    const auto warning = [&](const std::string& file) -> std::string {
        const auto loaded = load(folder, file);
        REQUIRE(loaded.config);
        if (loaded.problems.empty()) return {};
        REQUIRE(loaded.problems.size() == 1);
        CHECK(loaded.problems[0].warning);
        CHECK(loaded.problems[0].line == 9);
        CHECK(loaded.problems[0].column == 17);
        return loaded.problems[0].text;
    };
    write_wav(folder / "room.wav", Channels(2, std::vector<float>(1000, 0.1f)));
    CHECK(warning("room.wav").empty());
    std::filesystem::resize_file(folder / "room.wav", std::filesystem::file_size(folder / "room.wav") - 3000);
    CHECK_THAT(warning("room.wav"),
               Contains("room.wav is cut off: it says that it has 1000 frames, and 625 are there"));

    // Whoever streams a file does not know how long it will be.
    std::fstream stream(folder / "room.wav", std::ios::in | std::ios::out | std::ios::binary);
    std::string header(200, ' ');
    stream.read(header.data(), 200);
    stream.seekp(static_cast<std::streamoff>(header.find("data")) + 4);
    stream.write("\xff\xff\xff\xff", 4);
    stream.close();
    CHECK(warning("room.wav").empty());
}

TEST_CASE("impulse: which channels fit which strips")
{
    const TempFolder folder;
    for (int count = 1; count <= 5; ++count)
        write_wav(folder / std::to_string(count) + ".wav", Channels(static_cast<std::size_t>(count), {1.0f}));
    for (int strip = 1; strip <= 5; ++strip)
        for (int count = 1; count <= 5; ++count) {
            CAPTURE(strip, count);
            const bool fits = count == 1 || count == strip || (count == 4 && strip == 2);
            CHECK(load(folder, std::to_string(count) + ".wav", strip).config.has_value() == fits);
        }
}

TEST_CASE("impulse: at another rate the response is the same to 18 kHz, and as loud")
{
    const auto [from, to] = GENERATE(table<int, int>({{96000, 48000}, {44100, 48000}, {48000, 44100}, {48000, 96000}}));
    // A sudden beginning, and a sweep that falls from 20 kHz to 20 Hz within 50 ms.
    std::vector<float> taps(static_cast<std::size_t>(from / 20));
    double phase = 0;
    for (std::size_t n = 0; n < taps.size(); ++n) {
        const double part = static_cast<double>(n) / static_cast<double>(taps.size());
        taps[n] = static_cast<float>(0.05 * std::sin(phase) * (1 - part));
        phase += 2 * std::numbers::pi * 20000 * std::pow(0.001, part) / from;
    }
    taps[0] = 1;
    const auto got = daemon::resampled_response({taps, taps}, from, to);
    REQUIRE(got.size() == 2);
    CHECK(got[0] == got[1]);
    double worst = 0;
    for (double hz = 50; hz <= 18000; hz *= 1.1)
        worst = std::max(worst, std::abs(20 * std::log10(std::abs(response_at(got[0], hz, to)) /
                                                         std::abs(response_at(taps, hz, from)))));
    CAPTURE(from, to);
    CHECK(worst < 0.1);
    figure("convolution", "response of a file at another rate, 50 Hz to 18 kHz", at_most(0.1, "dB"), worst);
    const auto late = std::max_element(got[0].begin(), got[0].end()) - got[0].begin();
    CHECK(late < to * 15 / 10000); // what the converter rings before a sudden beginning
    // What has silence before it comes when it came.
    std::vector<float> room(static_cast<std::size_t>(from / 10));
    room[room.size() / 2] = 1;
    const auto moved = daemon::resampled_response({room}, from, to);
    const auto place = std::max_element(moved[0].begin(), moved[0].end()) - moved[0].begin();
    CHECK(std::abs(static_cast<double>(place) - to / 20.0) <= 1);
}

TEST_CASE("impulse: another file comes in while sound runs without a click, the same one changes nothing")
{
    constexpr int rate = 48000, block = 64;
    const TempFolder folder;
    std::vector<float> late(6000);
    late[5000] = -0.7f;
    write_wav(folder / "a.wav", {{0.5f}});
    write_wav(folder / "b.wav", {late});
    const auto graph_of = [&](const std::string& file) { return load(folder, file).config.value().graph; };
    const auto values_of = [](const dsp::Description& d) { return dsp::Layout(d).initial_values(); };
    const FlushedDenormals flushed;
    daemon::Engine engine(graph_of("a.wav"), rate), still(graph_of("a.wav"), rate);
    const auto wiring = dsp::Wiring::straight(engine.performer().graph().plan());
    std::vector<float> heard;
    long differ = 0;
    int frame = 0;
    const auto run = [&](int frames) {
        for (const int end = frame + frames; frame < end; frame += block) {
            engine.tend();
            still.tend();
            std::vector<float> in(block), a(block), b(block), c(block), d(block);
            for (int i = 0; i < block; ++i)
                in[static_cast<std::size_t>(i)] =
                    static_cast<float>(0.25 * std::sin(2 * std::numbers::pi * 200 * (frame + i) / rate));
            const float* const ins[] = {in.data(), in.data()};
            float *const outs[] = {a.data(), b.data()}, *const others[] = {c.data(), d.data()};
            engine.process(ins, outs, block);
            still.process(ins, others, block);
            differ += a != c || b != d;
            heard.insert(heard.end(), a.begin(), a.end());
        }
    };
    run(9600);
    CHECK(config::compare(*load(folder, "a.wav").config, *load(folder, "a.wav").config).nothing());
    engine.change(graph_of("a.wav"), values_of(graph_of("a.wav")), wiring); // read anew, and the same
    run(9600);
    CHECK(differ == 0);
    const auto before = config::compare(*load(folder, "a.wav").config, *load(folder, "b.wav").config);
    CHECK(before.sound);
    for (const char* file : {"b.wav", "a.wav"}) {
        engine.change(graph_of(file), values_of(graph_of(file)), wiring);
        run(24000);
    }
    write_wav(folder / "a.wav", {{-0.25f}}); // other sound under the same name
    engine.change(graph_of("a.wav"), values_of(graph_of("a.wav")), wiring);
    run(24000);
    float bend = 0, end = 0;
    for (std::size_t i = 2000; i < heard.size(); ++i)
        bend = std::max(bend, std::abs(heard[i] - 2 * heard[i - 1] + heard[i - 2]));
    for (std::size_t i = heard.size() - 4800; i < heard.size(); ++i) end = std::max(end, std::abs(heard[i]));
    CHECK(bend < 0.001f); // -60 dBFS; the sine itself bends by 0.00017
    CHECK(end == Approx(0.25 * 0.25).margin(0.001));
    engine.set_rate(44100); // asks the resampler
    CHECK(engine.rate() == 44100);
}
