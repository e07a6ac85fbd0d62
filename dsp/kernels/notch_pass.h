#pragma once

namespace fohd::dsp {

/// A notch as it runs: with g = tan(pi f / rate) and k = 1 / Q a state-variable filter (Zavalishin, "The Art of VA Filter
/// Design", 2012, chapter 4), of whose band-pass the share `weight` is added: k (gain - 1) makes a cut by that gain at f, whose
/// width does not depend on it, and 0 lets every sample pass as it is.
struct Notch {
    float high, band; ///< g and 1, over 1 + g (g + k): what the sound and the memory give to the band-pass.
    float low;        ///< 2 g
    float weight;
};

/// A stretch of sound through notches in series, all channels of a register through the same ones.
struct NotchPass {
    float* const* channels; ///< As many as a register has lanes, aligned, max_block floats each. In place.
    int count;
    Notch* notches;
    const Notch* steps; ///< What each frame adds while something glides, or nullptr.
    const int* active;  ///< Which run, in order.
    int active_count;
    float* memory; ///< Two rows of one float a lane for each of `notches`.
};
} // namespace fohd::dsp
