#pragma once

namespace fohd::dsp {

enum class SaturatorShape { tape, tube, soft, hard, fold };

/// What an engineer sets on a saturator.
struct SaturatorValues {
    double drive_db = 12;
    SaturatorShape shape = SaturatorShape::tape;
    double bias = 0; ///< -1..1, added before the curve.
    double tone = 0; ///< -1..1: -1 darkest, 1 brightest.
    double mix = 1;  ///< 0..1
    bool auto_gain = false;
};

template <class T> struct SaturatorCoeffs {
    T gain, bias;      ///< Into the curve.
    T high, low, tilt; ///< Levels of what comes out, above and below the tilt; g / (1 + g) of its pole.
    T blocker;         ///< Pole of the DC blocker; 0 where the curve is odd.
    T dry;
};

inline constexpr float tube_asymmetry = 0.25f; ///< Of the tube's curve; at 3/8 it would bend back.
/// Frames by which the kernels are late: see saturator.h.
inline constexpr int curve_latency = 27, fold_latency = 33;

constexpr int saturator_latency(SaturatorShape shape)
{
    return shape == SaturatorShape::fold ? fold_latency : curve_latency;
}

/// What the curve of a shape makes of x, at rest and without bandwidth: slope 1 at 0 (the hard curve and the tube's odd half)
/// and a ceiling of 1 (fold: 4 / pi). Less its value at the bias, as the kernels give it.
double saturated(SaturatorShape shape, double x, double bias);

/// auto_gain keeps the rms of a sine of -12 dBFS. Any thread; pure.
SaturatorCoeffs<float> design_saturator(const SaturatorValues& values, double rate);
} // namespace fohd::dsp
