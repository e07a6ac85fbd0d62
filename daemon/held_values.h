#pragma once
#include "dsp/graph/graph.h"

#include <map>
#include <set>
#include <span>
#include <vector>

namespace fohd::daemon {

/// The values that a graph runs with, told by the parameters of a description that need not be its own. What would change its
/// shape it cannot run with: that waits for another graph, with what was set together with it in the same processor; what is set
/// there later is heard at once. Control thread.
class HeldValues {
public:
    HeldValues() = default;
    /// A graph as it was made.
    explicit HeldValues(const dsp::Graph& graph) : values_(graph.layout().initial_values()) {}

    /// By this layout's parameters it is told from now on. What waited is forgotten. What leaves of a strip of the graph hears that
    /// strip's fader and mute too, as long as it sounds.
    void follow(const dsp::Layout& told, const dsp::Graph& graph);

    /// Values of the layout that it follows, of which the `changed` parameters are new: answers the graph's slices that it runs
    /// with otherwise than before.
    std::vector<int> set(const dsp::Graph& graph, std::span<const float> values, std::span<const int> changed);
    /// The graph's slices of these parameters.
    std::vector<int> slices_of(const dsp::Graph& graph, std::span<const int> parameters) const;
    /// Whether something waits for another graph.
    bool waits() const { return !waiting_.empty(); }

    /// Of the graph's own layout: of what rings on too.
    const std::vector<float>& values() const { return values_; }
    /// By parameter of the layout that it follows: of its own; -1: it has none such.
    const std::vector<int>& places() const { return places_; }

private:
    using ByPlace = std::map<int, float>;
    template <class Visit> void each_place(int parameter, Visit visit) const;
    bool try_to_set(const dsp::Graph& graph, int slice, ByPlace some);

    std::vector<float> values_;
    std::vector<int> places_;
    std::multimap<int, int> tails_; ///< Parameters of faders: their places in what leaves of their strips.
    ByPlace waiting_;
};

} // namespace fohd::daemon
