#pragma once

namespace fohd::dsp {

/// Of one lane. All may glide in a straight line.
template <class T> struct LimiterCoeffs {
    T gain;    ///< Before everything.
    T ceiling; ///< As amplitude.
    T keep;    ///< Share of the reduction that is left a frame later.
    T blend;   ///< Share of the reduction that enters its slow mean each frame.
    T rest;    ///< Share of the slow mean that the release adds each frame; 0 without auto.
    T link;    ///< 0..1, how far a lane follows its neighbour's deeper gain.
};

struct LimiterSettings {
    double input_gain_db = 0;
    double ceiling_db = -1; ///< dBTP
    double release_ms = 80; ///< Time constant of the reduction, 1 - gain.
    bool auto_release = false;
    double link = 1; ///< 0..1; 0 for a channel without a partner, which has somebody else's sound beside it.
};

/// With auto, single peaks recover with the time constant `release`, but three quarters of a reduction that lasted longer than
/// five of these come back twenty times slower: dense programme does not pump. Any thread.
LimiterCoeffs<float> limiter_coeffs(const LimiterSettings& settings, double rate);

/// What all lanes of a limiter have in common, as the size of its Stage: lookahead in frames (at least 7), times two, and
/// one more for true peak. Any thread.
int limiter_size(double lookahead_ms, bool true_peak, double rate);

/// Frames by which the sound is late: the lookahead, and with true peak 29 more: 23 until the interpolator has read both
/// sides of a peak, and 6 to have the gain down before a meter's filter comes near it. Any thread.
int limiter_latency(int size);
} // namespace fohd::dsp
