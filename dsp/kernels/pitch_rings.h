#pragma once
#include "dsp/kernels/pitch_pass.h"
#include <vector>

namespace fohd::dsp {

/// What the channels of a strip sounded like of late, for kernels that read between frames; and its present chunk, which is filled by
/// blocks of any size.
class PitchRings {
public:
    /// Allocates. `longest`: frames that are remembered at the least.
    void prepare(int channels, int longest);
    /// Audio thread. Takes in up to `frames` frames of the channels from `offset` on, as far as the chunk goes; how many.
    int fill(const float* const* channels, int offset, int frames);
    /// Frames of the chunk that are there.
    int filled() const { return filled_; }
    float* chunk(int channel) { return chunks_.data() + static_cast<std::size_t>(channel) * pitch_chunk; }
    /// Audio thread. A whole chunk goes into memory: its first frame to at().
    void keep();
    /// Audio thread. A new chunk begins.
    void step();
    /// The chunk that began `late` frames, a whole number, before the one that was kept last.
    void copy(int channel, int late, float* to) const;
    void clear();
    /// Audio thread. Goes on where another of the same length stopped.
    void take(const PitchRings& from);

    int channels() const { return static_cast<int>(rings_.size()); }
    const float* ring(int channel) const { return rings_[static_cast<std::size_t>(channel)].data(); }
    unsigned at() const { return at_; }
    unsigned mask() const { return mask_; }

private:
    std::vector<std::vector<float>> rings_; ///< mask_ + 1 frames, and the first of them again.
    std::vector<float> chunks_;
    unsigned mask_ = 0, at_ = 0;
    int filled_ = 0;
};
} // namespace fohd::dsp
