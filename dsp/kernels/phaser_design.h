#pragma once

namespace fohd::dsp {

inline constexpr int phaser_pairs = 6; ///< Of all-pass stages, at most.

/// What an engineer sets on a phaser.
struct PhaserValues {
    double rate_hz = 0.4;
    double octaves = 3;      ///< From the lowest frequency of the stages to the highest.
    double centre_hz = 800;  ///< Between both, in octaves.
    int stages = 4;          ///< Even.
    double feedback = 0;     ///< -0.95..0.95
    double turns_behind = 0; ///< By how much of a period the channel moves later than the first.
    double mix = 0.5;        ///< -1..1: shifted sound in the sum, below 0 inverted.
};

template <class T> struct PhaserCoeffs {
    T step;               ///< Of the phase, 2^-32 turns a frame.
    T behind;             ///< Turns.
    T middle, half, bend; ///< log2 of sqrt(tan(pi f / rate)) at 0, and its way with the sine and the square of it.
    T feedback, dry, wet; ///< `wet`: so that feedback makes noise no louder.
    T on[phaser_pairs];   ///< Of each two stages, 0 or 1.
};

/// Any thread; pure. Frequencies stay below 0.45 times the rate. The lowest, the centre and the highest are met exactly; between
/// them the sweep is even in octaves within 0.02 octaves.
PhaserCoeffs<float> design_phaser(const PhaserValues& values, double rate);
} // namespace fohd::dsp
