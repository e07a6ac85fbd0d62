#pragma once
#include "config/read_strip.h"

namespace fohd::config {

/// Reads the files that processors work with, each once, and finds out whether they fit. `graph` has the strips of the drafts, in their
/// order, with their channels.
void read_files(const std::vector<StripDraft>& drafts, dsp::Description& graph, const Files& files, Problems& problems);
} // namespace fohd::config
