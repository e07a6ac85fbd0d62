#pragma once
#include <functional>
#include <memory>
#include <vector>

namespace fohd::dsp {

/// A response as it came from a file, and as it is at any rate. One thread at a time.
class Impulse {
public:
    using Channels = std::vector<std::vector<float>>; ///< All of one length, which is not 0.
    /// The same response at another rate: convolution with it has the same level.
    using Resampler = std::function<Channels(const Channels&, int from, int to)>;

    Impulse(Channels channels, int rate, Resampler resampler)
        : channels_(std::move(channels)), rate_(rate), resampler_(std::move(resampler))
    {}

    int channels() const { return static_cast<int>(channels_.size()); }
    /// Takes time where it was not asked for this rate (Hz) before. Valid until another rate is asked for.
    const Channels& at(int rate) const
    {
        if (rate == rate_) return channels_;
        if (rate != resampled_rate_) resampled_ = resampler_(channels_, rate_, rate);
        resampled_rate_ = rate;
        return resampled_;
    }
    bool operator==(const Impulse& other) const { return rate_ == other.rate_ && channels_ == other.channels_; }

private:
    Channels channels_;
    int rate_;
    Resampler resampler_;
    mutable Channels resampled_;
    mutable int resampled_rate_ = 0;
};

/// An impulse or none, compared by what it sounds like.
struct SharedImpulse {
    std::shared_ptr<const Impulse> impulse;
    bool operator==(const SharedImpulse& other) const
    {
        return impulse == other.impulse || (impulse && other.impulse && *impulse == *other.impulse);
    }
};
} // namespace fohd::dsp
