#include <fcntl.h>
#include <sndfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>

#include "daemon/files/dither.h"
#include "daemon/files/sound_file.h"

namespace fohd::daemon {

namespace fs = std::filesystem;

/// The open file: under its temporary name until it is renamed.
struct SoundWriter::File {
    std::string path, temporary; // `temporary` is empty where `path` itself is written.
    int channels = 0;
    SampleFormat samples = SampleFormat::float_32;
    int descriptor = -1;
    SNDFILE* sound = nullptr;
    std::vector<float> floats;
    std::vector<int> integers;
    Dither dither;

    std::string failure(const std::string& why) const { return "cannot write " + path + ": " + why; }

    bool close()
    {
        const bool flushed = !sound || sf_close(sound) == 0;
        const bool closed = descriptor < 0 || ::close(descriptor) == 0;
        sound = nullptr;
        descriptor = -1;
        return flushed && closed;
    }

    ~File()
    {
        close();
        if (!temporary.empty()) unlink(temporary.c_str());
    }
};

namespace {

/// Names that would promise something else.
constexpr auto other_kinds = std::to_array<std::string_view>(
    {".flac", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".au", ".caf"});

int bytes_of(SampleFormat samples)
{
    return samples == SampleFormat::float_32 ? 4 : samples == SampleFormat::pcm_24 ? 3 : 2;
}

int libsndfile_format(const SoundFormat& format, SampleFormat samples)
{
    constexpr double riff_limit = 4294967295.0 - 4096; // Sizes in RIFF are 32-bit; the headers want a little.
    const double bytes = static_cast<double>(format.frames) * format.channels * bytes_of(samples);
    const int container = bytes > riff_limit ? SF_FORMAT_RF64 : SF_FORMAT_WAV;
    const int coding = samples == SampleFormat::float_32 ? SF_FORMAT_FLOAT
                       : samples == SampleFormat::pcm_24 ? SF_FORMAT_PCM_24
                                                         : SF_FORMAT_PCM_16;
    return container | coding;
}

/// Opens what is to be written; errno tells why not.
int open_descriptor(std::string& path, std::string& temporary)
{
    std::error_code none;
    if (fs::exists(path, none) && !fs::is_regular_file(path, none)) return open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fs::is_symlink(path, none) && fs::exists(path, none))
        path = fs::canonical(path, none).string(); // Keep the link.
    const fs::path place(path);
    temporary = (place.parent_path() / place.filename()).string() + ".XXXXXX";
    const int descriptor = mkostemp(temporary.data(), O_CLOEXEC);
    if (descriptor < 0) {
        temporary.clear();
        return descriptor;
    }
    const mode_t mask = umask(0); // mkostemp made it private; a sound is as readable as other files are.
    umask(mask);
    fchmod(descriptor, 0666 & ~mask);
    return descriptor;
}

} // namespace

SoundWriter::SoundWriter(std::unique_ptr<File> file) : file_(std::move(file)) {}
SoundWriter::SoundWriter(SoundWriter&&) noexcept = default;
SoundWriter& SoundWriter::operator=(SoundWriter&&) noexcept = default;
SoundWriter::~SoundWriter() = default;

OrError<SoundWriter> SoundWriter::create(const std::string& path, const SoundFormat& format, SampleFormat samples)
{
    auto file = std::make_unique<File>();
    file->path = path;
    const std::string ending = fs::path(path).extension().string();
    if (std::ranges::find(other_kinds, ending) != other_kinds.end())
        return Error{file->failure("what is written is WAV; give it a name that ends in .wav, not in " + ending)};
    file->channels = format.channels;
    file->samples = samples;
    file->descriptor = open_descriptor(file->path, file->temporary);
    if (file->descriptor < 0) return Error{file->failure(std::strerror(errno))};

    SF_INFO info{};
    info.channels = format.channels;
    info.samplerate = format.rate;
    info.format = libsndfile_format(format, samples);
    file->sound = sf_open_fd(file->descriptor, SFM_WRITE, &info, SF_FALSE);
    if (!file->sound) return Error{file->failure(sf_strerror(nullptr))};
    // The PEAK chunk has the time of day in it: equal sounds would make unequal files.
    sf_command(file->sound, SFC_SET_ADD_PEAK_CHUNK, nullptr, SF_FALSE);
    return SoundWriter(std::move(file));
}

bool SoundWriter::write(const float* const* channels, int frames)
{
    if (error_ || !file_->sound || frames <= 0) return !error_ && file_->sound;
    const auto width = static_cast<std::size_t>(file_->channels), length = static_cast<std::size_t>(frames);
    sf_count_t written = 0;
    if (file_->samples == SampleFormat::float_32) {
        file_->floats.resize(width * length);
        for (std::size_t frame = 0; frame < length; ++frame)
            for (std::size_t channel = 0; channel < width; ++channel)
                file_->floats[frame * width + channel] = channels[channel][frame];
        written = sf_writef_float(file_->sound, file_->floats.data(), frames);
    } else {
        const int bits = 8 * bytes_of(file_->samples);
        file_->integers.resize(width * length);
        for (std::size_t frame = 0; frame < length; ++frame)
            for (std::size_t channel = 0; channel < width; ++channel)
                // libsndfile takes the upper bits of an int.
                file_->integers[frame * width + channel] = file_->dither.quantised(channels[channel][frame], bits)
                                                           << (32 - bits);
        written = sf_writef_int(file_->sound, file_->integers.data(), frames);
    }
    if (written != frames) error_ = file_->failure(sf_strerror(file_->sound));
    return !error_;
}

bool SoundWriter::finish()
{
    if (error_) return false;
    if (!file_->close())
        error_ = file_->failure("the last of it was refused; is the disk full?");
    else if (!file_->temporary.empty() && rename(file_->temporary.c_str(), file_->path.c_str()) != 0)
        error_ = file_->failure(std::strerror(errno));
    else
        file_->temporary.clear();
    return !error_;
}

} // namespace fohd::daemon
