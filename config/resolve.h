#pragma once
#include "config/read_strip.h"

namespace fohd::config {

/// Makes a graph of the drafts (inputs, then buses, then outputs): finds the strips that others mention, settles the
/// channels of outputs, checks widths, ports, and that the sound goes nowhere in circles.
void resolve(std::vector<StripDraft>& drafts, Config& config, Problems& problems);
} // namespace fohd::config
