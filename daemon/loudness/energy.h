#pragma once
#include "daemon/loudness/reading.h"
#include "dsp/kernels/loudness_design.h"

#include <algorithm>

namespace fohd::daemon::loudness {

using dsp::energy_of;

/// LUFS as it is shown: `lowest` at least.
inline float lufs(double energy) { return std::max(lowest, static_cast<float>(dsp::lufs(energy))); }

} // namespace fohd::daemon::loudness
