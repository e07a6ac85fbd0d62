#include "control/value_argument.h"

#include "config/value_text.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fohd::control {

std::optional<float> read_number(const Argument& argument)
{
    constexpr double most = std::numeric_limits<float>::max();
    const auto to_float = [&](double number) { return static_cast<float>(std::clamp(number, -most, most)); };
    if (const auto* i = std::get_if<std::int32_t>(&argument)) return to_float(*i);
    if (const auto* h = std::get_if<std::int64_t>(&argument)) return to_float(static_cast<double>(*h));
    if (const auto* f = std::get_if<float>(&argument)) return *f;
    if (const auto* d = std::get_if<double>(&argument)) return to_float(*d);
    return std::nullopt;
}

namespace {

/// A choice whose names are numbers, such as 16, 20 and 24 bits: there a number is a name and no index.
bool is_named_by_numbers(const dsp::ParamSpec& spec)
{
    return spec.unit == dsp::Unit::choice && std::ranges::all_of(spec.choices, [](std::string_view name) {
               return std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
           });
}
} // namespace

AskedValue read_value(const dsp::ParamSpec& spec, const Argument& argument)
{
    if (const auto number = read_number(argument)) {
        if (!is_named_by_numbers(spec) || !std::isfinite(*number)) return {number, {}, false};
        const auto whole = static_cast<double>(std::round(*number));
        const auto name =
            whole == static_cast<double>(*number) ? std::to_string(std::llround(whole)) : std::to_string(*number);
        const auto parsed = config::parse_value(spec, name);
        return {parsed.value, parsed.error, false};
    }
    const auto* truth = std::get_if<bool>(&argument);
    if (truth && spec.unit == dsp::Unit::toggle) return {*truth ? 1.0f : 0.0f, {}, false};
    if (const auto* text = std::get_if<std::string>(&argument)) {
        const auto parsed = config::parse_value(spec, *text, config::OutOfRange::clamp);
        const bool inside = config::parse_value(spec, *text).value.has_value();
        return {parsed.value, parsed.error, !inside};
    }
    return {std::nullopt, "takes a number or a text, " + config::range_text(spec), false};
}

std::optional<bool> read_switch(const Argument& argument)
{
    constexpr dsp::ParamSpec any{"switch", dsp::Unit::toggle, 0, 1, 0, dsp::Taper::steps, dsp::Glide::ramp, {}, {}};
    if (const auto number = read_number(argument)) return *number != 0;
    const auto read = read_value(any, argument);
    if (!read.value) return std::nullopt;
    return *read.value != 0;
}

bool is_pressed(const Argument& argument)
{
    return std::holds_alternative<Impulse>(argument) || read_switch(argument).value_or(false);
}

Argument to_argument(const dsp::ParamSpec& spec, float value)
{
    if (spec.unit == dsp::Unit::toggle) return value >= 0.5f;
    if (spec.unit == dsp::Unit::choice) {
        const auto index = std::min(static_cast<std::size_t>(std::max(value, 0.0f) + 0.5f), spec.choices.size() - 1);
        return std::string(spec.choices[index]);
    }
    return value;
}

} // namespace fohd::control
