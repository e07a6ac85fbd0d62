#pragma once

#include <array>
#include <cstdint>

#include "daemon/sources/source.h"

namespace fohd::daemon {

/// A small band in stereo, always the same: sixteen bars of 100 beats a minute that begin with chords alone, grow to
/// drums, bass and arpeggio, and fall back. About −21 LUFS integrated, with a loudness range of 13 LU and peaks
/// of −3 dBFS, so that meters, gates, compressors and limiters have something to do.
class Programme : public Source {
public:
    explicit Programme(int rate);
    void read(float* const* outputs, int count, int frames) noexcept override;

    static constexpr int bars = 16;
    static constexpr double bar_seconds = 2.4;

private:
    /// A sine that is a rotating vector: no call of sin for a sample.
    struct Tone {
        double cosine = 1, sine = 0, turn_cosine = 1, turn_sine = 0;
        double level = 0, decay = 1;
        void strike(double hertz, double rate, double new_level, double decay_seconds);
        double next(double second_harmonic, double third_harmonic);
    };
    struct Frame {
        float left, right;
    };

    void step(int sixteenth); ///< Strikes what begins at this sixteenth of the 256.
    Frame next();
    double white();

    double rate_;
    int frames_a_step_, frame_ = 0, step_ = 0;
    std::array<Tone, 3> chord_left_, chord_right_;
    Tone bass_, pluck_, snare_;
    double kick_phase_ = 0, kick_hertz_ = 0, kick_level_ = 0, kick_fall_, kick_decay_;
    double snare_noise_ = 0, snare_decay_, hat_ = 0, hat_decay_, last_white_ = 0;
    double pluck_left_ = 0.5;
    std::uint64_t random_ = 1;
};

} // namespace fohd::daemon
