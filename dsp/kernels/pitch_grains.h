#pragma once
#include "dsp/kernels/pitch_voice.h"
#include <array>
#include <vector>

namespace fohd::dsp {

/// Another pitch of a periodic sound whose formants stay: pitch-synchronous overlap-add (Moulines and Charpentier, Speech Communication
/// 9, 1990). Grains of two periods, as they are, at new distances. The middle of a grain is where the energy of a period is, so that it
/// holds one pulse of the glottis as a whole; and grains are as much louder or softer as makes one period of their sum as strong as one
/// of the sound. As PitchVoice, it only plans what is read.
class PitchGrains {
public:
    static constexpr int most = 8; ///< Grains in a chunk.

    /// Allocates. Periods are no longer than `longest_period` frames, and no lateness is more than `latest`.
    void prepare(double rate, double longest_period, double latest);
    /// Audio thread. A chunk of what the pitch is found in.
    void hear(const float* chunk);
    /// Audio thread. Plans the chunk that was heard last, its first frame at `at` of a ring of `mask` + 1. Formants stay for ratios of
    /// 0.45 to 2.2, and what is beyond moves them. `sounds`: there is a period, and it is to be moved. Returns how many grains there are.
    int plan(const PitchGoal& goal, bool sounds, unsigned at, unsigned mask, TapPlaces (&places)[most]);
    /// Of the planned chunk: each frame's share of the sound that grains take the place of.
    const float* rest() const { return rest_; }
    void clear();
    /// Audio thread. Goes on where another of the same rate stopped.
    void take(const PitchGrains& from);

private:
    struct Grain {
        PitchSource source;
        int waits = 0;               ///< Frames of the chunk before it begins.
        double at = 0;               ///< Frames since its beginning, at the next frame.
        double rises = 0, falls = 0; ///< Frames.
        float gain = 0;
    };
    struct Shape {       ///< Of a grain.
        double rate;     ///< Frames that are read a frame.
        double width;    ///< Half of its length, frames.
        double distance; ///< From one to the next, frames.
    };
    struct Memory {
        std::array<Grain, most> grains{};
        int count = 0;
        bool runs = false;  ///< Grains are made.
        PitchGoal goal;     ///< The last one that sounded.
        double rest = 1;    ///< At the next frame, before its curve.
        double middle = 0;  ///< Of the next grain, frames from the chunk's first one.
        double late = 0;    ///< Of the middle of the grain before it.
        double epoch = 0;   ///< Where the energy of a period is; frames from the chunk's first one.
        double gain = 1;    ///< Of grains.
        double studied = 0; ///< Frames since both were found.
        unsigned end = 0;   ///< Of what was heard, in the ring.
    };
    void begin();
    void study(bool anew);
    double power_of_sum(double middle) const;
    void add_grain();
    double aligned(double late) const;
    Shape shape() const;
    float heard(double frame) const;

    double rate_ = 0, latest_ = 0;
    std::vector<float> ring_; ///< Of what was heard.
    unsigned mask_ = 0;
    float rest_[pitch_chunk]{};
    Memory m_;
};
} // namespace fohd::dsp
