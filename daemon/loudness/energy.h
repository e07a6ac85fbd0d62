#pragma once
#include "daemon/loudness/reading.h"

#include <algorithm>
#include <cmath>

namespace fohd::daemon::loudness {

/// The mean square of K-weighted sound, channels weighed and summed, of this loudness: ITU-R BS.1770-5 Annex 1, equation 2.
inline double energy_of(double lufs) { return std::pow(10.0, (lufs + 0.691) / 10.0); }

/// LUFS, `lowest` at least.
inline float lufs(double energy)
{
    return energy > 0 ? std::max(lowest, static_cast<float>(10.0 * std::log10(energy) - 0.691)) : lowest;
}

} // namespace fohd::daemon::loudness
