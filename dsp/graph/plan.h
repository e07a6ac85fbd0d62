#pragma once
#include "dsp/graph/layout.h"
#include "dsp/graph/shape.h"
#include <string>
#include <variant>
#include <vector>

namespace fohd::dsp {

/// What a plan depends on besides the description.
struct PlanOptions {
    double rate = 48000;                ///< Hz
    std::vector<int> lane_widths = {8}; ///< Of the builds in use, ascending.
};

/// One step of a lane group's run over a sub-block.
struct Step {
    enum class Kind : std::uint8_t {
        run,      ///< `stage` on the sound, or on the key
        copy_key, ///< the sound, as it is now, becomes the key
        pack_key, ///< planar buffers become the key
        tap,      ///< the sound, as it is now, goes to planar buffers
        begin_bypass,
        end_bypass
    } kind;
    Stage stage{};
    bool on_key = false;    ///< run: works on the key
    bool hears_key = false; ///< run: on the sound, with the key apart from it; end_bypass: the key is the dry sound
    int node = -1;          ///< Index of the processor in the chain, or -1
    enum class Role : std::uint8_t { none, key_filter, core, fader, meter, align } role = Role::none;
    bool operator==(const Step&) const = default;
};

/// Who rides in a lane.
struct Seat {
    int strip = -1; ///< -1: idle
    int channel = 0;
    int piece = 0;          ///< The strip's how-manieth segment, from 0.
    std::vector<int> nodes; ///< For each step its index in this strip's chain, or -1.
    int in = 0, out = 1;    ///< Buffers.
    std::vector<int> side;  ///< For each step, in order, that is pack_key or tap: its buffer.
};

/// Like segments of equal rank in the lanes of one register.
struct GroupPlan {
    int rank = 0, width = 8;
    std::vector<Step> steps; ///< node is not set here, see Seat::nodes
    std::vector<Seat> seats; ///< `width` of them
};

struct ClearOp {
    int buffer;
};
struct InputOp {
    int endpoint, buffer;
};
/// to += gain * from, by gain `route` of the part.
struct AddOp {
    int from, to, part, route;
};
/// Late by `frames`; what leaves the strip there, in that channel.
struct DelayOp {
    int from, to, frames, strip;
    Tap tap;
    int channel;
};
/// The largest amplitude of the channels, as a key for all of them; or their mean, which is still a sound, for a key that is filtered.
struct LinkOp {
    std::vector<int> from;
    int to;
    bool mean;
};
struct GroupOp {
    int group;
};
struct PlanarOp {
    int strip, node, part, latency;
    std::vector<int> from, key, to; ///< No `key`: it does not hear another strip.
    std::vector<int> back = {},
                     send = {}; ///< Of one with ports: what came in by the returns, what goes out by the sends.
    int first_return = -1;      ///< Its endpoint in, or -1: it has none.
    int late = 0;               ///< Frames by which its sound is late when it comes here.
};
/// One processor over nodes of several strips.
struct JointOp {
    struct Member {
        int strip, node, part;
        bool counts;
        std::vector<int> from, to;
    };
    const ProcessorType* type;
    std::string name; ///< As ProcessorNode::joint_name.
    std::vector<Member> members;
};
struct LoudnessOp {
    int strip;
    std::vector<int> buffers;
};
struct OutputOp {
    int buffer, endpoint;
};
/// What goes out by a port. In a transition its old and its new form fade into each other there.
struct SendOp {
    int buffer, endpoint;
    bool first; ///< Nothing of this block was written there yet.
    Send::Fade fade;
};
using Op =
    std::variant<ClearOp, InputOp, AddOp, DelayOp, LinkOp, GroupOp, PlanarOp, JointOp, LoudnessOp, OutputOp, SendOp>;

/// Coefficients that are designed, published and taken up together.
struct Part {
    enum class Kind : std::uint8_t { fader, processor, path } kind;
    int strip;                            ///< fader, processor: whose; path: where the sound comes from
    int index;                            ///< processor: in the chain; path: the send, or -1: an output's `from`
    int to = -1;                          ///< path: the strip that hears it
    int first_coeff = 0, coeff_count = 0; ///< A processor's first one is its wet share.
    int glide = 0;                        ///< path: how long a change takes, frames
    Shape shape{};                        ///< processor
};

/// What a path into a sum costs in time.
struct PathLatency {
    int from, to, send, late, added;
}; ///< frames: its own latency, and what was added to align it

/// A graph as a flat list of small operations over numbered planar buffers. Pure data: made from a description on the control
/// thread, printed by to_text, compiled by Graph. Buffer 0 is silence and never written, buffer 1 is never read.
struct Plan {
    PlanOptions options;
    std::vector<Op> ops;
    std::vector<GroupPlan> groups;
    std::vector<Part> parts;
    std::vector<std::vector<int>> parts_of_slice; ///< Who must be designed anew when a slice of the layout changes.
    int buffer_count = 2;
    int coeff_count = 0;
    int input_endpoints = 0, output_endpoints = 0;
    std::vector<int> latency; ///< Of each strip at its end, frames.
    std::vector<PathLatency> paths;
};

/// Plans a graph without loops (see find_loop). Shapes come from the description's values.
Plan make_plan(const Description& description, const Layout& layout, const PlanOptions& options);

/// One line an operation, for people and for golden tests.
std::string to_text(const Plan& plan, const Description& description);
} // namespace fohd::dsp
