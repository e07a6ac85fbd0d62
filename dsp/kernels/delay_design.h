#pragma once
#include <array>

namespace fohd::dsp {

inline constexpr int delay_taps = 32; ///< Of the longest interpolator.

/// What an engineer sets on a delay.
struct DelayValues {
    double frames;          ///< Of delay, fractions included; less than 1 becomes 1.
    double feedback = 0;    ///< 0..0.95
    bool ping_pong = false; ///< Echoes of a pair change sides.
    double low_cut_hz = 0;  ///< In the feedback, 12 dB/oct; 0 is off.
    double high_cut_hz = 0; ///< In the feedback, 12 dB/oct; 0 is off.
    double mix = 1;         ///< 0..1: delayed sound in the sum.
};

/// One place in the past to read from. Crossfaded, never moved.
struct DelayTap {
    float newest; ///< Frames ago that the newest sample needed was written.
    float count;  ///< Taps; 1 reads whole frames.
    std::array<float, delay_taps> taps;
    bool operator==(const DelayTap&) const = default;
};

/// What glides.
struct DelayLevels {
    float feedback, ping_pong, mix;
    float low_cut, low_cut_on, high_cut, high_cut_on; ///< tan(pi f / rate) and 0 or 1
    bool operator==(const DelayLevels&) const = default;
};

struct DelayCoeffs {
    DelayTap tap;
    DelayLevels levels;
};

/// Between two frames the delay is a sinc under a Kaiser window: 32 taps, within 0.0005 dB and 0.0001 frames of ideal up to 0.4
/// times the rate. Delays under 16 frames have only twice their frames of taps; under 2, straight lines.
DelayCoeffs design_delay(const DelayValues& values, double rate);

/// Speed of sound in dry air, in m/s, at a temperature in degrees Celsius.
double speed_of_sound(double celsius);

} // namespace fohd::dsp
