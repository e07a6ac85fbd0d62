#pragma once
// Files of sound, read and written in blocks of planar floats. Never on the audio thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/or_error.h"

namespace fohd::daemon {

struct SoundFormat {
    int channels = 0;
    int rate = 0; ///< Frames a second.
    std::int64_t frames = 0;
};

/// Reads whatever libsndfile reads (WAV, RF64, FLAC, AIFF, Ogg …), integers scaled to ±1.
class SoundReader {
public:
    static OrError<SoundReader> open(const std::string& path);

    const SoundFormat& format() const { return format_; }
    const std::string& path() const { return path_; }

    /// Fills `channels[c][0 .. frames)` of all of the format's channels from where the last call ended. The answer is
    /// how many frames there were: fewer at the end, then 0; what lies beyond is left as it was. A damaged file ends
    /// early: see error().
    int read(float* const* channels, int frames);

    /// Samples read so far that are no numbers, and where the first of them is.
    struct NotNumbers {
        std::int64_t count = 0, frame = 0;
        int channel = 0; ///< From 0.
    };
    const NotNumbers& not_numbers() const { return not_numbers_; }

    /// Why reading ended before the format's number of frames.
    const std::optional<std::string>& error() const { return error_; }

private:
    struct Closer {
        void operator()(void* file) const;
    };
    std::unique_ptr<void, Closer> file_;
    SoundFormat format_;
    std::string path_;
    std::vector<float> interleaved_;
    std::int64_t position_ = 0;
    NotNumbers not_numbers_;
    std::optional<std::string> error_;
};

enum class SampleFormat { float_32, pcm_24, pcm_16 };

/// Writes a WAV file (RF64 where it will exceed 4 GiB). The sound goes to a temporary file beside `path`, which takes
/// its name in finish(): until then, and without it, an existing file stays as it was. What exists and is no regular
/// file
/// (/dev/null, a pipe) is written directly.
class SoundWriter {
public:
    /// `format.frames` is how long it is going to be, if known; it need not be exact.
    static OrError<SoundWriter> create(const std::string& path, const SoundFormat& format,
                                       SampleFormat samples = SampleFormat::float_32);
    SoundWriter(SoundWriter&&) noexcept;
    SoundWriter& operator=(SoundWriter&&) noexcept;
    ~SoundWriter(); ///< Without finish(): removes the temporary file.

    /// Appends `frames` of every channel. Integers are dithered with triangular noise of 2 LSB peak to peak, the same
    /// for the same file, and clipped at full scale. False: see error(); the later calls then do nothing.
    bool write(const float* const* channels, int frames);

    /// Completes the file and gives it its name. False: see error().
    bool finish();

    const std::optional<std::string>& error() const { return error_; }

private:
    struct File;
    explicit SoundWriter(std::unique_ptr<File> file);
    std::unique_ptr<File> file_;
    std::optional<std::string> error_;
};

/// A whole sound in memory.
struct Sound {
    int rate = 0;                             ///< Frames a second.
    std::vector<std::vector<float>> channels; ///< All of one length.

    std::int64_t frames() const { return channels.empty() ? 0 : static_cast<std::int64_t>(channels.front().size()); }
};

/// Reads a whole file of at most `max_seconds`.
OrError<Sound> load_sound(const std::string& path, double max_seconds);

/// Which of libsamplerate's band-limited converters: 121 dB of signal to noise, flat to 90 % of the band, or 144 dB and 97 %.
enum class Converter { medium, best };

/// The same sound at another rate. Takes time: never on a thread that others wait for.
Sound resampled(const Sound& sound, int rate, Converter converter = Converter::medium);

} // namespace fohd::daemon
