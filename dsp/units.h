#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace fohd::dsp {

/// What a number means. The suffix is how files, OSC strings and the reference write it.
enum class Unit : std::uint8_t {
    decibel,
    lufs, ///< loudness, ITU-R BS.1770
    hertz,
    millisecond,
    percent,
    ratio,
    slope, ///< dB an octave, written as a plain number
    plain, ///< no unit: pan, q, weights
    metre,
    celsius,
    beats_per_minute,
    toggle, ///< 0 or 1
    choice  ///< the index of a name
};

constexpr std::string_view suffix(Unit unit)
{
    constexpr std::string_view names[] = {"dB", "LUFS", "Hz", "ms", "%", ":1", "dB/oct", "", "m", "C", "bpm", "", ""};
    return names[static_cast<std::size_t>(unit)];
}

/// A float that remembers its unit. Different units neither mix nor convert.
template <Unit U> struct Quantity {
    static constexpr Unit unit = U;
    float value;
    auto operator<=>(const Quantity&) const = default;
};

using Decibels = Quantity<Unit::decibel>;
using Lufs = Quantity<Unit::lufs>;
using Hertz = Quantity<Unit::hertz>;
using Milliseconds = Quantity<Unit::millisecond>;
using Percent = Quantity<Unit::percent>;
using Ratio = Quantity<Unit::ratio>;
using Slope = Quantity<Unit::slope>;
using Plain = Quantity<Unit::plain>;
using Metres = Quantity<Unit::metre>;
using Celsius = Quantity<Unit::celsius>;

/// On or off, stored as 1 or 0 so that a row of parameters is a row of floats.
struct Toggle : Quantity<Unit::toggle> {
    constexpr bool on() const { return value >= 0.5f; }
};

/// One of the values of an enum, stored as its index. The names stand in the parameter's table row.
template <class E> struct Choice : Quantity<Unit::choice> {
    constexpr E get() const { return static_cast<E>(static_cast<int>(value + 0.5f)); }
};

inline namespace literals {
#define FOHD_LITERAL(type, suffix)                                                                                     \
    consteval type operator""_##suffix(long double v) { return {static_cast<float>(v)}; }                              \
    consteval type operator""_##suffix(unsigned long long v) { return {static_cast<float>(v)}; }
FOHD_LITERAL(Decibels, dB)
FOHD_LITERAL(Lufs, LUFS)
FOHD_LITERAL(Hertz, Hz)
FOHD_LITERAL(Milliseconds, ms)
FOHD_LITERAL(Percent, pct)
FOHD_LITERAL(Ratio, to_1)
FOHD_LITERAL(Slope, per_oct)
FOHD_LITERAL(Plain, plain)
FOHD_LITERAL(Metres, metres)
FOHD_LITERAL(Celsius, celsius)
#undef FOHD_LITERAL
consteval Hertz operator""_kHz(long double v) { return {static_cast<float>(1000 * v)}; }
consteval Hertz operator""_kHz(unsigned long long v) { return {static_cast<float>(1000 * v)}; }
template <Unit U> consteval Quantity<U> operator-(Quantity<U> q) { return {-q.value}; }
} // namespace literals
} // namespace fohd::dsp
