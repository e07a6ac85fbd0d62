#pragma once
#include <array>
#include <string_view>

namespace fohd::dsp {

/// The notes that a singer may sing: bit n is the n-th semitone above c.
using NoteSet = unsigned;

inline constexpr int semitones = 12;
inline constexpr std::array<std::string_view, semitones> note_names{"c", "c_sharp", "d", "d_sharp", "e", "f", "f_sharp",
                                                                    "g", "g_sharp", "a", "a_sharp", "b"};

enum class Scale {
    chromatic,
    major,
    minor,
    harmonic_minor,
    melodic_minor,
    dorian,
    mixolydian,
    major_pentatonic,
    minor_pentatonic,
    blues,
    custom
};
inline constexpr std::array<std::string_view, 11> scale_names{
    "chromatic",        "major", "minor", "harmonic_minor", "melodic_minor", "dorian", "mixolydian", "major_pentatonic",
    "minor_pentatonic", "blues", "custom"};

/// The notes of a scale from a key note on. Any thread; pure.
constexpr NoteSet notes_of(Scale scale, int key)
{
    constexpr std::array<NoteSet, 10> from_c{0b1111'1111'1111, 0b1010'1011'0101, 0b0101'1010'1101, 0b1001'1010'1101,
                                             0b1010'1010'1101, 0b0110'1010'1101, 0b0110'1011'0101, 0b0010'1001'0101,
                                             0b0100'1010'1001, 0b0100'1110'1001};
    const NoteSet notes = from_c[static_cast<std::size_t>(scale)];
    return ((notes << key) | (notes >> (semitones - key))) & 0b1111'1111'1111;
}

/// The note of a set that is nearest to a pitch; both in semitones above a c. A set without notes: the pitch itself.
constexpr double nearest_note(NoteSet notes, double pitch)
{
    const int below = static_cast<int>(pitch + 1200) - 1200; // rounded down
    double best = pitch, distance = semitones;
    for (int n = below - semitones / 2; n <= below + 1 + semitones / 2; ++n) {
        const double off = n > pitch ? n - pitch : pitch - n;
        if ((notes >> ((n + 1200) % semitones) & 1u) && off < distance) best = n, distance = off;
    }
    return best;
}
} // namespace fohd::dsp
