#pragma once
#include <sndfile.hh>

#include <stdexcept>
#include <string>
#include <vector>

namespace fohd::test {

using Channels = std::vector<std::vector<float>>; ///< Planar; all of one length.

/// 32-bit float WAV.
inline void write_wav(const std::string& path, const Channels& sound, int rate = 48000)
{
    SndfileHandle file(path, SFM_WRITE, SF_FORMAT_WAV | SF_FORMAT_FLOAT, static_cast<int>(sound.size()), rate);
    std::vector<float> frames;
    for (std::size_t n = 0; n < sound[0].size(); ++n)
        for (const auto& channel : sound) frames.push_back(channel[n]);
    if (file.write(frames.data(), static_cast<sf_count_t>(frames.size())) != static_cast<sf_count_t>(frames.size()))
        throw std::runtime_error("cannot write " + path);
}

inline Channels read_wav(const std::string& path)
{
    SndfileHandle file(path);
    if (file.error()) throw std::runtime_error("cannot read " + path);
    const auto count = static_cast<std::size_t>(file.channels()), length = static_cast<std::size_t>(file.frames());
    std::vector<float> frames(count * length);
    file.readf(frames.data(), file.frames());
    Channels sound(count, std::vector<float>(length));
    for (std::size_t n = 0; n < frames.size(); ++n) sound[n % count][n / count] = frames[n];
    return sound;
}

} // namespace fohd::test
