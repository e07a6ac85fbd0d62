#pragma once

namespace fohd::dsp {

template <class T> struct GainCoeffs {
    T gain;
};

/// Octaves a frame, negative.
template <class T> struct MeterCoeffs {
    T peak_fall, mean_fall;
};

/// Rows of the meter's State.
struct MeterRow {
    static constexpr int peak = 0, mean_square = 1, top = 2, clips = 3, bad = 4;
};

/// Peaks fall back by 20 dB in 1.7 s (IEC 60268-18); the mean square has a time constant of 300 ms. Rate in Hz.
MeterCoeffs<float> design_meter(double rate);
} // namespace fohd::dsp
