#include "dsp/kernels/pitch_rings.h"
#include "dsp/kernels/swept_delay_design.h"

#include <algorithm>
#include <bit>

namespace fohd::dsp {

void PitchRings::prepare(int channels, int longest)
{
    const auto length = std::bit_ceil(static_cast<unsigned>(longest + 2 * pitch_chunk + sweep_taps));
    rings_.assign(static_cast<std::size_t>(channels), std::vector<float>(length + pitch_chunk));
    chunks_.assign(static_cast<std::size_t>(channels) * pitch_chunk, 0.0f);
    mask_ = length - 1;
    at_ = 0;
    filled_ = 0;
}

int PitchRings::fill(const float* const* channels, int offset, int frames)
{
    const int count = std::min(frames, pitch_chunk - filled_);
    for (int c = 0; c < this->channels(); ++c) std::copy_n(channels[c] + offset, count, chunk(c) + filled_);
    filled_ += count;
    return count;
}

void PitchRings::keep()
{
    for (int c = 0; c < channels(); ++c) {
        float* const ring = rings_[static_cast<std::size_t>(c)].data();
        std::copy_n(chunk(c), pitch_chunk, ring + at_);
        if (at_ == 0) std::copy_n(chunk(c), pitch_chunk, ring + mask_ + 1);
    }
}

void PitchRings::step()
{
    at_ = (at_ + pitch_chunk) & mask_;
    filled_ = 0;
}

void PitchRings::copy(int channel, int late, float* to) const
{
    const unsigned start = (at_ - static_cast<unsigned>(late)) & mask_,
                   before_end = std::min(mask_ + 1 - start, static_cast<unsigned>(pitch_chunk));
    std::copy_n(ring(channel) + start, before_end, to);
    std::copy_n(ring(channel), pitch_chunk - before_end, to + before_end);
}

void PitchRings::clear()
{
    for (auto& ring : rings_) std::ranges::fill(ring, 0.0f);
    std::ranges::fill(chunks_, 0.0f);
}

void PitchRings::take(const PitchRings& from)
{
    for (std::size_t c = 0; c < std::min(rings_.size(), from.rings_.size()); ++c)
        std::ranges::copy(from.rings_[c], rings_[c].begin());
    std::copy_n(from.chunks_.begin(), std::min(chunks_.size(), from.chunks_.size()), chunks_.begin());
    at_ = from.at_;
    filled_ = from.filled_;
}
} // namespace fohd::dsp
