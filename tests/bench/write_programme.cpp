// write_programme FILE CHANNELS SECONDS FIRST_SEED LEVEL [stage|band|speech|note]: a WAV file at 48 kHz. stage: bench::programme, a seed
// a channel; speech: bench::speech, likewise; note: a held one, with harmonics, the same on each channel; band: the programme of the dummy
// backend, stereo. Level 0 is silence.
#include "daemon/files/sound_file.h"
#include "daemon/sources/source.h"
#include "tests/bench/programme.h"
#include "tests/bench/speech.h"
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numbers>
#include <string_view>

namespace {
using namespace fohd;
constexpr int rate = 48000;
using Sound = std::vector<std::vector<float>>;

std::vector<float> note(std::size_t frames, double level)
{
    constexpr double hz = 147;
    std::vector<float> sound(frames);
    for (std::size_t i = 0; i < frames; ++i) {
        double sum = 0;
        for (int n = 1; n <= 20; ++n)
            sum += 0.3 / n * std::sin(2 * std::numbers::pi * std::fmod(n * hz * static_cast<double>(i) / rate, 1) + n);
        sound[i] = static_cast<float>(sum * level);
    }
    return sound;
}

Sound band(int channels, std::size_t frames, double level)
{
    Sound sound(static_cast<std::size_t>(channels), std::vector<float>(frames));
    std::vector<float*> rows;
    for (auto& row : sound) rows.push_back(row.data());
    daemon::make_source("programme", rate, channels)->read(rows.data(), channels, static_cast<int>(frames));
    for (auto& row : sound)
        for (float& x : row) x *= static_cast<float>(level);
    return sound;
}
} // namespace

int main(int argc, char** argv)
{
    if (argc != 6 && argc != 7) return 2;
    const std::string_view kind = argc == 7 ? argv[6] : "stage";
    const int channels = std::atoi(argv[2]), seed = std::atoi(argv[4]);
    const auto frames = static_cast<std::size_t>(std::atof(argv[3]) * rate);
    const double level = std::atof(argv[5]);
    Sound sound;
    if (kind == "band") sound = band(channels, frames, level);
    for (int c = 0; c < channels && kind != "band"; ++c) {
        if (kind == "note") {
            sound.push_back(note(frames, level));
            continue;
        }
        const auto of = kind == "speech" ? bench::speech : bench::programme;
        sound.push_back(of(frames, rate, static_cast<std::uint32_t>(seed + c), level));
    }
    std::vector<const float*> rows;
    for (const auto& row : sound) rows.push_back(row.data());
    auto writer = daemon::SoundWriter::create(argv[1], {channels, rate, static_cast<std::int64_t>(frames)});
    if (!writer || !writer->write(rows.data(), static_cast<int>(frames)) || !writer->finish()) {
        std::fprintf(stderr, "%s cannot be written\n", argv[1]);
        return 3;
    }
}
