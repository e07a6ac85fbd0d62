#pragma once

namespace fohd::dsp {

inline constexpr int dither_taps = 9; ///< Of the noise shaper.

template <class T> struct DitherCoeffs {
    T channel; ///< From 0: each has noise of its own.
    T hold;    ///< Frames that dither goes on for after the last sample that was not zero.
};

template <class T> struct ShapedDitherCoeffs {
    DitherCoeffs<T> common;
    T taps[dither_taps]; ///< Of the errors before, newest first, which are added to the sound.
};

/// Any thread; pure.
DitherCoeffs<float> design_dither(int channel, double rate);

/// The noise is made rare where the ear is keen: the taps are those of the linear predictor that leaves the least power, weighed
/// by the threshold in quiet (Terhardt, Hearing Research 1, 1979) over 40 dB of its range. That this is the best there can be of its
/// length: Gerzon and Craven, "Optimal noise shaping and dither of digital signals", AES 87, 1989. At 44.1 and 48 kHz it is 24 dB
/// lower than plain dither at 3.5 kHz and 13 dB higher altogether; at higher rates it is lower still, for there is more room
/// where nobody hears. Any thread; pure.
ShapedDitherCoeffs<float> design_shaped_dither(int channel, double rate);

/// Level of the shaped noise at `hz` against that of plain dither, dB.
double shaping_db(const ShapedDitherCoeffs<float>& coeffs, double hz, double rate);
} // namespace fohd::dsp
