#pragma once
#include "dsp/graph/description.h"

namespace fohd::dsp {

/// Whether a strip of one description and a strip of another one, of as many channels, do the same with what they hear, but for
/// values that move while it runs: the same processors in the same order, of the same shape, files and keys. Control thread; pure.
bool same_chain(const Description& a, const Strip& of_a, const Description& b, const Strip& of_b, double rate);

/// Whether something in the strip sounds on by itself.
bool rings(const Strip& strip);
} // namespace fohd::dsp
