#include "config/automation_text.h"
#include "config/utf8.h"
#include "config/value_text.h"
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <map>

namespace fohd::config {
namespace {

constexpr std::array<std::string_view, 3> curve_names{"step", "linear", "smooth"};
constexpr std::string_view blank = " \t\r,";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF"; ///< Which some editors put in front.
constexpr const char* usage = "a line is TIME ADDRESS VALUE [CURVE], such as `1:02.5 /input/vox/fader -6 dB linear`";

std::optional<Curve> curve_of(std::string_view word)
{
    const auto found = std::ranges::find(curve_names, word);
    if (found == curve_names.end()) return std::nullopt;
    return static_cast<Curve>(found - curve_names.begin());
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Where a `#` stands at the front or after a blank; else the end. Names of choices may hold one.
std::size_t comment_in(std::string_view line)
{
    for (std::size_t at = line.find('#'); at != line.npos; at = line.find('#', at + 1))
        if (at == 0 || blank.find(line[at - 1]) != blank.npos) return at;
    return line.size();
}

/// Columns count characters, not bytes.
int column_of(std::string_view line, std::size_t at)
{
    return 1 + static_cast<int>(std::ranges::count_if(
                   line.substr(0, at), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

class Reader {
public:
    explicit Reader(const dsp::Layout& layout) : layout_(layout) {}

    ReadAutomation read(std::string_view text)
    {
        if (text.size() > max_automation_bytes) {
            problems_.error({}, "the file has more than " + std::to_string(max_automation_bytes) + " bytes");
            return {{}, problems_.take()};
        }
        if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
        for (std::size_t begin = 0; begin < text.size() && points_ <= max_automation_points; ++line_number_) {
            const auto end = std::min(text.find('\n', begin), text.size());
            read_line(text.substr(begin, end - begin));
            begin = end + 1;
        }
        Automation automation;
        for (auto& [address, lines] : tracks_) automation.push_back(in_order(address, lines));
        if (problems_.has_errors()) return {{}, problems_.take()};
        return {std::move(automation), {}};
    }

private:
    struct Line {
        AutomationPoint point;
        Position at;
    };
    struct Lines {
        const dsp::ParamSpec* spec;
        std::vector<Line> all;
    };

    void error(std::size_t at, std::string text)
    {
        problems_.error({line_number_, column_of(line_, at)}, std::move(text));
    }

    /// From `at` on: where the next word begins and ends.
    std::pair<std::size_t, std::size_t> word_from(std::size_t at) const
    {
        const auto begin = std::min(line_.find_first_not_of(blank, at), line_.size());
        return {begin, std::min(line_.find_first_of(blank, begin), line_.size())};
    }

    void read_line(std::string_view line)
    {
        line_ = line.substr(0, comment_in(line));
        const auto last = line_.find_last_not_of(blank);
        if (last == line_.npos) return;
        line_ = line_.substr(0, last + 1);
        if (find_bad_character(line_)) return error(0, "this line is no text in UTF-8");
        if (++points_ > max_automation_points)
            return error(0, "the file has more than " + std::to_string(max_automation_points) + " points");
        const auto [time_at, time_end] = word_from(0);
        const auto time = parse_time(line_.substr(time_at, time_end - time_at));
        if (!time)
            error(
                time_at,
                quoted(line_.substr(time_at, time_end - time_at)) +
                    " is no time; allowed: seconds `12.5`, `MINUTES:SECONDS`, `HOURS:MINUTES:SECONDS`, up to 24 hours");
        const auto [address_at, address_end] = word_from(time_end);
        if (address_at == line_.size()) return error(line_.size(), std::string("there is no address; ") + usage);
        const std::string address(line_.substr(address_at, address_end - address_at));
        const int parameter = layout_.find(address);
        if (parameter < 0) return error(address_at, unknown(address));
        const auto& spec = *layout_.parameters[static_cast<std::size_t>(parameter)].spec;
        const auto value_at = word_from(address_end).first;
        if (value_at == line_.size())
            return error(line_.size(), address + ": there is no value; allowed: " + range_text(spec));
        const auto [value, curve] = read_value(value_at, spec, address);
        if (!time || !value) return;
        auto& lines = tracks_.try_emplace(address, Lines{&spec, {}}).first->second;
        lines.all.push_back({{*time, *value, curve}, {line_number_, column_of(line_, time_at)}});
    }

    std::string unknown(const std::string& address)
    {
        if (address[0] != '/') return quoted(address) + " is no address; " + usage;
        std::string_view near;
        if (suggestions_++ < 50) {
            std::vector<std::string_view> all;
            for (const auto& parameter : layout_.parameters) all.push_back(parameter.address);
            near = nearest(address, all);
        }
        return "there is no value " + quoted(address) + (near.empty() ? "" : ", did you mean " + quoted(near) + "?");
    }

    /// A value, and a curve where the last of several words names one.
    std::pair<std::optional<float>, Curve> read_value(std::size_t at, const dsp::ParamSpec& spec,
                                                      const std::string& address)
    {
        std::string_view text = line_.substr(at);
        Curve curve = Curve::step;
        if (const auto last = text.find_last_of(blank); last != text.npos)
            if (const auto named = curve_of(text.substr(last + 1))) {
                const auto curve_at = at + last + 1;
                curve = *named;
                text = text.substr(0, text.find_last_not_of(blank, last) + 1);
                if (curve != Curve::step && spec.taper == dsp::Taper::steps) {
                    error(curve_at, address + ": there is nothing between its values; allowed: step");
                    return {};
                }
            }
        auto parsed = parse_value(spec, text);
        if (!parsed) error(at, address + ": " + parsed.error + misspelt_curve(spec, text));
        return {parsed.value, curve};
    }

    /// Where a value is good without its last word, that was meant as a curve.
    static std::string misspelt_curve(const dsp::ParamSpec& spec, std::string_view text)
    {
        const auto last = text.find_last_of(blank);
        if (last == text.npos || !parse_value(spec, text.substr(0, last))) return {};
        return "; or its curve: step, linear, smooth, not " + quoted(text.substr(last + 1));
    }

    AutomationTrack in_order(const std::string& address, Lines& lines)
    {
        AutomationTrack track{address, lines.spec, {}};
        std::ranges::stable_sort(lines.all, {}, [](const Line& line) { return line.point.seconds; });
        const auto same = [&](std::size_t a, std::size_t b) {
            return lines.all[a].point.seconds == lines.all[b].point.seconds;
        };
        for (std::size_t n = 0; n < lines.all.size(); ++n) {
            const auto& [point, at] = lines.all[n];
            if (n > 0 && same(n - 1, n) && (point.curve != Curve::step || (n > 1 && same(n - 2, n))))
                problems_.error(at, address + " has a value at this time already, at line " +
                                        std::to_string(lines.all[n - 1].at.line) +
                                        "; allowed: one, and a step from it");
            track.points.push_back(point);
        }
        return track;
    }

    const dsp::Layout& layout_;
    Problems problems_;
    std::map<std::string, Lines> tracks_;
    std::string_view line_;
    int line_number_ = 1, suggestions_ = 0;
    std::size_t points_ = 0;
};
} // namespace

std::string_view name_of(Curve curve) { return curve_names[static_cast<std::size_t>(curve)]; }

std::optional<double> parse_time(std::string_view text)
{
    double whole = 0; // seconds
    for (int field = 0; field < 3; ++field) {
        const auto colon = text.find(':');
        const std::string_view digits = text.substr(0, colon), before_point = digits.substr(0, digits.find('.'));
        if (before_point.empty() || digits.size() > 20) return std::nullopt;
        const std::string_view fraction = digits.substr(before_point.size());
        if (!std::ranges::all_of(before_point, is_digit) || (colon != text.npos && !fraction.empty()))
            return std::nullopt;
        if (!fraction.empty() && !std::ranges::all_of(fraction.substr(1), is_digit)) return std::nullopt;
        double number = 0;
        std::from_chars(before_point.data(), before_point.data() + before_point.size(), number);
        if (field > 0 && number >= 60) return std::nullopt;
        whole = whole * 60 + number;
        if (whole > max_automation_seconds) return std::nullopt;
        if (colon == text.npos) {
            // One decimal number of seconds, however it was written, and so one value.
            const std::string decimal = std::to_string(std::llround(whole)).append(fraction);
            std::from_chars(decimal.data(), decimal.data() + decimal.size(), whole);
            return whole <= max_automation_seconds ? std::optional(whole) : std::nullopt;
        }
        text.remove_prefix(colon + 1);
    }
    return std::nullopt;
}

std::string format_time(double seconds)
{
    char text[64];
    const auto micros = std::llround(seconds * 1e6);
    const auto minutes = micros / 60'000'000;
    if (minutes > 0)
        std::snprintf(text, sizeof text, "%lld:%02lld.%06lld", minutes, micros / 1'000'000 % 60, micros % 1'000'000);
    else
        std::snprintf(text, sizeof text, "%lld.%06lld", micros / 1'000'000, micros % 1'000'000);
    std::string digits = text;
    while (digits.back() == '0') digits.pop_back();
    if (digits.back() == '.') digits.pop_back();
    if (parse_time(digits) == seconds) return digits;
    // Finer than that: two moments in a file must not become one.
    return {text, std::to_chars(text, text + sizeof text, seconds, std::chars_format::fixed).ptr};
}

ReadAutomation read_automation(std::string_view text, const dsp::Layout& layout) { return Reader(layout).read(text); }

std::string automation_text(const Automation& automation)
{
    struct Place {
        double seconds;
        const AutomationTrack* track;
        const AutomationPoint* point;
    };
    std::vector<Place> places;
    for (const AutomationTrack& track : automation)
        for (const AutomationPoint& point : track.points) places.push_back({point.seconds, &track, &point});
    std::ranges::stable_sort(places, {}, &Place::seconds);
    std::string text = "# An automation of fohd: TIME ADDRESS VALUE [CURVE], a curve being how the value gets there: "
                       "step, linear, smooth.\n";
    for (const auto& [seconds, track, point] : places) {
        text += format_time(seconds) + " " + track->address + " " + format_value(*track->spec, point->value);
        if (point->curve != Curve::step) text += " " + std::string(name_of(point->curve));
        text += "\n";
    }
    return text;
}
} // namespace fohd::config
