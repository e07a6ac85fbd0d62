#pragma once

#include "config/automation_text.h"
#include "control/store.h"

#include <map>

namespace fohd::control {

/// What surfaces move while it lives, with its time in what plays. Control thread.
class Recording {
public:
    static constexpr std::size_t most_moves = 1'000'000;

    /// `seconds` of a move that happens now; nothing while time stands still, and then nothing is recorded.
    Recording(Store& store, std::function<std::optional<double>()> seconds);

    /// Another graph's values from now on; what was recorded stays, by address.
    void rebind(Store& store);
    /// There is no room for more.
    bool full() const { return moves_ >= most_moves; }
    bool empty() const { return moves_ == 0; }

    /// What was recorded, in few points, over what was there: of each value that was moved, from its first move to `end`.
    config::Automation over(config::Automation before, double end) const;

private:
    void changed(const Change& change);

    Store* store_;
    std::function<std::optional<double>()> seconds_;
    std::map<std::string, config::AutomationTrack> tracks_;
    std::size_t moves_ = 0;
    Store::Listening changes_;
};

/// The moves of a hand in few points. Moves with pauses below a quarter of a second are one curve, drawn by straight lines in the
/// value's taper that are never farther from a move than 0.25 % of it (Ramer 1972; Douglas and Peucker 1973): 0.1 dB where a fader is
/// above -10 dB. It begins with a step, as a move is heard; switches and choices are all steps.
std::vector<config::AutomationPoint> thinned(const dsp::ParamSpec& spec, std::vector<config::AutomationPoint> moves);

} // namespace fohd::control
