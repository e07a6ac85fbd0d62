#pragma once

#include "daemon/backends/backend.h"

namespace fohd::daemon {

/// A backend without a sound card: a thread calls on the grid of the monotonic clock, its inputs come from a Source,
/// its outputs go nowhere. `why` is what the first tend() says, if anything. SCHED_FIFO where that is permitted. Late
/// blocks are caught up; when more than Pacer::tolerated they are skipped and counted as one xrun. Throws SourceError
/// and, for a rate or block out of range, AudioError.
std::unique_ptr<Backend> open_dummy(const BackendOptions& options, const Endpoints& endpoints,
                                    const std::string& why = "");

} // namespace fohd::daemon
