#pragma once
#include "config/learned_text.h"
#include "daemon/graph_places.h"

#include <set>

namespace fohd::daemon {

/// What processors have learned for good, by their addresses: heard of the graph that runs and taught to each that is built. Of those
/// that are gone it stays as it was, for their return. Control thread.
class Learners {
public:
    explicit Learners(config::LearnedMap learned) : learned_(std::move(learned)) {}

    /// Before the audio thread has the graph.
    void teach(dsp::Graph& graph) const;
    /// A few times a second, and before the description becomes another.
    void look(const GraphPlaces& places, dsp::Graph& graph);

    const config::LearnedMap& learned() const { return learned_; }
    /// The addresses of those that have learned or forgotten something since the last call.
    std::set<std::string> take_changed() { return std::exchange(changed_, {}); }

private:
    config::LearnedMap learned_;
    std::set<std::string> changed_;
};

} // namespace fohd::daemon
