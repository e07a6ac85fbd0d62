#pragma once
#include "dsp/graph/graph.h"

namespace fohd::dsp {

/// How a new graph goes on where another stopped: everything that occurs in both, by the names of strips and processors, keeps
/// its state. Found on the control thread, carried out on the audio thread by copying.
class Takeover {
public:
    /// Control thread. Both graphs must outlive it.
    Takeover(const Graph& from, Graph& to);
    /// Audio thread, while neither graph runs. What was moved then glides to the new graph's own coefficients.
    void carry_out();

private:
    struct LaneMove {
        LaneProcessor* to;
        const LaneProcessor* from;
        int to_lane, from_lane;
    };
    struct WetMove {
        LaneGroup* to;
        const LaneGroup* from;
        std::size_t to_step, from_step;
        int to_lane, from_lane;
    };
    struct Indices {
        std::size_t to, from;
    };
    void match_lanes();
    void match_planars();
    void match_paths();
    void match_lines();

    const Graph& from_;
    Graph& to_;
    std::vector<LaneMove> lanes_;
    std::vector<WetMove> wets_;
    std::vector<Indices> planars_, paths_, lines_;
};
} // namespace fohd::dsp
