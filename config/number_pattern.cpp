#include "config/number_pattern.h"
#include "config/value_text.h"
#include <array>
#include <charconv>
#include <cmath>

namespace fohd::config {
namespace {

/// A number >= 0 in its decimal digits, without zeros that say nothing.
struct Decimal {
    std::string whole, fraction;

    explicit Decimal(double number)
    {
        std::array<char, 400> digits{};
        const auto end = std::to_chars(digits.begin(), digits.end(), number, std::chars_format::fixed).ptr;
        whole.assign(digits.begin(), end);
        if (const auto point = whole.find('.'); point != std::string::npos) {
            fraction = whole.substr(point + 1);
            whole.resize(point);
        }
    }
};

std::string digits(char from, char to)
{
    return from == to ? std::string(1, from) : std::string("[") + from + "-" + to + "]";
}
std::string any(std::size_t count) { return count == 0 ? "" : "\\d{" + std::to_string(count) + "}"; }

/// Whole numbers of as many digits as `whole` that are above (or below) it, each alternative with a `|` before it.
std::string of_equal_length(const std::string& whole, bool above)
{
    std::string pattern;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        const char lowest = i == 0 && whole.size() > 1 ? '1' : '0', digit = whole[i];
        if (above ? digit == '9' : digit == lowest) continue;
        pattern += "|" + whole.substr(0, i) +
                   (above ? digits(static_cast<char>(digit + 1), '9') : digits(lowest, static_cast<char>(digit - 1))) +
                   any(whole.size() - i - 1);
    }
    return pattern;
}

/// Digits after a point that say no more than these do.
std::string fraction_at_most(const std::string& fraction)
{
    std::string pattern = fraction + "0*";
    for (std::size_t i = 0; i < fraction.size(); ++i) {
        if (fraction[i] > '0')
            pattern += "|" + fraction.substr(0, i) + digits('0', static_cast<char>(fraction[i] - 1)) + "\\d*";
        if (i > 0) pattern += "|" + fraction.substr(0, i);
    }
    return pattern;
}

std::string fraction_at_least(const std::string& fraction)
{
    std::string pattern = fraction + "\\d*";
    for (std::size_t i = 0; i < fraction.size(); ++i)
        if (fraction[i] < '9')
            pattern += "|" + fraction.substr(0, i) + digits(static_cast<char>(fraction[i] + 1), '9') + "\\d*";
    return pattern;
}

std::string at_most(const Decimal& limit)
{
    std::string below;
    if (limit.whole.size() > 1)
        below = "|0|[1-9]" + (limit.whole.size() > 2 ? "\\d{0," + std::to_string(limit.whole.size() - 2) + "}" : "");
    below += of_equal_length(limit.whole, false);
    std::string pattern = limit.whole + "(?:\\.(?:" + fraction_at_most(limit.fraction) + ")?)?";
    if (!below.empty()) pattern += "|(?:" + below.substr(1) + ")(?:\\.\\d*)?";
    return pattern + (limit.whole == "0" ? "|\\.(?=\\d)(?:" + fraction_at_most(limit.fraction) + ")" : "|\\.\\d+");
}

std::string at_least(const Decimal& limit)
{
    const std::string n = std::to_string(limit.whole == "0" ? 0 : limit.whole.size());
    std::string pattern =
        "(?:[1-9]\\d{" + n + ",}" + (limit.whole == "0" ? "" : of_equal_length(limit.whole, true)) + ")(?:\\.\\d*)?";
    pattern += "|" + limit.whole +
               (limit.fraction.empty() ? "(?:\\.\\d*)?" : "\\.(?:" + fraction_at_least(limit.fraction) + ")");
    if (limit.whole == "0") pattern += "|\\.(?=\\d)(?:" + fraction_at_least(limit.fraction) + ")";
    return pattern;
}

std::string in_any_case(std::string_view text)
{
    std::string pattern;
    for (const char c : text) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (letter)
            pattern += std::string("[") + static_cast<char>(c | 0x20) + static_cast<char>(c & ~0x20) + "]";
        else
            pattern += c == '/' ? "\\/" : std::string(1, c);
    }
    return pattern;
}

/// What is left of the range on one side of zero, in a unit.
std::string one_sign(double low, double high, const std::string& sign, const std::string& unit)
{
    return "|" + sign + "(?=(?:" + at_least(Decimal(low)) + ")" + unit + "$)(?:" + at_most(Decimal(high)) + ")" + unit;
}
} // namespace

std::string value_pattern(const dsp::ParamSpec& spec)
{
    // the decimal number that the float stands for: 0.05, not 0.0500000007
    const auto exact = [](float number) {
        const std::string text = format_number(number);
        double value = 0;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    };
    const double min = exact(spec.min), max = exact(spec.max);
    std::string pattern;
    const auto add = [&](const std::string& unit, double scale) {
        if (max >= 0) pattern += one_sign(std::max(min, 0.0) / scale, max / scale, "\\+?", unit);
        if (min < 0) pattern += one_sign((max < 0 ? -max : 0) / scale, -min / scale, "-", unit);
    };
    std::string own;
    for (const Suffix& suffix : suffixes(spec.unit)) {
        if (suffix.scale != 1)
            add("[ \\t]*" + in_any_case(suffix.text), suffix.scale);
        else
            own += (own.empty() ? "" : "|") + in_any_case(suffix.text);
    }
    add(own.empty() ? "" : "(?:[ \\t]*(?:" + own + "))?", 1);
    if (spec.from_silence) pattern += "|-[iI][nN][fF](?: [dD][bB])?";
    if (spec.unit == dsp::Unit::ratio) pattern += "|\\+?[iI][nN][fF]|[iI][nN][fF]:1";
    return "^(?:" + pattern.substr(1) + ")$";
}
} // namespace fohd::config
