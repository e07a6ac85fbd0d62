#pragma once
// Coefficients of the compressor and the gate, designed in double for one lane. The same structs over V are what their
// kernels read, so a row of a kernel's coefficients is a field here.

namespace fohd::dsp {

/// What an engineer sets on a compressor. A ratio of 100 and above means infinity.
struct CompressorValues {
    double threshold_db = -18;
    double ratio = 4;
    double knee_db = 6; ///< Whole width, centred on the threshold.
    double attack_ms = 10, release_ms = 100, hold_ms = 0;
    bool auto_release = false;
    double makeup_db = 0;
    bool auto_makeup = false;
    bool rms = false;      ///< Else peak. The rms of a sine is 3 dB below its peak.
    double window_ms = 10; ///< Time constant of the mean square.
    double link = 1;       ///< 0..1: how much the louder side of a pair rules both. 0 for a lone channel.
    double mix = 1;        ///< 0..1: compressed sound in the sum.
    double range_db = 80;  ///< Most reduction ever.
};

/// Levels are in log2 of power (3.01 dB), gains and reductions in log2 of amplitude (6.02 dB).
template <class T> struct CompressorCoeffs {
    T link, foot;  ///< The level where the knee begins.
    T knee, slope; ///< Knee width in level; reduction a unit of level above the knee.
    T range;
    T release, attack, fall; ///< Kept a frame: by the peak hold; by the lag behind it, rising and falling.
    T makeup, mix;
};

/// What rms, hold and auto release need besides.
template <class T> struct ProgrammeCompressorCoeffs {
    CompressorCoeffs<T> common;
    T kept_power;      ///< Of the mean square, a frame; 0 detects peaks.
    T hold;            ///< Frames.
    T automatic;       ///< 0 or 1.
    T charge, recover; ///< Kept a frame by the slow detector.
};

/// True if rms, hold or auto release ask for the kernel that has them.
bool wants_programme(const CompressorValues& values);

/// Attack and release are met as times to 63 % of a step of reduction in dB. Source of the detector: Giannoulis, Massberg,
/// Reiss, "Digital dynamic range compressor design", JAES 60(6) 2012, section 2 (smooth decoupled peak detector).
CompressorCoeffs<float> design_compressor(const CompressorValues& values, double rate);
ProgrammeCompressorCoeffs<float> design_programme_compressor(const CompressorValues& values, double rate);

/// Reduction in dB that a steady level gets, knee and range included.
double steady_reduction_db(const CompressorValues& values, double level_db);

/// What an engineer sets on a gate. A ratio of 100 and above means infinity.
struct GateValues {
    double threshold_db = -45;
    double hysteresis_db = 6; ///< It closes this much below the threshold.
    double ratio = 100;
    double range_db = 60;
    double attack_ms = 1, hold_ms = 50, release_ms = 100;
    bool duck = false; ///< Attenuates while the key is above the threshold, instead of below.
    bool pair = false; ///< Both sides follow the louder one.
};

template <class T> struct GateCoeffs {
    T open, close;     ///< Amplitudes of the key.
    T link;            ///< 1 for a pair, else 0.
    T hold;            ///< Frames.
    T opened, closed;  ///< Gains.
    T attack, release; ///< Kept a frame of the way to `opened`, and to `closed`.
};

/// What a finite ratio needs besides.
template <class T> struct ExpanderCoeffs {
    GateCoeffs<T> common;
    T fall;             ///< Kept a frame by the level follower.
    T threshold, slope; ///< log2 of amplitude; attenuation a unit of level below (or, ducking, above) it.
};

/// True if a finite ratio asks for the kernel that has it.
bool wants_expander(const GateValues& values);

/// Attack and release are times to 63 % of the way in amplitude: a closing gate so falls evenly in dB. The hold is at least
/// 10 ms, half a period of 50 Hz: the key is looked at sample by sample and even a steady tone crosses zero.
GateCoeffs<float> design_gate(const GateValues& values, double rate);
ExpanderCoeffs<float> design_expander(const GateValues& values, double rate);

} // namespace fohd::dsp
