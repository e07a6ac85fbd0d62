#pragma once
#include "dsp/graph/plan.h"

// The passes of make_plan, in order. Each takes what the ones before it found.

namespace fohd::dsp {

/// A segment of a chain: lane processors in a row, or one planar processor.
struct Piece {
    int rank = 0;
    bool planar = false;
    int node = -1;           ///< planar: its index in the chain
    std::vector<Step> steps; ///< lanes, with the strip's own node indices
    bool linked = false;     ///< Its first listener hears the largest of more than two channels.
    int late = 0;            ///< planar: frames by which its sound is late when it comes here.
};

/// Where a key comes from: taken before the fader of `strip`, made late by `delay` frames.
struct KeyPlan {
    int node, strip, delay;
};

/// What the passes know of a strip.
struct StripPlan {
    std::vector<Piece> pieces;
    std::vector<KeyPlan> keys;
    int in_latency = 0, pre_latency = 0, post_latency = 0; ///< Frames, at its three taps.
    int in_rank = 0, pre_rank = 0, post_rank = 0;          ///< Ranks of the groups that a tap is ready after.
    bool taps_pre = false;                                 ///< Somebody hears it before its fader.
};

/// A way into a sum: a send, or what an output hears from.
struct Path {
    int from, to, send; ///< send: index, or -1 for `from`
    Tap tap;
    bool align; ///< What is there earlier waits for it.
    bool waits; ///< It waits for what is there later.
};
/// By the strip that they lead into.
using Paths = std::vector<std::vector<Path>>;
Paths list_paths(const Description& description);
/// Strips such that everybody comes after those whom it hears.
std::vector<int> order_of_sound(const Description& description, const Paths& paths);
/// Parts and where their coefficients lie.
void list_parts(const Description& description, const Paths& paths, const Layout& layout, Plan& plan);
/// Segments with their steps, ranks and latencies.
std::vector<StripPlan> cut_pieces(const Description& description, const Paths& paths, std::span<const int> order,
                                  Plan& plan);
/// Like pieces of one rank into lane groups. Buffers are not yet known.
void seat_groups(const Description& description, std::span<const StripPlan> strips, Plan& plan);
/// The flat list, over as many buffers as there are sounds.
void list_operations(const Description& description, const Paths& paths, std::span<const int> order,
                     std::span<const StripPlan> strips, Plan& plan);
/// Sounds that are never needed together share a buffer.
void share_buffers(Plan& plan);
} // namespace fohd::dsp
