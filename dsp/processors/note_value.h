#pragma once
#include "dsp/units.h"
#include <array>
#include <string_view>

namespace fohd::dsp {

/// What a time or a rate follows: nothing, or the tempo by a note value, numbered as in one of the lists below.
enum class Sync { off };

/// How many beats a note lasts, a beat being a quarter: `1/4` 1, `1/4_dotted` 1.5, `1/4_triplet` 2/3. What is no note, as `off`: 0.
constexpr double beats_of(std::string_view note)
{
    const auto stroke = note.find('/');
    if (stroke == note.npos) return 0;
    const auto number = [](std::string_view digits) {
        int n = 0;
        for (const char c : digits) {
            if (c < '0' || c > '9') break;
            n = 10 * n + (c - '0');
        }
        return static_cast<double>(n);
    };
    const double beats = 4 * number(note.substr(0, stroke)) / number(note.substr(stroke + 1));
    return note.ends_with("_dotted") ? beats * 3 / 2 : note.ends_with("_triplet") ? beats * 2 / 3 : beats;
}

/// Of a delay.
inline constexpr std::array<std::string_view, 15> delay_notes{
    "off", "1/1",        "1/2",         "1/2_dotted", "1/2_triplet", "1/4",          "1/4_dotted", "1/4_triplet",
    "1/8", "1/8_dotted", "1/8_triplet", "1/16",       "1/16_dotted", "1/16_triplet", "1/32"};

/// Of one sweep. At every tempo all are within the rates that can be set by hand.
inline constexpr std::array<std::string_view, 14> sweep_notes{
    "off", "4/1",        "2/1",         "1/1", "1/2",        "1/2_dotted",  "1/2_triplet",
    "1/4", "1/4_dotted", "1/4_triplet", "1/8", "1/8_dotted", "1/8_triplet", "1/16"};

/// How long the note lasts at a tempo in beats a minute, in seconds; 0 where nothing is followed.
template <std::size_t N>
double note_seconds(Choice<Sync> sync, const std::array<std::string_view, N>& notes, double tempo)
{
    return beats_of(notes[static_cast<std::size_t>(sync.get())]) * 60 / tempo;
}

/// Sweeps a second: by the tempo, or by hand.
inline double sweep_rate(Choice<Sync> sync, double tempo, Hertz by_hand)
{
    const double seconds = note_seconds(sync, sweep_notes, tempo);
    return seconds > 0 ? 1 / seconds : static_cast<double>(by_hand.value);
}
} // namespace fohd::dsp
