#pragma once
#include "dsp/kernels/pitch_pass.h"
#include "dsp/kernels/swept_delay_design.h"
#include <cmath>

// Where in a ring a source is read, and with which share, at the frames of a chunk. A ring has `mask` + 1 frames; the chunk's first one
// is at `at`.

namespace fohd::dsp {

/// What is read `late` frames after it came at the next frame, `rate` frames a frame.
struct PitchSource {
    double late = 0, rate = 1;
};

/// At `count` frames from the `first` of the chunk on; the source goes on.
inline void place(PitchSource& source, int first, int count, unsigned at, unsigned mask, TapPlaces& places)
{
    // Whole frames apart from the rest: the rest is small, and a float has the more bits for its fraction.
    const double whole = std::floor(source.late);
    const auto part = static_cast<float>(source.late - whole), drift = static_cast<float>(1 - source.rate);
    const int oldest = static_cast<int>(at) + first - static_cast<int>(whole) - sweep_taps / 2;
    constexpr int bias = 64; // keeps it positive, and so rounding down
    for (int n = 0; n < count; ++n) {
        const float rest = part + drift * static_cast<float>(n) + bias;
        const int more = static_cast<int>(rest);
        const float fine = (rest - static_cast<float>(more)) * sweep_fractions;
        const int row = static_cast<int>(fine);
        places.start[first + n] = (oldest + n - more + bias) & static_cast<int>(mask);
        places.row[first + n] = row * sweep_taps;
        places.next[first + n] = fine - static_cast<float>(row);
    }
    source.late += (1 - source.rate) * count;
}

/// Silent at `count` frames from the `first` on.
inline void place_nothing(int first, int count, TapPlaces& places)
{
    for (int i = first; i < first + count; ++i) {
        places.start[i] = places.row[i] = 0;
        places.next[i] = places.share[i] = 0;
    }
}

/// Half of a window from `part` of it on: nearly Hann's, and like it 1 together with its mirror image.
inline void fade(double part, double step, int count, float* shares)
{
    const auto from = static_cast<float>(part), by = static_cast<float>(step);
    for (int n = 0; n < count; ++n) {
        float x = from + by * static_cast<float>(n);
        x = x < 0 ? 0 : x;
        x = x > 1 ? 1 : x;
        shares[n] = x * x * (3 - 2 * x);
    }
}
} // namespace fohd::dsp
