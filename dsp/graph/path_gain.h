#pragma once
#include "dsp/kernels/lane_processor.h"
#include <algorithm>

namespace fohd::dsp {

/// The gain of one channel into one sum. A change is a cubic from the present gain and slope to the goal at rest, as in the
/// fader's kernel. Audio thread.
class PathGain {
public:
    void aim(float goal, int frames)
    {
        if (goal == goal_ && frames > 0) return;
        goal_ = goal;
        lead_ = frames;
        if (frames == 0) hold_ = 0;
        if (frames == 0) {
            gain_ = goal;
            slope_ = 0;
        }
    }

    /// What is aimed at begins `frames` later, at a block's end. At rest there is nothing to hold.
    void hold(int frames) { hold_ = lead_ > 0 ? frames : 0; }
    /// At rest at unity.
    bool open() const { return lead_ == 0 && gain_ == 1; }
    /// Whether add() adds nothing until the next aim().
    bool silent() const { return lead_ == 0 && gain_ == 0; }

    void add(const Kernels& kernels, float* to, const float* from, int count)
    {
        if (lead_ == 0 || hold_ > 0) {
            hold_ = std::max(0, hold_ - count);
            if (gain_ != 0) kernels.add(to, from, gain_, count);
            return;
        }
        const float length = static_cast<float>(lead_), pace = 1 / length, change = goal_ - gain_,
                    travel = slope_ * length;
        const float c[] = {gain_, travel, 3 * change - 2 * travel, travel - 2 * change};
        kernels.add_gliding(to, from, c, pace, pace, count);
        lead_ = std::max(0, lead_ - count);
        const float t = 1 - static_cast<float>(lead_) * pace;
        gain_ = lead_ > 0 ? ((c[3] * t + c[2]) * t + c[1]) * t + c[0] : goal_;
        slope_ = lead_ > 0 ? ((3 * c[3] * t + 2 * c[2]) * t + c[1]) * pace : 0;
    }

private:
    float gain_ = 0, slope_ = 0, goal_ = 0; ///< slope: a frame
    int lead_ = 0, hold_ = 0;               ///< frames
};
} // namespace fohd::dsp
