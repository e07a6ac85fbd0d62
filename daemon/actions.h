#pragma once
#include "daemon/graph_places.h"
#include "dsp/graph/performer.h"

#include <set>
#include <vector>

namespace fohd::daemon {

/// What processors are told to do, in whatever graph of them is heard, and what came of it. Nobody who asks for a finding is left without
/// an answer. Control thread.
class Actions {
public:
    /// A strip and a processor of the description and an action of its type.
    void act(const GraphPlaces& places, dsp::Performer& performer, int strip, int processor, int action);
    /// A few times a second, and before the description becomes another. `block`: frames of a callback.
    void look(const GraphPlaces& places, dsp::Graph& graph, int block);
    /// Whether anything is under way that another graph would end.
    bool busy() const { return !busy_.empty(); }
    /// When all that runs is heard: asks what waited for that. Whether there was anything.
    bool ask_what_waits(const GraphPlaces& places, dsp::Graph& graph);
    /// What is under way in a processor that the description has no more, or in another form, ends with it.
    void give_up_what_goes(const GraphPlaces& places, const dsp::Graph& graph);
    /// Nobody calls the graph any more, or somebody does again. Call look() before.
    void stand_still(bool still);

    /// What came of actions since the last call, by the processor's address.
    std::vector<std::pair<std::string, dsp::Finding>> take_findings() { return std::exchange(findings_, {}); }

private:
    bool still_ = false;
    std::set<std::string> busy_;     ///< Processors in which an action that another graph would end is under way.
    std::set<std::string> given_up_; ///< Those of which it was said that nothing comes of it: nothing does.
    std::vector<std::pair<std::string, int>> asked_; ///< Processors and the actions that wait until they are heard.
    std::vector<std::pair<std::string, dsp::Finding>> findings_;
};

} // namespace fohd::daemon
