#pragma once
#include "config/config.h"
#include "config/fields.h"
#include "config/read_strip.h"

namespace fohd::config {

/// Reads `mute_groups`, `dcas` and `master`, and finds the solo bus, once all strips are known.
void read_groups(Fields& file, std::span<const StripDraft> drafts, Config& config, Problems& problems);

} // namespace fohd::config
