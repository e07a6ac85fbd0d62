#pragma once
#include "dsp/graph/graph.h"
#include <set>

namespace fohd::dsp {

/// How a new graph goes on where another stopped: everything that occurs in both, by the names of strips and processors, keeps
/// its state. What rings on takes its own from the strip that it continues. Found on the control thread, carried out on the audio
/// thread by copying, the long memories ahead of the rest.
class Takeover {
public:
    /// Control thread. Both graphs must outlive it.
    Takeover(Graph& from, Graph& to);
    /// Audio thread, block after block while the old graph runs alone, until it answers true: copies what is too long for
    /// one block. No other function may be called before that but the destructor.
    bool carry_ahead();
    /// Audio thread, while neither graph runs. What was moved then glides to the new graph's own coefficients.
    /// Ways and inputs that open or close begin to do so `hold` frames later, but for their head start.
    void carry_out(int hold);
    /// Audio thread, after both graphs gave so many frames: of what is measured in both, the old one's and by these `shares` the new
    /// one's, as they are heard.
    void measure(const float* shares, int frames);
    /// Audio thread, when the old graph has been heard for the last time: the new one's meters go on from what the old one's showed.
    void carry_meters();

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
    struct JointMove {
        JointProcessor* to;
        const JointProcessor* from;
        int to_member, from_member;
    };
    struct Indices {
        std::size_t to, from;
    };
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    void begin_anew();
    void match_lanes();
    void match_planars();
    void match_joints();
    void match_paths();
    void match_lines();
    void match_measured();
    void list_openings();
    Send::Fade fade_of(const Part& path) const;

    Graph& from_;
    Graph& to_;
    std::vector<std::string> origins_; ///< By strip of the new graph.
    std::set<int> fresh_;              ///< Strips of the new graph that take over nothing.
    std::set<int> anew_;               ///< See outputs_that_begin_anew().
    std::vector<LaneMove> lanes_;
    std::vector<LaneMove> meters_; ///< All of the new graph's; from nullptr: has none to go on from.
    std::vector<WetMove> wets_;
    std::vector<JointMove> joints_;
    struct Lesson {
        Indices who;
        std::vector<float> learned; ///< Room for it.
    };
    std::vector<Indices> planars_, paths_, lines_;
    std::vector<Lesson> lessons_;
    std::vector<std::size_t> hearers_; ///< Planar processors of which what they hear opens.
    std::vector<Indices> measured_;    ///< All of the new graph's that anybody measures; from `none`: is in it alone.
    std::vector<std::size_t> opened_,
        fading_;                   ///< Paths: of a strip into what leaves of it, open until now; opening or closing.
    std::vector<Indices> inputs_;  ///< Endpoints in that open, from their strips.
    std::vector<int> head_starts_; ///< By strip of the new graph; see head_starts().
    std::size_t ahead_ = 0;        ///< Planar processors that are copied ahead.
};
} // namespace fohd::dsp
