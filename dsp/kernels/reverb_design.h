#pragma once

namespace fohd::dsp {

inline constexpr int reverb_chunk = 16;    ///< Frames that are worked on at once, whatever the block.
inline constexpr int reverb_lines = 16;    ///< Of the feedback delay network.
inline constexpr int reverb_echoes = 12;   ///< Early reflections a channel.
inline constexpr int reverb_diffusers = 4; ///< Allpass filters in a row, before the lines.

enum class ReverbKind { room, hall, plate };

/// What an engineer sets on a reverb.
struct ReverbValues {
    ReverbKind kind;
    double size;                            ///< m between two reflections, in the mean
    double pre_delay, decay;                ///< s
    double low_multiplier, high_multiplier; ///< of `decay`
    double low_crossover, high_crossover;   ///< Hz
    double diffusion, modulation;           ///< 0..1
    double modulation_rate;                 ///< Hz
    double width;                           ///< 0..1
    double early, late;                     ///< gains
    double mix;                             ///< 0..1
};

/// Places in the past to read from, in frames. Crossfaded, never moved.
struct ReverbTaps {
    float line[reverb_lines]; ///< Primes.
    float pre_delay;
    float echo[reverb_echoes], echo_gain[reverb_echoes];
    bool operator==(const ReverbTaps&) const = default;
};

/// Rows of one float a line: two state-variable shelves. With e = x - s2 the states become s1' = keep s1 + band e and
/// s2' = s2 + band s1 + low e, and the output is direct x + by_band (s1 + s1') + by_low (s2 + s2').
struct ReverbShelf {
    float keep[reverb_lines], band[reverb_lines], low[reverb_lines];
    float direct[reverb_lines], by_band[reverb_lines], by_low[reverb_lines];
};

/// What glides.
struct alignas(64) ReverbTone {
    ReverbShelf low, high; ///< Absorption; `high` has the matrix's 1 / 4 in it.
    float diffusion[reverb_diffusers];
    float enter;        ///< Gain into the lines.
    float early, late;  ///< Gains of what is heard.
    float middle, side; ///< Gains of what all channels have in common, and of the rest.
    float modulation;   ///< Frames to either side.
    float unused[7];    ///< Zero: whole registers of floats.
};

struct ReverbCoeffs {
    ReverbTone tone;
    ReverbTaps taps;
    float turn; ///< Of modulation in a chunk: 2 is a whole one.
    float mix;
    float unused[5]; ///< Zero: what alignment leaves.
};

/// Frames by which modulation makes a line late at the most.
double longest_modulation(double rate);
/// s that the pre-delay with the last early reflection, or the longest line, can need.
inline constexpr double longest_reverb_input = 0.45, longest_reverb_line = 0.165;

/// A feedback delay network (Jot and Chaigne, AES 90, 1991). Each line's absorption is proportional to its length, so that all
/// frequencies of a band decay alike; it is a low and a high shelf of second order whose gains in dB are those asked, corrected
/// at the middle frequency for what both shelves do there (Schlecht and Habets, "Accurate reverberation time control in
/// feedback delay networks", DAFx-17). The late sound is normalised: of white noise, at the middle frequency, it has the
/// power of the input, whatever decay and size. So have the early reflections.
/// `channels` of the strip; allpass filters ring for at most a quarter of the shortest decay.
ReverbCoeffs design_reverb(const ReverbValues& values, double rate, int channels);

/// Delay of the allpass filters of a side, in s.
inline constexpr double reverb_diffuser_delays[2][reverb_diffusers] = {{0.0019, 0.0036, 0.0061, 0.0097},
                                                                       {0.0022, 0.0033, 0.0067, 0.0091}};
/// The prime nearest to `frames`, of those that are not less than 17.
int prime_near(double frames);
} // namespace fohd::dsp
