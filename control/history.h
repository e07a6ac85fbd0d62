#pragma once

#include "control/osc/pattern.h"
#include "control/store.h"

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

namespace fohd::control {

/// Which steps are meant: of one author, or touching what a pattern covers. Neither: all.
struct StepFilter {
    std::optional<Writer> by;
    std::optional<Pattern> pattern;
};

/// Every change, by address and author, in steps that can be taken back and done again. Control thread.
///
/// A step is what was done as one: a bundle, a pattern, a recall, or the move of a fader: the same author at the same addresses with
/// pauses under a second; switches and choices are a step each time. What nobody changed (writer 0) is no step.
/// A value is only taken back where its step is the last that touched it. Who undoes his own steps so never undoes what somebody
/// else did later: such values are passed over, and can be taken back again once the later step was.
/// A new change forgets what was undone.
class History {
public:
    using Clock = std::chrono::steady_clock;
    using Set = std::function<void(int parameter, float value)>;

    static constexpr std::size_t max_steps = 1000;
    /// Values of all steps together; beyond them the oldest steps are forgotten.
    static constexpr std::size_t max_moves = 1'000'000;
    static constexpr std::chrono::milliseconds pause{1000};

    /// `set` does what is undone and redone, as writer 0.
    explicit History(Set set, std::function<Clock::time_point()> now = Clock::now);

    /// Steps stay, by address; those of addresses that are not there wait for them.
    void rebind(Store& store);
    /// A step whose values are on their way: the changes need not have happened yet.
    void add(Writer by, const std::vector<Change>& changes);

    /// Takes back the newest step that is meant; of a step that touches a pattern what it covers. False: there is none.
    bool undo(const StepFilter& filter = {});
    /// Does again what was undone last.
    bool redo(const StepFilter& filter = {});

    std::size_t undo_steps();
    std::size_t redo_steps() const { return undone_.size(); }

private:
    struct Move {
        int address; ///< index in addresses_
        float before, after;
    };
    struct Step {
        Writer by;
        Clock::time_point last;
        int batch;
        bool glides; ///< No switches and choices in it.
        std::vector<Move> moves;
    };

    void changed(const Change& change);
    int address_of(int parameter);
    /// The newest step is whole: joins it to an earlier one of the same move.
    void seal();
    void append(Step step);
    void trim();
    bool is_meant(const StepFilter& filter, const Step& step, const Move& move) const;

    Set set_;
    std::function<Clock::time_point()> now_;
    Store* store_ = nullptr;
    std::deque<std::string> addresses_;
    std::unordered_map<std::string_view, int> by_address_;
    std::vector<int> parameters_;           ///< By address, -1 where there is none now.
    std::vector<int> address_of_parameter_; ///< -1 until it is needed.
    std::deque<Step> steps_;
    std::vector<Step> undone_; ///< Newest last.
    std::size_t moves_ = 0;    ///< Of steps_.
    bool is_open_ = false;     ///< Whether the newest step may grow.
    std::unordered_map<int, std::size_t> open_moves_;
    Store::Listening changes_;
};

} // namespace fohd::control
