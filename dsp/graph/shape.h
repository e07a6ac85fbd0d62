#pragma once
#include <array>
#include <string_view>
#include <vector>

namespace fohd::dsp {

/// One lane kernel that a processor asks for.
struct Stage {
    std::string_view kernel; ///< As registered in kernels.isa.cpp.
    int size = 0;            ///< What the kernel counts: sections, frames, a variant.
    int coeffs = 0;          ///< Floats a lane that design() writes for it.
    bool operator==(const Stage&) const = default;
};

/// What a processor looks like with its present values: all that decides which lanes it may share, and its latency.
/// A change of shape is heard through a transition of the graph; everything else is coefficients.
struct Shape {
    std::vector<Stage> key;       ///< Run in order on the key: its filters. Only where `listens`.
    std::vector<Stage> core;      ///< Run in order on the sound; all of them hear the key. Empty for planar processors.
    bool listens = false;         ///< The core hears the key: the strip's own sound, or another strip's.
    bool key_is_filtered = false; ///< The core filters the key by itself.
    int delay = 0; ///< Frames by which the sound is late after the key was taken: all of a lane processor's latency.
    int core_delay = 0;     ///< Frames by which the core makes the sound late by itself; its key is then the sound.
    int planar_latency = 0; ///< Frames, for planar processors.
    int planar_coeffs = 0;  ///< Floats that design() writes, once for all channels, for planar processors.
    std::array<float, 2>
        planar_made_with{}; ///< Values that a planar processor is made with: with others it is made anew.
    bool operator==(const Shape&) const = default;
};
} // namespace fohd::dsp
