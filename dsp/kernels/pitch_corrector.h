#pragma once
#include "dsp/kernels/pitch_grains.h"
#include "dsp/kernels/pitch_mix.h"
#include "dsp/kernels/pitch_rings.h"
#include "dsp/kernels/pitch_track.h"
#include "dsp/kernels/scale.h"
#include "dsp/kernels/swept_delay_design.h"

namespace fohd::dsp {

enum class SungRange { voice, instrument };

/// What pitch correction works by, all of it floats.
struct PitchCorrectorCoeffs {
    float notes;     ///< A NoteSet.
    float c_octaves; ///< log2 of the Hz of a c.
    float pace;      ///< Share of what is missing that a chunk brings.
    float amount;    ///< 0..1
    float shift;     ///< Semitones.
    float formants;  ///< Not 0: they stay.
    float range;     ///< A SungRange.
};

/// Brings a voice to the notes of a scale: PitchDetector finds its pitch, PitchGrains moves it, or
/// PitchVoice where formants are to move as well. All channels get the same, by the pitch
/// that PitchMix hears, so that the image stays. It works by chunks of 16 frames whatever the block, so every block size gives the same
/// sound; where there is no tone, or nothing to be moved, it is the sound itself to the bit, late by its latency.
class PitchCorrector {
public:
    static int latency(double rate, bool low);

    /// Allocates. `low`: of latency.
    void prepare(double rate, int channels, bool low);
    /// Audio thread. `now`: without a glide.
    void aim(const PitchCorrectorCoeffs& coeffs, bool now);
    /// Audio thread. In place; any number of frames.
    void process(float* const* channels, int frames);
    void clear();
    /// Audio thread. Goes on where another of the same rate stopped.
    void take(const PitchCorrector& from);

    double pitch_hz() const { return m_.goal.period > 0 ? rate_ / m_.goal.period : 0; }
    double correction_cents() const { return m_.goal.period > 0 ? 100 * m_.correction : 0; }

private:
    struct Memory {
        PitchTrack track;
        PitchVoice voice;
        PitchGoal goal;
        double note = 0;       ///< That is sung, semitones above a c.
        int settled = 0;       ///< Estimates that were nearest to it.
        int strayed = 0;       ///< Those since, that were nearer to another.
        double missing = 0;    ///< Semitones to it, times the amount.
        double correction = 0; ///< What is done of it.
        double shift = 0;      ///< Semitones now.
        int glide_left = 0;    ///< Chunks.
    };
    void make_chunk();
    void read_chunk();
    void follow();
    double note_for(double pitch);
    const PitchRange& range() const;

    double rate_ = 0, late_ = 0;
    const Kernels* kernels_ = nullptr;
    int glide_ = 60; ///< Chunks.
    std::array<PitchRange, 2> ranges_{};
    PitchMix mix_;
    PitchDetector detector_;
    PitchGrains grains_;
    PitchRings rings_;
    const float* rows_ = sweep_rows(); ///< Here, as the first call designs them.
    std::vector<float> heard_;         ///< The chunk that is heard, a row a channel.
    PitchCorrectorCoeffs coeffs_{};
    Memory m_;
};
} // namespace fohd::dsp
