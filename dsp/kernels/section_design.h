#pragma once
#include <algorithm>
#include <cstddef>
#include <span>

namespace fohd::dsp {

/// One second-order section of a filter: a trapezoidal state-variable filter. The first three shape the state (and may glide
/// in a straight line between any two designs, however far: see sections.h), the last three weigh what is heard of it.
template <class T> struct SectionCoeffs {
    T damp, couple, follow, direct, band, low;
};

/// One lane of a pair: own * itself + other * its neighbour.
template <class T> struct PairMixCoeffs {
    T own, other;
};

inline constexpr PairMixCoeffs<float> pair_pass{1, 0};
/// From left (even lanes) and right (odd ones) to middle (left + right) / 2 and side (left - right) / 2, and back.
inline constexpr PairMixCoeffs<float> to_middle{0.5f, 0.5f}, to_side{-0.5f, 0.5f}, to_left{1, 1}, to_right{-1, 1};

enum class BandType { bell, low_shelf, high_shelf, high_pass, low_pass, notch, band_pass, all_pass, tilt };
enum class PassType { high, low };

inline constexpr int section_coeffs = 6;       ///< Floats of one section.
inline constexpr std::size_t max_sections = 8; ///< That one kernel runs.
inline constexpr int max_pass_sections = 4;

/// The section that lets all sound pass unchanged.
inline constexpr SectionCoeffs<float> identity_section{0, 0, 0, 1, 0, 1};

/// g = tan(pi f / rate), k = 1 / Q; heard is direct * input + band * band-pass + low * low-pass, as of the analogue prototype
/// (direct s^2 + ...) / (s^2 + k s + 1). This is the bilinear design, cramped near Nyquist: for what must sum exactly, such
/// as crossovers. Zavalishin, "The Art of VA Filter Design", 2012, chapter 4.
SectionCoeffs<float> trapezoidal_section(double g, double k, double direct, double band, double low);

/// One band of an equalizer, matched to its analogue prototype up to 0.375 of the rate: no cramping near Nyquist.
/// The prototypes are those of the RBJ cookbook; a tilt is a high shelf lowered by half its gain, 0 dB at `hz`.
/// Only bell, shelves and tilt heed the gain. Of these a cut is the exact reciprocal of a boost.
/// hz 10..20000 (may exceed Nyquist), gain_db -30..30, q 0.025..40, rate 22050..192000. Any thread; pure.
SectionCoeffs<float> design_band(BandType type, double hz, double gain_db, double q, double rate);

/// 1..8: slopes of 6..48 dB/octave, those between rounded up.
constexpr int pass_order(int slope_db_per_octave)
{
    return std::clamp((slope_db_per_octave + 5) / 6, 1, 2 * max_pass_sections);
}

/// A Butterworth filter, -3.01 dB at `hz`, as 1 to 4 matched sections. Slope 6..48 dB/octave in steps of 6 (others are rounded
/// up). Returns how many sections it filled; the rest of `out` (at least 4) become identity_section. Any thread; pure.
int butterworth(PassType type, int slope_db_per_octave, double hz, double rate, std::span<SectionCoeffs<float>> out);
} // namespace fohd::dsp
