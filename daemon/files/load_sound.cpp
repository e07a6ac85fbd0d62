#include <samplerate.h>

#include "daemon/files/sound_file.h"

namespace fohd::daemon {

OrError<Sound> load_sound(const std::string& path, double max_seconds)
{
    auto reader = SoundReader::open(path);
    if (!reader) return Error{reader.error()};
    const SoundFormat format = reader->format();
    const auto limit = static_cast<std::int64_t>(max_seconds * format.rate);
    const auto width = static_cast<std::size_t>(format.channels);
    Sound sound{format.rate, std::vector<std::vector<float>>(width)};
    std::vector<float*> into(width);
    constexpr int block = 65536;
    for (int got = block; got == block;) {
        const auto at = static_cast<std::size_t>(sound.frames());
        for (std::size_t channel = 0; channel < width; ++channel) {
            sound.channels[channel].resize(at + block);
            into[channel] = sound.channels[channel].data() + at;
        }
        got = reader->read(into.data(), block);
        for (auto& channel : sound.channels) channel.resize(at + static_cast<std::size_t>(got));
        if (sound.frames() > limit)
            return Error{path + " is too long: " + std::to_string(static_cast<long>(max_seconds)) + " s at most"};
    }
    if (reader->error()) return Error{*reader->error()};
    if (sound.frames() == 0) return Error{path + " has no sound in it"};
    return sound;
}

Sound resampled(const Sound& sound, int rate, Converter converter)
{
    if (rate == sound.rate) return sound;
    const double ratio = static_cast<double>(rate) / sound.rate;
    const auto length = static_cast<std::size_t>((sound.frames() * rate + sound.rate - 1) / sound.rate);
    Sound result{rate, {}};
    for (const auto& channel : sound.channels) {
        auto& into = result.channels.emplace_back(length, 0.0f);
        SRC_DATA conversion{};
        conversion.data_in = channel.data();
        conversion.input_frames = static_cast<long>(channel.size());
        conversion.data_out = into.data();
        conversion.output_frames = static_cast<long>(length);
        conversion.src_ratio = ratio;
        src_simple(&conversion, converter == Converter::best ? SRC_SINC_BEST_QUALITY : SRC_SINC_MEDIUM_QUALITY,
                   1); // Fails only for ratios beyond 1:256.
    }
    return result;
}

} // namespace fohd::daemon
