#pragma once
#include "dsp/kernels/aligned_floats.h"
#include <algorithm>
#include <bit>
#include <cstdint>

namespace fohd::dsp {

/// The past of some channels, each stored twice so that whatever is read lies in one piece; and how another one takes it over.
class FrameRing {
public:
    /// Allocates. Remembers at least `frames`.
    void prepare(int channels, int frames)
    {
        size_ = std::bit_ceil(static_cast<std::size_t>(frames));
        stride_ = 2 * size_ + max_lanes; // kernels read on to the end of a register
        channels_ = static_cast<std::size_t>(channels);
        sound_.assign(channels_ * stride_, 0.0f);
    }

    /// Audio thread. Frames of a channel from now on; advance() then makes them the past of all.
    void write(int channel, const float* from, int frames) { write(row(channel), clock_, from, frames); }
    void advance(int frames) { clock_ += static_cast<std::uint64_t>(frames); }
    std::uint64_t clock() const { return clock_; } ///< Frames advanced so far.

    /// The frame that was `ago` before now, and those after it.
    const float* past(int channel, int ago) const
    {
        return sound_.data() + static_cast<std::size_t>(channel) * stride_ + place(clock_ - static_cast<unsigned>(ago));
    }

    void clear() { std::ranges::fill(sound_, 0.0f); }

    /// Audio thread, before take(), while the other still runs: copies about so many floats and counts them off. True when all is
    /// copied but what the other writes from here on.
    bool take_ahead(const FrameRing& from, int& floats)
    {
        if (!copies_) copied_ = from.clock_ - size_;
        copies_ = true;
        const auto left = static_cast<std::size_t>(from.clock_ - copied_);
        const auto allowed = static_cast<std::size_t>(std::max(floats, 0));
        const std::size_t count = std::min(left, allowed / (2 * channels_)); // each is stored twice
        floats -= static_cast<int>(2 * channels_ * count);
        for (std::size_t done = 0; done < count;) { // in pieces that wrap in neither
            const std::size_t start = place(copied_ + done), piece = std::min(count - done, size_ - start);
            for (int c = 0; c < static_cast<int>(channels_); ++c)
                write(row(c), copied_ + done, from.sound_.data() + static_cast<std::size_t>(c) * stride_ + start,
                      static_cast<int>(piece));
            done += piece;
        }
        copied_ += count;
        return count == left;
    }
    /// Audio thread. Goes on where another of the same preparation stopped.
    void take(const FrameRing& from)
    {
        int all = static_cast<int>(2 * channels_ * size_);
        take_ahead(from, all);
        copies_ = false;
        clock_ = from.clock_;
    }

private:
    std::size_t place(std::uint64_t frame) const { return static_cast<std::size_t>(frame) & (size_ - 1); }
    float* row(int channel) { return sound_.data() + static_cast<std::size_t>(channel) * stride_; }
    void write(float* ring, std::uint64_t at, const float* from, int frames) const
    {
        const std::size_t start = place(at), all = static_cast<std::size_t>(frames);
        const std::size_t before_end = std::min(all, size_ - start);
        for (float* half : {ring, ring + size_}) {
            std::copy_n(from, before_end, half + start);
            std::copy_n(from + before_end, all - before_end, half);
        }
    }

    AlignedFloats sound_;
    std::size_t size_ = 0, stride_ = 0, channels_ = 0;
    std::uint64_t clock_ = 0, copied_ = 0;
    bool copies_ = false;
};
} // namespace fohd::dsp
