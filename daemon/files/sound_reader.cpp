#include <sndfile.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>

#include "config/file_text.h"
#include "daemon/files/sound_file.h"

namespace fohd::daemon {

namespace {

std::string why_not_readable(const std::string& path)
{
    if (access(path.c_str(), R_OK) != 0) return std::strerror(errno);
    return "it is not a WAV, FLAC or other sound file that can be read (" + std::string(sf_strerror(nullptr)) + ")";
}

} // namespace

void SoundReader::Closer::operator()(void* file) const { sf_close(static_cast<SNDFILE*>(file)); }

OrError<SoundReader> SoundReader::open(const std::string& path)
{
    if (const std::string wrong = config::what_is_no_file(path); !wrong.empty())
        return Error{"cannot read " + path + ": " + wrong};
    SF_INFO info{};
    SoundReader reader;
    reader.file_.reset(sf_open(path.c_str(), SFM_READ, &info));
    if (!reader.file_) return Error{"cannot read " + path + ": " + why_not_readable(path)};
    reader.format_ = {info.channels, info.samplerate, info.frames};
    reader.path_ = path;
    return reader;
}

int SoundReader::read(float* const* channels, int frames)
{
    if (frames <= 0) return 0;
    auto* file = static_cast<SNDFILE*>(file_.get());
    const auto width = static_cast<std::size_t>(format_.channels);
    interleaved_.resize(std::max(interleaved_.size(), width * static_cast<std::size_t>(frames)));
    const auto got = static_cast<int>(sf_readf_float(file, interleaved_.data(), frames));
    for (std::size_t n = 0; n < width * static_cast<std::size_t>(got); ++n)
        if (!std::isfinite(interleaved_[n]) && not_numbers_.count++ == 0)
            not_numbers_ = {1, position_ + static_cast<std::int64_t>(n / width), static_cast<int>(n % width)};
    for (std::size_t channel = 0; channel < width; ++channel) {
        float* into = channels[channel];
        const float* from = interleaved_.data() + channel;
        for (int frame = 0; frame < got; ++frame, from += width) into[frame] = *from;
    }
    position_ += got;
    if (got < frames && !error_ &&
        (sf_error(file) != SF_ERR_NO_ERROR || (position_ < format_.frames && format_.frames != SF_COUNT_MAX)))
        error_ = path_ + " is damaged: it ends after " + std::to_string(position_) + " of " +
                 std::to_string(format_.frames) + " frames";
    return got;
}

} // namespace fohd::daemon
