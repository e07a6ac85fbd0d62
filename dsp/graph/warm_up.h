#pragma once
#include "dsp/graph/graph.h"

namespace fohd::dsp {

/// Frames for which a graph that takes over must run unheard until it sounds as if it had always run: what makes it late is empty
/// at first, and so is the memory of what is new in an output, or it holds what went before it until then. A second of such
/// memory at the most, since what is new is wanted soon. Control thread; pure.
int warm_up(const Graph& from, const Graph& to, double rate);
} // namespace fohd::dsp
