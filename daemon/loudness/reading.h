#pragma once
#include <array>

namespace fohd::daemon::loudness {

/// What a reading is before there is one, and the lowest it can be: LUFS or dBTP.
inline constexpr float lowest = -120.0f;

/// One moment's loudness of one strip, as EBU Tech 3341 and 3342 define it. Plain data.
struct Reading {
    float momentary = lowest;                             ///< LUFS, the last 400 ms.
    float shortterm = lowest;                             ///< LUFS, the last 3 s.
    float integrated = lowest;                            ///< LUFS since the reset, gated at −70 LUFS and −10 LU.
    float range = 0;                                      ///< LU since the reset.
    float truepeak = lowest;                              ///< dBTP, the highest of the last 400 ms, of all channels.
    float max_momentary = lowest, max_shortterm = lowest; ///< LUFS since the reset.
    float max_truepeak = lowest;                          ///< dBTP since the reset.
};

/// A reading's address below `…/loudness/`, its unit and its place: the one list that OSC and reports go by.
struct Quantity {
    const char* path;
    const char* unit;
    float Reading::*value;
};
inline constexpr std::array<Quantity, 8> quantities{{
    {"momentary", "LUFS", &Reading::momentary},
    {"shortterm", "LUFS", &Reading::shortterm},
    {"integrated", "LUFS", &Reading::integrated},
    {"range", "LU", &Reading::range},
    {"truepeak", "dBTP", &Reading::truepeak},
    {"max/momentary", "LUFS", &Reading::max_momentary},
    {"max/shortterm", "LUFS", &Reading::max_shortterm},
    {"max/truepeak", "dBTP", &Reading::max_truepeak},
}};

} // namespace fohd::daemon::loudness
