#pragma once
#include "dsp/kernels/lane_processor.h"
#include "dsp/kernels/swept_delay_design.h"

namespace fohd::dsp {

/// ((c[3] t + c[2]) t + c[1]) t + c[0], t from 0 to 1; at rest all but c[0] are 0.
struct Cubic {
    float c[4];
};

/// The ways of the coefficients, one for one.
struct SweepWays {
    Cubic step, whole, part, swing, spread, feedback, dry, wet, share[sweep_voices], behind[sweep_voices];
};

/// What swept taps work on: one channel, up to max_block frames.
struct SweepPass {
    float* sound; ///< In place.
    int count;
    float* ring;                                  ///< mask + 1 frames, and the first sweep_taps of them again.
    unsigned mask, at;                            ///< `at`: where the first frame is written.
    alignas(alignment) unsigned turns[max_block]; ///< The phase at each frame, 2^32 a turn.
    const float* rows;                            ///< sweep_rows()
    const SweepWays* ways;
    bool glides;
    float done, pace; ///< At the n-th frame, from 1, t is (done + n) * pace.
    int channel;
};
} // namespace fohd::dsp
