#pragma once
#include "daemon/loudness/service.h"
#include "dsp/graph/graph.h"

#include <map>
#include <string>

namespace fohd::daemon::loudness {

/// The taps of all strips with `loudness`, and what graphs write to them with. A tap outlives graphs and descriptions: it belongs to
/// an address. Control thread.
class Rack {
public:
    /// `service`, if any, measures the taps.
    explicit Rack(Service* service);
    ~Rack();

    /// The taps of these strips: of an address that had one with as many channels, that one.
    void serve(const dsp::Description& description, int rate);
    void set_rate(int rate);
    /// A new graph, whose first strips are those of the description, writes to them from now on.
    void connect(dsp::Graph& graph);
    /// None but the graph connected last runs.
    void forget_others();

    /// By strip of the description.
    const std::map<int, std::shared_ptr<Tap>>& taps() const { return taps_; }
    /// How often sound was not measured because the loudness thread came too late, since the start.
    std::uint64_t gaps() const;

private:
    class Writer;

    Service* service_;
    std::map<int, std::shared_ptr<Tap>> taps_;
    std::map<int, std::shared_ptr<Tap>> graph_taps_;         ///< As taps_, of the newest graph.
    std::map<const Tap*, std::unique_ptr<Writer>> writers_;  ///< Of all graphs that still run.
    std::map<std::string, std::shared_ptr<Tap>> by_address_; ///< As taps_.
    std::uint64_t past_gaps_ = 0;                            ///< Of taps that are gone.
};

} // namespace fohd::daemon::loudness
