#pragma once
#include "dsp/kernels/reverb_design.h"

// What a reverb remembers, as plain data: dsp/kernels/reverb_tank.h keeps it, dsp/kernels/reverb.h works on it.

namespace fohd::dsp {

inline constexpr int reverb_modulated = 8; ///< Lines, the first ones; the others keep all of the high frequencies.
inline constexpr int reverb_channels = 16; ///< At the most.
inline constexpr int reverb_ring_spare =
    32; ///< What a ring begins with stands behind its end again, so that no read wraps.

/// Rings of one length, one behind another.
struct ReverbRings {
    float* sound;
    unsigned stride, mask;
};

/// Where the taps of a setting lie, in frames before the chunk that is being made.
struct ReverbPlaces {
    int line[reverb_lines];
    int pre_delay;                            ///< Of what enters the diffusers.
    int echo[reverb_channels][reverb_echoes]; ///< By the channel where they are heard.
    float echo_gain[reverb_echoes];
};

struct alignas(64) ReverbState {
    ReverbTone now, step;                      ///< `step`: what each frame of a glide adds.
    float low[2][reverb_lines];                ///< Integrators of the low shelves,
    float high[2][reverb_lines];               ///< and of the high ones.
    float phase[reverb_lines];                 ///< Of modulation, -1..1.
    float late[reverb_lines];                  ///< Frames by which modulation makes a line late now.
    float inject[2][reverb_lines];             ///< Of each side into the lines.
    float hear[reverb_channels][reverb_lines]; ///< Of the lines at each channel.
    int diffuser[2][reverb_diffusers];         ///< frames
};

/// One chunk of work.
struct ReverbWork {
    ReverbState* state;
    ReverbRings lines, inputs, diffusers;
    unsigned at; ///< Where in the rings the chunk begins; a multiple of its frames.
    int channels, sides;
    const ReverbPlaces *from, *to; ///< While taps fade both, else `to` is `from`.
    const float* part;             ///< Of `to`, for each frame.
    float longest_late;            ///< frames
    float turn;                    ///< Of modulation in a chunk.
    bool glides;
    const float (*in)[reverb_chunk];
    float (*out)[reverb_chunk];
};
} // namespace fohd::dsp
