#pragma once
#include "dsp/kernels/pitch_detector.h"
#include <array>

namespace fohd::dsp {

/// Which period a sound has that is read some time after it came: an estimate tells of a time some milliseconds ago, so the estimate
/// is taken that is of the time that is read. Where a tone begins, it has its period from its first frame on.
class PitchTrack {
public:
    /// Audio thread. `hop`: frames since the estimate before.
    void add(const PitchEstimate& estimate, int hop)
    {
        newest_ = (newest_ + 1) % count_;
        estimates_[newest_] = estimate;
        hop_ = hop;
    }

    /// Audio thread. In frames, or 0 where there is no tone. `late`: frames before the newest that was estimated from.
    double period(double late) const
    {
        double of_later = 0; // of the nearest later estimate whose time includes what is read
        for (std::size_t n = 0; n < count_; ++n) {
            const PitchEstimate& estimate = estimates_[(newest_ + count_ - n) % count_];
            const double ago = static_cast<double>(n) * hop_;
            if (ago + estimate.middle >= late || n == count_ - 1)
                return estimate.period > 0 ? estimate.period : of_later;
            if (ago + estimate.start >= late && estimate.period > 0) of_later = estimate.period;
        }
        return 0;
    }

private:
    static constexpr std::size_t count_ = 32;
    std::array<PitchEstimate, count_> estimates_{};
    std::size_t newest_ = 0;
    int hop_ = 0;
};
} // namespace fohd::dsp
