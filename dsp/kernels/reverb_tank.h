#pragma once
#include "dsp/kernels/lane_processor.h"
#include "dsp/kernels/reverb_memory.h"
#include <array>
#include <memory>
#include <span>

namespace fohd::dsp {

/// A reverb for the channels of one strip, on planar buffers. It works by chunks of 16 frames that do not depend on the block,
/// so every block size gives the same sound, and the work of a callback is even from 16 frames up; the wet sound of a chunk is
/// heard during the next one, which comes out of the pre-delay. New taps (size, kind, pre-delay) fade in over 20 ms, the newest one wins
/// once a running fade is over; all else glides over 20 ms. What falls below -200 dBFS becomes silence, and a reverb
/// that is silent costs nothing.
class ReverbTank {
public:
    /// Allocates.
    void prepare(double rate, int channels);
    /// Audio thread. `now`: without fade and glide.
    void aim(const ReverbCoeffs& coeffs, bool now);
    /// Audio thread. In place; any number of frames.
    void process(float* const* channels, int frames);
    /// Audio thread. Silence in memory, every fade and glide at its end.
    void clear();
    /// Audio thread, before take(), while the other still runs: copies what lies in its rings, about `samples` of it. True when all
    /// is copied but what the other writes from here on.
    bool take_ahead(const ReverbTank& from, int samples);
    /// Audio thread. Goes on where another of the same rate stopped.
    void take(const ReverbTank& from);

private:
    struct Rings {
        std::vector<float> sound;
        ReverbRings view{};
        int count = 0;
        void prepare(int rings, int longest);
        void copy(const Rings& from, unsigned at, unsigned frames);
        void close();
        void clear() { std::fill(sound.begin(), sound.end(), 0.0f); }
    };
    /// All that is small, and taken over as it is.
    struct Memory {
        ReverbState state{};
        ReverbTone goal{};
        ReverbTaps tap{}, next{}, pending{};
        ReverbPlaces from{}, to{};
        float turn = 0;
        float mix = 0, mix_goal = 0;
        int mix_left = 0;                  ///< Frames.
        int glide_left = 0, fade_left = 0; ///< Chunks.
        bool has_pending = false;
        bool idle = true;   ///< All rings are silent.
        unsigned quiet = 0; ///< Frames of silence written.
        unsigned at = 0;    ///< Where the next chunk is written.
        int filled = 0;     ///< Frames of this chunk.
        alignas(64) float in[reverb_channels][reverb_chunk]{}, out[reverb_channels][reverb_chunk]{};
    };
    void place(const ReverbTaps& taps, ReverbPlaces& places) const;
    void mix_into(float* const* channels, int offset, int count);
    void settle();
    void make_chunk();
    bool hears_silence() const;
    void advance_fade();

    const Kernels* kernels_ = nullptr;
    int channels_ = 0, ramp_chunks_ = 60;
    double longest_late_ = 0; ///< Of modulation, frames.
    Rings lines_, inputs_, diffusers_;
    unsigned copied_ = 0;
    bool copies_ = false;
    Memory m_;
};
} // namespace fohd::dsp
