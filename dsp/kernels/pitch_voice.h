#pragma once
#include "dsp/kernels/pitch_places.h"

namespace fohd::dsp {

/// What a voice is to do during a chunk.
struct PitchGoal {
    double period = 0; ///< Of the sound that is read, in frames; 0 where it has none.
    double ratio = 1;  ///< Of the new pitch to the old one.
    double late = 0;   ///< Frames: how late the voice shall be, and how late the sound is where there is no period.
};

/// Another pitch of a periodic sound, read from a ring; the ring is the caller's, and so is the reading: here is only planned which
/// frames are read, between which it is faded, and how. It reads faster or slower, and formants with it; when it has come half a period
/// away from the lateness that it shall have, it fades to the same place in another period. Where there is no period, it is
/// the sound itself, late by whole frames.
class PitchVoice {
public:
    static constexpr int nearest = 4; ///< Frames: no lateness may be less.

    /// Never later than `latest` frames.
    void prepare(double latest) { latest_ = latest; }
    /// Audio thread. Plans the next pitch_chunk frames of a ring of `mask` + 1, the first of them at `at`: up to two sources. Returns how
    /// many; 0 where the chunk is the sound itself.
    int plan(const PitchGoal& goal, unsigned at, unsigned mask, TapPlaces (&places)[2]);
    /// Audio thread. The sound itself, at once; or where there is a period, already the voice.
    void begin(const PitchGoal& goal);

private:
    enum class Kind { sound, read };
    struct Source : PitchSource {
        Kind kind = Kind::sound;
    };
    void choose(const PitchGoal& goal);
    void next_place(const PitchGoal& goal);
    void fade_to(const Source& source, double length);
    double bounded(double late, double period, double least) const;

    double latest_ = 0;
    Source from_, to_;
    bool fades_ = false;
    double done_ = 0, length_ = 0; ///< Of the fade, in frames.
};
} // namespace fohd::dsp
