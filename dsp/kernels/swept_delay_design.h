#pragma once

namespace fohd::dsp {

inline constexpr int sweep_voices = 8; ///< At most, a channel.
inline constexpr int sweep_taps = 8;   ///< Of the interpolator.
inline constexpr int sweep_fractions =
    256; ///< Of a frame, that the interpolator is designed for; between two of them a line.
inline constexpr int sweep_nearest = 8; ///< Frames of the shortest delay.

/// What an engineer sets on a chorus or a flanger.
struct SweepValues {
    double rate_hz = 0.5;
    double depth_frames = 0; ///< From the shortest delay to the longest.
    double delay_frames = 0; ///< The shortest; less than 8 becomes 8.
    int voices = 1;          ///< A channel; evenly spread over a sweep.
    double spread = 1;       ///< 0..1: of the way by which a channel is later than the one before.
    double feedback = 0;     ///< -0.95..0.95
    double mix = 0.5;        ///< -1..1: delayed sound in the sum, below 0 inverted.
};

/// All of it glides.
struct SweptDelayCoeffs {
    float step;                 ///< Of the phase, 2^-32 turns a frame.
    float whole, part, swing;   ///< The shortest delay, and half of the depth, in frames.
    float spread;               ///< Turns by which a channel is later than the one before.
    float feedback, dry, wet;   ///< `wet`: of the mean of the voices.
    float share[sweep_voices];  ///< Of each voice in the mean, 0 if it is silent.
    float behind[sweep_voices]; ///< Turns by which each voice is later.
    bool operator==(const SweptDelayCoeffs&) const = default;
};

/// Any thread; pure. One voice moves in quadrature to the channel before. Those of several lie in the middle between that
/// channel's. The voices' mean is heard, so that below half of the mix
/// nothing is ever cancelled; feedback makes noise no louder.
SweptDelayCoeffs design_swept_delay(const SweepValues& values, double rate);

/// sweep_fractions + 1 rows of sweep_taps weights, oldest first: row n reads n / sweep_fractions of a frame before the frame that
/// the fifth is for. Least squares over 0 to 0.3 of the rate with errors weighed as music is, by 1 / frequency, and exact at 0 Hz
/// (Laakso et al., "Splitting the unit delay", IEEE SP Magazine 13(1) 1996, III.A): -80 dB at 1 kHz and -50 dB at 12 kHz of 48.
/// Any thread but the audio thread: the first call computes them, for some milliseconds.
const float* sweep_rows();
} // namespace fohd::dsp
