#pragma once
#include "dsp/graph/graph.h"

namespace fohd::dsp {

/// By strip of a graph that takes over: how many frames before all others the ways into it begin to open or to close. Where old
/// and new of a strip fade at what they hear, the one may be later from there to where both are heard, by a look-ahead or by the
/// plan's alignment; it begins earlier by as much, so that they meet. To a sub-block, as fades begin with one.
/// Control thread; pure.
std::vector<int> head_starts(const Graph& from, const Graph& to);
} // namespace fohd::dsp
