#pragma once
#include "dsp/kernels/sweep_pass.h"
#include <cstdint>
#include <vector>

namespace fohd::dsp {

/// Voices that come later by a time that a sine moves, and a feedback of their mean: chorus and flanger, for the channels of one
/// strip, on planar buffers. Every value glides over 20 ms on a cubic from its present value and slope to the goal at rest.
/// The phase is an integer, so it is as exact after a night as at first, and every block size gives the same sound.
class SweptDelay {
public:
    /// Allocates. `longest`: of the delay with all of its depth, in frames.
    void prepare(double rate, int channels, int longest);
    /// Audio thread. `now`: without a glide.
    void aim(const SweptDelayCoeffs& coeffs, bool now);
    /// Audio thread. In place; any number of frames.
    void process(float* const* channels, int frames);
    /// Audio thread. Silence in memory, the sweep at its beginning, every glide at its end.
    void clear();
    /// Audio thread. Goes on where another of the same preparation stopped.
    void take(const SweptDelay& from);

private:
    void pass(float* const* channels, int offset, int frames);
    void advance_phase(int frames);
    void rest();

    const Kernels* kernels_ = nullptr;
    std::vector<std::vector<float>> rings_;
    SweepPass pass_{};
    SweepWays ways_{};
    SweptDelayCoeffs goal_{};
    int ramp_ = 960, left_ = 0; ///< Frames of a glide, and those left of the present one.
    std::uint64_t phase_ = 0;   ///< 2^64 a turn.
};
} // namespace fohd::dsp
