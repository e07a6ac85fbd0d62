#include "daemon/sources/source.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "daemon/backends/backend.h"
#include "daemon/files/sound_file.h"
#include "daemon/sources/pink_noise.h"
#include "daemon/sources/programme.h"

namespace fohd::daemon {

namespace {

class Silence : public Source {
public:
    void read(float* const* outputs, int count, int frames) noexcept override
    {
        for (int n = 0; n < count; ++n) std::fill_n(outputs[n], frames, 0.0f);
    }
};

class Noise : public Source {
public:
    Noise(int rate, int count)
    {
        for (int n = 0; n < count; ++n) channels_.emplace_back(rate, static_cast<std::uint64_t>(n));
    }

    void read(float* const* outputs, int count, int frames) noexcept override
    {
        for (int n = 0; n < count; ++n)
            for (int frame = 0; frame < frames; ++frame)
                outputs[n][frame] = channels_[static_cast<std::size_t>(n)].next();
    }

private:
    std::vector<PinkNoise> channels_;
};

class Loop : public Source {
public:
    explicit Loop(Sound sound) : sound_(std::move(sound)), length_(static_cast<int>(sound_.frames())) {}

    void read(float* const* outputs, int count, int frames) noexcept override
    {
        const auto width = static_cast<int>(sound_.channels.size());
        for (int done = 0; done < frames;) {
            const int part = std::min(frames - done, length_ - position_);
            for (int n = 0; n < count; ++n)
                std::copy_n(sound_.channels[static_cast<std::size_t>(n % width)].data() + position_, part,
                            outputs[n] + done);
            done += part;
            position_ = (position_ + part) % length_;
        }
    }

private:
    Sound sound_;
    int length_, position_ = 0;
};

constexpr double longest_loop_seconds = 600; // All of it is in memory: 230 MB in stereo at 48 kHz.

} // namespace

std::unique_ptr<Source> make_source(const std::string& name, int rate, int count)
{
    if (name == "silence") return std::make_unique<Silence>();
    if (name == "programme") return std::make_unique<Programme>(rate);
    if (name == "noise") return std::make_unique<Noise>(rate, count);
    const auto sound = load_sound(name, longest_loop_seconds);
    if (!sound)
        throw SourceError("the source of the dummy backend is neither silence, programme, noise nor a sound file: " +
                          sound.error());
    return std::make_unique<Loop>(resampled(*sound, rate));
}

} // namespace fohd::daemon
