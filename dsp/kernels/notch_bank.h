#pragma once
#include "dsp/kernels/aligned_floats.h"
#include "dsp/kernels/notch_pass.h"
#include <array>

namespace fohd::dsp {

/// Notches in series over all channels of a strip, which come, go and move without a click. Those that rest at 0 dB cost nothing and
/// change no bit. A glide is a straight line from one end_stretch() to a later one, so no bit depends on how the sound between
/// them is cut into blocks.
class NotchBank {
public:
    static constexpr int capacity = 24;

    /// Allocates. A stretch is the grid of all glides.
    void prepare(double rate, int channels, int stretch_frames);
    /// Audio thread, between stretches: glides there over so many stretches. hz 10 .. 0.45 of the rate, q > 0, depth in dB >= 0. A
    /// notch that rested is at once where it belongs and only gets deeper.
    void aim(int notch, double hz, double q, double depth_db, int stretches);
    /// Audio thread. In place, `count` <= max_block frames; the buffers begin with them.
    void run(float* const* channels, int count);
    /// Audio thread: where glides may end.
    void end_stretch();
    /// Audio thread. Silent in memory; glides go on.
    void silence();
    /// Audio thread. Silent in memory, glides at their ends.
    void clear();
    /// Audio thread. All of them at 0 dB, at once.
    void rest();
    /// Audio thread. Goes on where another of the same rate and channels stopped.
    void take(const NotchBank& from);

private:
    struct Glide {
        Notch goal{};
        int left = 0; ///< Stretches.
    };
    void list();
    void arrive(std::size_t notch);

    double rate_ = 48000;
    int channels_ = 0, width_ = 1, racks_ = 0, stretch_ = 1;
    const Kernels* kernels_ = nullptr;
    std::array<Notch, capacity> notches_{}, steps_{};
    std::array<Glide, capacity> glides_{};
    std::array<int, capacity> active_{};
    int active_count_ = 0;
    bool gliding_ = false;
    AlignedFloats memory_;
    alignas(alignment) std::array<float, max_block> unused_{};
};
} // namespace fohd::dsp
