#pragma once
#include "dsp/graph/graph.h"
#include <set>

namespace fohd::dsp {

/// Frames for which a graph that takes over must run unheard until it sounds as if it had always run: what makes it late is empty
/// at first, and so is the memory of what is new in an output, or it holds what went before it until then. A second of such
/// memory at the most, since what is new is wanted soon. Control thread; pure.
int warm_up(const Graph& from, const Graph& to, double rate);

/// Outputs of a graph that takes over in which something rings and what comes to it breaks: their chain or their latency is
/// another. What rings there begins with none of its memory, as the break would come back in it with every echo, and what it hears
/// opens when all that is late has come. Not where the memory is longer than a graph may wait: that is a gap. Control thread; pure.
std::set<int> outputs_that_begin_anew(const Graph& from, const Graph& to, double rate);
} // namespace fohd::dsp
