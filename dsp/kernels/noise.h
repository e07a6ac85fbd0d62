#pragma once
// Noise that needs no memory: a number looks random for each frame, whatever the block, the lane or the order in which frames are asked for.

namespace fohd::dsp {

/// 32 bits that look random for each 32 bits; of an unsigned number or a vector of them. C. Wellons, "Prospecting for hash
/// functions", 2018 (lowbias32).
template <class U> U scrambled(U x)
{
    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= x >> 15;
    x *= 0x846ca68bu;
    return x ^ (x >> 16);
}

/// Between two channels of noise lie hours of one sequence.
inline constexpr unsigned channel_stride = 0x9e3779b9u;

/// The two halves of such a number, added: -65535 .. 65535, with a triangular density.
inline constexpr int triangle_middle = 65535;
inline constexpr float triangle_scale = 1.0f / 65536; ///< Makes -1 .. 1 of it.
} // namespace fohd::dsp
