#pragma once
#include "config/problems.h"
#include "dsp/graph/layout.h"
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fohd::config {

/// How a value comes from the point before, of the same address, to this one. The first point of an address is a step.
enum class Curve : std::uint8_t {
    step,   ///< stays, and is there at once
    linear, ///< evenly in the value's own taper, as a fader is drawn
    smooth  ///< in its taper too, at rest at both ends
};

struct AutomationPoint {
    double seconds; ///< From the beginning, >= 0.
    float value;
    Curve curve = Curve::step;
    bool operator==(const AutomationPoint&) const = default;
};

/// One value over time. Of two points at one time the second is a step.
struct AutomationTrack {
    std::string address;
    const dsp::ParamSpec* spec;          ///< Lives as long as the program.
    std::vector<AutomationPoint> points; ///< In the order of time.
    bool operator==(const AutomationTrack&) const = default;
};

/// What a file of lines `TIME ADDRESS VALUE [CURVE]` holds; tracks in the order of their addresses.
using Automation = std::vector<AutomationTrack>;

/// Limits of a file; beyond them it is refused.
inline constexpr std::size_t max_automation_bytes = 10'000'000, max_automation_points = 100'000;
inline constexpr double max_automation_seconds = 24 * 3600;

/// An automation, or all of its errors in the order of the file.
struct ReadAutomation {
    Automation automation;
    std::vector<Error> problems; ///< Empty where all is well.
};
/// Addresses must be in the layout. Bounded in time and memory whatever the text. Any thread but the audio thread, as all here.
ReadAutomation read_automation(std::string_view text, const dsp::Layout& layout);

/// The text of a file, in the order of time.
std::string automation_text(const Automation& automation);

/// `12.5`, `1:02.25`, `1:00:00`: seconds, minutes and hours; nothing where it is none of these, or too long.
std::optional<double> parse_time(std::string_view text);
std::string format_time(double seconds);

std::string_view name_of(Curve curve);
} // namespace fohd::config
