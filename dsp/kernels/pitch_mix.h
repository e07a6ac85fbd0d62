#pragma once
#include "dsp/kernels/pitch_rings.h"

namespace fohd::dsp {

/// What the pitch of several channels is found in: their mean, in which those are inverted that are out of phase with the channels
/// before, since a voice that is inverted on one side would vanish from it. That is decided while no tone is followed, so that none
/// is interrupted by it; one that vanishes for this reason is found again some milliseconds later.
class PitchMix {
public:
    /// Allocates.
    void prepare(double rate, int channels);
    /// Audio thread. Of the chunk of `rings`, pitch_chunk frames; `decides`: no tone is followed.
    void mix(PitchRings& rings, bool decides, float* to);
    void clear();
    /// Audio thread. Goes on where another of the same rate stopped.
    void take(const PitchMix& from);

private:
    struct Channel {
        float before = 0, own = 0,
              common = 0; ///< Mean squares of the channels before and of this one, mean product of both.
        float sign = 1;
    };

    float pace_ = 1; ///< Share of a chunk in the means.
    std::vector<Channel> channels_;
};
} // namespace fohd::dsp
