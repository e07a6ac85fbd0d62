#pragma once
#include "dsp/kernels/pitch_detector.h"
#include "dsp/kernels/pitch_mix.h"
#include "dsp/kernels/pitch_rings.h"
#include "dsp/kernels/pitch_voice.h"
#include "dsp/kernels/swept_delay_design.h"

namespace fohd::dsp {

enum class OctaverRange { bass, guitar, high };

/// What octaves are made by, all of it floats. Gains and the tone glide over 20 ms.
struct OctaveCoeffs {
    float dry, voices[3]; ///< Gains: of the sound, and of one octave down, two down, one up.
    float tone;           ///< tan(pi f / rate) of the octaves' low pass.
    float range;          ///< An OctaverRange.
};

/// Octaves beside the sound of one string or voice: PitchDetector finds its period, and each octave is a PitchVoice, read at half, a
/// quarter or double the speed, as soon after the sound as it can be. All channels get the same, by the pitch that PitchMix hears. It works by
/// chunks of 16 frames whatever the block, so every block size gives the same sound; the sound itself is not late. Where no
/// period is found the octaves are silent, exactly.
class OctaveVoices {
public:
    static constexpr int voices = 3;
    /// Allocates.
    void prepare(double rate, int channels);
    /// Audio thread. `now`: without a glide.
    void aim(const OctaveCoeffs& coeffs, bool now);
    /// Audio thread. In place; any number of frames.
    void process(float* const* channels, int frames);
    void clear();
    /// Audio thread. Goes on where another of the same rate stopped.
    void take(const OctaveVoices& from);

    /// Of the tone that is followed, or 0.
    double pitch_hz() const { return m_.tone_sounds ? rate_ / m_.period : 0; }

private:
    struct Levels {
        float dry, octaves[voices], tone;
    };
    struct Memory {
        PitchVoice voice[voices];
        double period = 0;        ///< The last one, frames.
        bool tone_sounds = false; ///< There is a period now.
        float open = 0;           ///< Of the octaves, 0..1.
        Levels now{}, goal{}, step{};
        int glide_left = 0;               ///< Chunks.
        float dry_from = 1, dry_step = 0; ///< During the present chunk.
    };
    struct Filters {
        LowPassMemory before[2], after;
    };
    void make_chunk();
    void settle();

    double rate_ = 0;
    const Kernels* kernels_ = nullptr;
    int glide_ = 60;            ///< Chunks.
    LowPassCoeffs before_[2]{}; ///< Butterworth.
    float opens_ = 0, closes_ = 0;
    PitchMix mix_;
    PitchDetector detector_;
    PitchRings rings_;                 ///< Of the sound below 7 kHz.
    const float* rows_ = sweep_rows(); ///< Here, as the first call designs them.
    std::vector<float> octaves_;       ///< The chunk that is heard, a row a channel.
    std::vector<Filters> filters_;
    Memory m_;
};
} // namespace fohd::dsp
