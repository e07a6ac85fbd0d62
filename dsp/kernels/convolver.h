#pragma once
#include "dsp/kernels/convolution_level.h"
#include <memory>
#include <vector>

namespace fohd::dsp {

/// Convolves the channels of one strip with responses of up to minutes, without latency: the first 128 taps directly, the rest in
/// the frequency domain in partitions of 64, 256 and 2048 frames (Gardner, JAES 43(3), 1995; Garcia, AES 113, 2002). What a partition
/// gives is needed one partition after its sound is complete, so its work is cut into equal slices over that time. Everything
/// goes by frames since construction, so every block size gives the same sound, and blocks of 64 frames cost alike. After its tail a
/// silent convolver is silent exactly and costs next to nothing.
class Convolver {
public:
    /// From a channel to a channel through one of the responses.
    struct Route {
        int from, to, response;
    };
    /// Allocates and transforms: control thread. Responses of equal length, at the rate of the sound; at most two routes lead to
    /// one channel.
    Convolver(int channels, const std::vector<std::vector<float>>& responses, std::vector<Route> routes);

    /// Audio thread. Any number of frames; `out` may be the same as `in`.
    void process(const float* const* in, float* const* out, int frames);
    /// Audio thread. As after construction.
    void clear();
    /// Audio thread, before take(), while the other still runs: copies about so many floats and counts them off. True when all is
    /// copied but what changes while it runs.
    bool take_ahead(const Convolver& from, int& floats);
    /// Audio thread. Goes on where another one of the same responses stopped; from others it takes nothing and answers false.
    bool take(const Convolver& from);

private:
    void run_grid(const float* const* in, float* const* out, int offset, int frames);
    bool is_like(const Convolver& other) const
    {
        return fingerprint_ == other.fingerprint_ && channels_ == other.channels_;
    }

    const Kernels* kernels_;
    int channels_;
    std::vector<Route> routes_; ///< By the channel that they lead to.
    std::uint64_t fingerprint_;
    AlignedFloats heads_; ///< head_taps a response.
    std::vector<std::unique_ptr<ConvolutionLevel>> levels_;
    FrameRing sound_;
    std::uint64_t quiet_; ///< Frames since the last one that was not silent.
};
} // namespace fohd::dsp
