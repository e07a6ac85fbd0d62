#include "config/value_text.h"
#include "config/problems.h"
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace fohd::config {

std::span<const Suffix> suffixes(dsp::Unit unit)
{
    using enum dsp::Unit;
    static constexpr Suffix db[] = {{"dB", 1}}, loudness[] = {{"LUFS", 1}}, hz[] = {{"Hz", 1}, {"kHz", 1000}},
                            ms[] = {{"ms", 1}, {"s", 1000}}, pct[] = {{"%", 1}}, to_1[] = {{":1", 1}},
                            oct[] = {{"dB/oct", 1}}, m[] = {{"m", 1}}, celsius_degrees[] = {{"C", 1}, {"°C", 1}},
                            bpm[] = {{"bpm", 1}};
    switch (unit) {
    case decibel: return db;
    case lufs: return loudness;
    case hertz: return hz;
    case millisecond: return ms;
    case percent: return pct;
    case ratio: return to_1;
    case slope: return oct;
    case metre: return m;
    case celsius: return celsius_degrees;
    case beats_per_minute: return bpm;
    case plain:
    case toggle:
    case choice: break;
    }
    return {};
}

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_letters(std::string_view a, std::string_view b)
{
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (lower(a[i]) != lower(b[i])) return false;
    return true;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// A number at the front of the text, which loses it. Digits only: what from_chars knows of `inf` and `nan` is not for
/// us. What overflows comes back as infinity.
std::optional<double> take_number(std::string_view& text)
{
    std::string_view digits = text;
    if (!digits.empty() && digits.front() == '+') digits.remove_prefix(1);
    const auto first = digits.find_first_not_of(digits.size() == text.size() ? "-" : "");
    if (first == std::string_view::npos || first > 1 ||
        !((digits[first] >= '0' && digits[first] <= '9') || digits[first] == '.'))
        return std::nullopt;
    double number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error == std::errc::invalid_argument) return std::nullopt;
    if (error == std::errc::result_out_of_range) {
        const std::string_view used(digits.data(), static_cast<std::size_t>(end - digits.data()));
        const bool tiny = used.find("e-") != used.npos || used.find("E-") != used.npos || used.find("0.0") != used.npos;
        number = tiny ? 0 : digits.front() == '-' ? -HUGE_VAL : HUGE_VAL;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

std::string example(const dsp::ParamSpec& spec) { return "; allowed: " + range_text(spec); }

ParsedValue parse_toggle(const dsp::ParamSpec& spec, std::string_view text)
{
    for (const auto on : {"on", "true", "yes", "1"})
        if (same_letters(text, on)) return {1.0f, {}};
    for (const auto off : {"off", "false", "no", "0"})
        if (same_letters(text, off)) return {0.0f, {}};
    return {{}, quoted(text) + " is neither on nor off" + example(spec)};
}

/// Where the choices are the twelve notes: the one that this means, such as `Db` or `C#`.
std::string_view note_of(std::span<const std::string_view> choices, std::string_view text)
{
    if (choices.size() != 12 || choices[1] != "c_sharp" || text.empty()) return {};
    const char letter = lower(text.front());
    const auto natural = std::ranges::find(choices, std::string_view(&letter, 1)) - choices.begin();
    text.remove_prefix(1);
    int steps = text.empty() ? 0 : 12;
    for (const std::string_view flat : {"b", "_flat", " flat", "♭"})
        if (same_letters(text, flat)) steps = 11;
    for (const std::string_view sharp : {"#", "♯", " sharp", "_sharp"})
        if (same_letters(text, sharp)) steps = 1;
    if (natural == 12 || steps == 12) return {};
    return choices[static_cast<std::size_t>(natural + steps) % 12];
}

ParsedValue parse_choice(const dsp::ParamSpec& spec, std::string_view text)
{
    for (std::size_t i = 0; i < spec.choices.size(); ++i)
        if (spec.choices[i] == text) return {static_cast<float>(i), {}};
    if (same_letters(text, "false")) // what writes YAML 1.1 has no other `off`
        if (const auto off = std::ranges::find(spec.choices, "off"); off != spec.choices.end())
            return {static_cast<float>(off - spec.choices.begin()), {}};
    const auto note = note_of(spec.choices, text);
    const auto best = note.empty() ? nearest(text, {spec.choices.begin(), spec.choices.end()}) : note;
    return {{},
            quoted(text) + " is not one of its choices" + (best.empty() ? "" : ", did you mean " + quoted(best) + "?") +
                example(spec)};
}

/// The words for infinity that are legal here.
std::optional<float> infinity(const dsp::ParamSpec& spec, std::string_view text)
{
    const bool ratio = spec.unit == dsp::Unit::ratio;
    for (const std::string_view word : {"-inf", "-inf dB"})
        if (spec.from_silence && same_letters(text, word)) return spec.min;
    for (const std::string_view word : {"inf", "+inf", "inf:1"})
        if (ratio && same_letters(text, word)) return spec.max;
    return std::nullopt;
}
} // namespace

ParsedValue parse_value(const dsp::ParamSpec& spec, std::string_view text, OutOfRange outside)
{
    text = trimmed(text);
    if (spec.unit == dsp::Unit::toggle) return parse_toggle(spec, text);
    if (spec.unit == dsp::Unit::choice) return parse_choice(spec, text);
    if (const auto end = infinity(spec, text)) return {*end, {}};

    std::string_view rest = text;
    const auto number = take_number(rest);
    if (!number) return {{}, quoted(text) + " is not a number" + example(spec)};
    rest = trimmed(rest);
    const auto units = suffixes(spec.unit);
    double scale = rest.empty() ? 1 : 0;
    for (const Suffix& unit : units)
        if (same_letters(rest, unit.text)) scale = unit.scale;
    if (scale == 0 && units.empty())
        return {{}, quoted(text) + " has a unit where a plain number belongs" + example(spec)};
    if (scale == 0) return {{}, quoted(text) + " is not in " + std::string(units.front().text) + example(spec)};

    const float value = static_cast<float>(*number * scale);
    if (value >= spec.min && value <= spec.max) return {value == 0 ? 0.0f : value, {}};
    if (outside == OutOfRange::clamp) return {spec.clamp(value), {}};
    return {{}, quoted(text) + " is out of range" + example(spec)};
}

std::string format_number(float value)
{
    std::array<char, 64> digits{};
    const auto end =
        std::to_chars(digits.begin(), digits.end(), value == 0 ? 0.0f : value, std::chars_format::fixed).ptr;
    return {digits.begin(), end};
}

std::string format_value(const dsp::ParamSpec& spec, float value)
{
    if (spec.unit == dsp::Unit::toggle) return value >= 0.5f ? "on" : "off";
    if (spec.unit == dsp::Unit::choice) {
        const auto index = static_cast<std::size_t>(spec.clamp(value));
        return index < spec.choices.size() ? std::string(spec.choices[index]) : std::string();
    }
    if (spec.from_silence && value <= spec.min) return "-inf";
    const auto units = suffixes(spec.unit);
    if (units.empty()) return format_number(value);
    if (units.size() > 1 && units[1].scale != 1 && std::abs(value) >= units[1].scale) {
        const std::string text =
            format_number(static_cast<float>(value / units[1].scale)) + " " + std::string(units[1].text);
        if (parse_value(spec, text, OutOfRange::clamp).value == value) return text;
    }
    const bool tight = spec.unit == dsp::Unit::ratio;
    return format_number(value) + (tight ? "" : " ") + std::string(units.front().text);
}

std::string range_text(const dsp::ParamSpec& spec)
{
    if (spec.unit == dsp::Unit::toggle) return "on, off";
    std::string text;
    if (spec.unit == dsp::Unit::choice) {
        for (const auto name : spec.choices) text += (text.empty() ? "" : ", ") + std::string(name);
        return text;
    }
    const auto units = suffixes(spec.unit);
    text = format_number(spec.min) + ".." + format_number(spec.max);
    if (!units.empty()) text += (spec.unit == dsp::Unit::ratio ? "" : " ") + std::string(units.front().text);
    if (spec.from_silence) text += " or -inf";
    return text;
}
} // namespace fohd::config
