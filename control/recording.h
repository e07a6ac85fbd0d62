#pragma once

#include "control/store.h"
#include "control/take.h"

namespace fohd::control {

/// What moves while it lives, with its time in what plays: hands, `/undo`, scenes and their fades, all that is heard and not
/// played. Of what fohd itself moves, in many small steps, what is on a straight line of a tenth of a second is left out: a fade of 500
/// values has 60,000 a second. Control thread.
class Recording {
public:
    static constexpr std::size_t most_moves = 1'000'000;

    /// `seconds` of a move that happens now; nothing while time stands still or an automation moves, and then nothing is recorded.
    Recording(Store& store, std::function<std::optional<double>()> seconds);

    /// Another graph's values from now on; what was recorded stays, by address.
    void rebind(Store& store);
    /// There is no room for more.
    bool full() const { return moves_ >= most_moves; }
    bool empty() const { return moves_ == 0; }

    const Take& take();
    /// The lines of the moves since the last call.
    std::string fresh_lines();

private:
    void changed(const Change& change);
    void keep(config::AutomationTrack& track, const config::AutomationPoint& move);
    void keep_all();

    Store* store_;
    std::function<std::optional<double>()> seconds_;
    Take take_;
    std::map<config::AutomationTrack*, config::AutomationPoint>
        last_; ///< Moves that the next one may make superfluous.
    std::string fresh_;
    std::size_t moves_ = 0;
    Store::Listening changes_;
};

} // namespace fohd::control
