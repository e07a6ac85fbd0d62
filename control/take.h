#pragma once

#include "config/automation_text.h"

#include <map>

namespace fohd::control {

/// What a hand moved while it was recorded: every move, by address. Any thread.
using Take = std::map<std::string, config::AutomationTrack>;

/// A move as a line of text, which ends with a newline.
std::string line_of(const std::string& address, const dsp::ParamSpec& spec, const config::AutomationPoint& move);

/// Such lines, the last of which may have been cut off.
struct ReadTake {
    Take take;
    std::string problem; ///< Of the first line that is no move of this layout; empty: none.
};
ReadTake read_take(std::string_view text, const dsp::Layout& layout);

/// A take, in few points, over what was there: of each value that was moved, from its first move to `end`.
config::Automation over(config::Automation before, const Take& take, double end);

/// How far, in a value's taper, a line may be from a move: 0.1 dB where a fader is above -10 dB.
constexpr double take_tolerance = 0.0025;

/// The moves of a hand in few points. Moves with pauses below a quarter of a second are one curve, drawn by straight lines in the
/// value's taper that are never farther from a move than 0.25 % of it (Ramer 1972; Douglas and Peucker 1973): 0.1 dB where a fader is
/// above -10 dB. It begins with a step, as a move is heard; switches and choices are all steps.
std::vector<config::AutomationPoint> thinned(const dsp::ParamSpec& spec, std::vector<config::AutomationPoint> moves);

} // namespace fohd::control
