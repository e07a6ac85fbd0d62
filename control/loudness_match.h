#pragma once

namespace fohd::control {

/// By how much one of two sounds must be louder so that both are equally loud: the difference of their mean energies, K-weighted
/// over 400 ms each (ITU-R BS.1770), of the last 10 s of sound that is no pause. Short-term loudness would ride the level, and undo
/// what the processors do to the dynamics; integrated loudness would hold on to the last song. One thread.
class LoudnessMatch {
public:
    /// What is measured every 100 ms or so.
    struct Moment {
        float with, without; ///< LUFS, momentary
        float peak;          ///< dBTP of the side without
        float ceiling;       ///< dB that this peak may not pass because of the gain
        bool is_heard;       ///< The side without is: its level then moves slowly.
    };

    /// One step in time. In pauses, below -70 LUFS or 10 LU below what was, all stays as it is.
    void step(double seconds, const Moment& now);
    /// What makes the difference has changed: it is measured anew, half a second from now.
    void restart();
    /// There is no difference to measure.
    void set_equal();

    float gain() const { return gain_; }           ///< dB on the side without; 0 before anything was measured.
    float shortfall() const { return shortfall_; } ///< dB that the ceiling keeps the gain from having, >= 0.
    float with() const;                            ///< LUFS, -120 before there is a reading
    float without() const;                         ///< LUFS, before the gain

private:
    void measure(double seconds, const Moment& now);

    double with_ = 0, without_ = 0;   ///< Mean energies without pauses.
    double usual_ = 0;                ///< Mean energy of the side without, pauses above -70 LUFS included.
    double heard_for_ = 0, wait_ = 0; ///< s
    float peak_ = -120, gain_ = 0, shortfall_ = 0;
};

} // namespace fohd::control
