#pragma once
#include "dsp/kernels/convolve_pass.h"
#include "dsp/kernels/fft.h"
#include "dsp/kernels/frame_ring.h"
#include <array>
#include <span>
#include <vector>

namespace fohd::dsp {

/// Partitions of one size of a convolution. The last two partitions' worth of sound are transformed, multiplied with as many spectra
/// of the past as there are partitions, and transformed back (overlap-save); which is done, slice by slice, while the next partition's sound
/// comes in, and heard while the one after that does.
class ConvolutionLevel {
public:
    struct Route {
        int from, to, response;
    };
    /// Allocates and transforms the `taps` of each response. `size`: a power of two from spectrum_chunk on.
    ConvolutionLevel(int size, int channels, const std::vector<std::span<const float>>& taps,
                     std::vector<Route> routes);

    int size() const { return size_; }
    /// Audio thread. Adds what is heard of a channel from the ring's present frame on; the frames do not cross a partition's end.
    void hear(int channel, const FrameRing& sound, float* out, int frames) const;
    /// Audio thread. Does as much as is due at the ring's present frame, where silence has lasted for `quiet` frames.
    void work(const FrameRing& sound, std::uint64_t quiet);
    void clear();
    /// As of Convolver. Both are of like responses.
    bool take_ahead(const ConvolutionLevel& from, int& floats);
    void take(const ConvolutionLevel& from);

private:
    /// What is done to one channel, in units of equal cost.
    struct Task {
        enum class Kind : std::uint8_t { forward, keep, sum, inverse } kind;
        int channel, units, cost;
    };
    /// All that is small.
    struct Progress {
        std::size_t task = 0;
        int unit = 0;
        std::int64_t spent = 0;
        std::uint64_t window = 0; ///< The one that is being worked on; counted while there is work.
        int filled = 0;           ///< Windows before it that are kept; what is older is silence.
        int silent_windows = 0;   ///< Of the newest ones.
        bool idle = true;         ///< Nothing to do in this period,
        std::array<bool, 2> silent{true, true};
        std::size_t heard = 0; ///< Which of both outputs.
    };
    void begin(std::uint64_t quiet);
    void run(const Task& task, const FrameRing& sound, int ago, int from, int to);
    void keep(int channel, int chunk);
    void sum(int channel, int chunk);
    int slot(std::uint64_t window) const
    {
        return partitions_ - 1 - static_cast<int>(window % static_cast<unsigned>(partitions_));
    }
    float* row(AlignedFloats& rows, int index, int chunk) { return rows.data() + row_at(index, chunk); }
    std::size_t row_at(int index, int chunk) const
    {
        return static_cast<std::size_t>((index * chunks_ + chunk) * partitions_) * spectrum_row;
    }
    std::size_t samples_at(std::size_t half, int channel) const
    {
        return (half * static_cast<std::size_t>(channels_) + static_cast<std::size_t>(channel)) * 2 *
               static_cast<std::size_t>(size_);
    }
    void copy_window(const ConvolutionLevel& from, std::uint64_t window);

    const Kernels* kernels_;
    int size_, channels_, partitions_, chunks_;
    RealFft fft_;
    std::vector<Route> routes_;
    std::vector<Task> tasks_;
    std::int64_t cost_ = 0;   ///< Of all tasks.
    AlignedFloats responses_; ///< By response, chunk, partition.
    AlignedFloats past_;      ///< Spectra by channel, chunk, slot: newer ones lie before older ones, in a ring.
    AlignedFloats spectrum_, work_;
    AlignedFloats samples_; ///< Two outputs, one heard, one made: the second half of each transform.
    Progress p_;
    std::uint64_t copied_ = 0;
    bool copies_ = false;
};
} // namespace fohd::dsp
