#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace fohd::dsp {

class Graph;

/// Where values go over a stretch of time, by parameters of a layout. Frames are those of what is played, counted from its
/// beginning, and not of the graph. Plain data.
struct Passage {
    struct Move {
        std::int64_t frame;
        int parameter;
        float value;
        int glide; ///< frames
    };
    std::int64_t begin = 0,
                 end = 0; ///< It knows all that happens in [begin, end). What stands at `begin` is among the moves.
    /// Twice the same, since gains glide on a cubic that comes late to where it is sent and so are sent ahead: what faders and
    /// paths are made of, and what processors are. Ascending.
    std::vector<Move> gains, processors;
    /// Where glides end: a block is divided there too, so that what goes on a line ends it in its frame.
    std::vector<std::int64_t> ends;
};

/// Where the clock of what is played is put, and whether it runs, at the start of the first block that has a score with another
/// number here.
struct PlayCommand {
    std::uint32_t number = 0;
    std::int64_t frame = 0;
    bool rolls = false;
    bool follows = false; ///< Frame and rolling are those of the audio system's transport.
    bool operator==(const PlayCommand&) const = default;
};

/// A passage for the graphs that run, of which there are two while one comes in: coefficients and when they are taken up. Made on
/// the control thread, handed to the audio thread, and freed by who made it.
struct Score {
    struct Event {
        std::int64_t frame;
        int part;            ///< -1: nothing is taken up, a block is divided.
        std::uint32_t first; ///< coeffs[first] is the first of the part's.
        int glide;           ///< frames
    };
    /// What one graph has to play.
    struct Staff {
        std::uint64_t graph = 0;   ///< Serial of the only graph that takes the coefficients.
        std::vector<Event> events; ///< Ascending.
        std::vector<float> coeffs;
    };
    static constexpr std::size_t most_staves = 2;

    PlayCommand command;
    std::int64_t begin = 0, end = 0;
    std::vector<Staff> staves; ///< One a graph, most_staves at most.
};

/// Designs every coefficient of a passage. `values` are the graph's, as they stand where no move says otherwise; `parameters` says
/// which of them a parameter of the passage is; -1: none. What would change the shape of the graph is left out. Control thread.
Score::Staff make_staff(const Graph& graph, std::span<const float> values, const Passage& passage,
                        std::span<const int> parameters);

/// Where the audio thread is in what is played, as of the end of its last block.
struct Playhead {
    std::uint32_t command = 0; ///< The last that was taken up.
    std::int64_t frame = 0;
    bool rolls = false;
    std::uint64_t late = 0; ///< Events that were taken up after their frame, since the start.
};

/// The transport of the audio system at the start of a block.
struct TransportPlace {
    bool rolls = false;
    std::int64_t frame = 0;
};
} // namespace fohd::dsp
