// write_programme FILE CHANNELS SECONDS FIRST_SEED LEVEL: a WAV file of bench::programme, a seed a channel. Level 0 is silence.
#include "daemon/files/sound_file.h"
#include "tests/bench/programme.h"
#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv)
{
    using namespace fohd;
    if (argc != 6) return 2;
    const int channels = std::atoi(argv[2]), rate = 48000;
    const auto frames = static_cast<std::size_t>(std::atof(argv[3]) * rate);
    std::vector<std::vector<float>> sound;
    std::vector<const float*> rows;
    for (int c = 0; c < channels; ++c) {
        sound.push_back(
            bench::programme(frames, rate, static_cast<std::uint32_t>(std::atoi(argv[4]) + c), std::atof(argv[5])));
        rows.push_back(sound.back().data());
    }
    auto writer = daemon::SoundWriter::create(argv[1], {channels, rate, static_cast<std::int64_t>(frames)});
    if (!writer || !writer->write(rows.data(), static_cast<int>(frames)) || !writer->finish()) {
        std::fprintf(stderr, "%s cannot be written\n", argv[1]);
        return 3;
    }
}
