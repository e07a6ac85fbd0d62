#pragma once
#include "dsp/units.h"
#include <array>
#include <bit>
#include <initializer_list>
#include <span>
#include <type_traits>

namespace fohd::dsp {

/// How a control's travel maps to the value (`/norm`, fades of scenes).
enum class Taper : std::uint8_t {
    linear,
    log,   ///< equal steps are equal ratios: frequencies, times, q
    fader, ///< the console fader law: 0.75 is 0 dB, 0 is silence
    steps  ///< toggles and choices: evenly spread
};

/// How a new value becomes sound.
enum class Glide : std::uint8_t {
    ramp,   ///< the coefficients glide over 20 ms
    fade,   ///< two settings are crossfaded by the processor itself
    rebuild ///< changes latency or shape: heard through a transition of the graph
};

/// Everything the rest of the program may know about one parameter. Values are in plain units, never knob positions.
struct ParamSpec {
    std::string_view id;
    Unit unit;
    float min, max, initial;
    Taper taper;
    Glide glide;
    std::string_view text;
    std::span<const std::string_view> choices; ///< For Unit::choice: the names, by index.
    bool from_silence = false;                 ///< Its least is no sound at all, which `-inf` says too.

    constexpr float clamp(float v) const
    {
        v = v < min ? min : v > max ? max : v;
        return unit == Unit::toggle || unit == Unit::choice ? static_cast<float>(static_cast<int>(v + 0.5f)) : v;
    }
};

/// Position 0..1 on the taper; the inverse of from_norm. Any thread.
float to_norm(const ParamSpec& spec, float value);
/// Value at position 0..1 (clamped) on the taper. Any thread.
float from_norm(const ParamSpec& spec, float position);

namespace detail {
template <class P> inline constexpr std::size_t field_count = std::is_empty_v<P> ? 0 : sizeof(P) / sizeof(float);

/// A P whose n-th field holds n, to turn a member pointer into its position.
template <class P> consteval P numbered()
{
    std::array<float, field_count<P>> n{};
    for (std::size_t i = 0; i < n.size(); ++i) n[i] = static_cast<float>(i);
    return std::bit_cast<P>(n);
}
} // namespace detail

/// A level at which nothing is heard, as the least of a range.
struct Silence {
    Decibels level;
    constexpr operator Decibels() const { return level; }
};

template <class Q> struct Range {
    Q min, max;
    bool from_silence = false;

    consteval Range(Q least, Q most) : min(least), max(most) {}
    consteval Range(Silence least, Q most) : min(least.level), max(most), from_silence(true) {}
};

/// One row of a table: a field, its id, range, default, taper, glide and text. Whatever is missing or wrong does not
/// compile.
template <class P> struct ParamRow {
    ParamSpec spec;
    std::size_t field;

    template <Unit U>
    consteval ParamRow(Quantity<U> P::*member, std::string_view id, Range<Quantity<U>> range,
                       std::type_identity_t<Quantity<U>> initial, Taper taper, Glide glide, std::string_view text)
        : spec{id, U, range.min.value, range.max.value, initial.value, taper, glide, text, {}, range.from_silence},
          field(static_cast<std::size_t>((detail::numbered<P>().*member).value))
    {
        check();
        if (taper == Taper::fader || taper == Taper::steps) throw "this taper is not for a quantity of a processor";
    }

    consteval ParamRow(Toggle P::*member, std::string_view id, bool initial, Glide glide, std::string_view text)
        : spec{id, Unit::toggle, 0, 1, initial ? 1.0f : 0.0f, Taper::steps, glide, text, {}},
          field(static_cast<std::size_t>((detail::numbered<P>().*member).value))
    {
        check();
    }

    template <class E, std::size_t N>
    consteval ParamRow(Choice<E> P::*member, std::string_view id, const std::array<std::string_view, N>& names,
                       E initial, Glide glide, std::string_view text)
        : spec{id,    Unit::choice, 0,    static_cast<float>(N - 1), static_cast<float>(initial), Taper::steps,
               glide, text,         names},
          field(static_cast<std::size_t>((detail::numbered<P>().*member).value))
    {
        check();
    }

private:
    consteval void check() const
    {
        if (spec.id.empty()) throw "a parameter needs an id";
        for (char c : spec.id)
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) throw "an id is snake_case";
        if (spec.text.empty() || spec.text.back() != '.') throw "a parameter needs a sentence of text";
        if (!(spec.min < spec.max)) throw "empty range";
        if (spec.initial < spec.min || spec.max < spec.initial) throw "initial value outside its range";
        if (spec.taper == Taper::log && !(spec.min > 0)) throw "a log taper needs a positive range";
    }
};

/// One row per field of P, in order. Anything else does not compile. P is an aggregate of quantities, toggles and
/// choices.
template <class P> struct ParamTable {
    std::array<ParamSpec, detail::field_count<P>> specs{};

    consteval ParamTable(std::initializer_list<ParamRow<P>> rows)
    {
        if (rows.size() != specs.size()) throw "a field has no row, or a row no field";
        std::size_t i = 0;
        for (const auto& row : rows) {
            if (row.field != i) throw "rows must follow the order of the fields";
            for (std::size_t j = 0; j < i; ++j)
                if (specs[j].id == row.spec.id) throw "two rows have one id";
            specs[i++] = row.spec;
        }
    }

    constexpr P initial() const
    {
        std::array<float, detail::field_count<P>> v{};
        for (std::size_t i = 0; i < v.size(); ++i) v[i] = specs[i].initial;
        return std::bit_cast<P>(v);
    }
};
} // namespace fohd::dsp
