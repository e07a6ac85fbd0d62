#pragma once
#include <algorithm>

namespace fohd::dsp {

/// Turns all of a sound down where filters do not hold a loop: by steps, each of which has to be answered by the ring, which falls
/// once the loop is opened; what does not fall is no ring, and gives back what it took. Later it comes back slowly, so that what
/// rings then rings softly. At rest it costs nothing and changes no bit. Glides are straight lines between the ends of hops, so no bit
/// depends on how the sound is cut into blocks. Audio thread, all but prepare().
class TurnDown {
public:
    struct Rules {
        float most_db = 0;   ///< Further down it does not go.
        bool frozen = false; ///< It stays as it is.
        float lift_hops = 0; ///< Without a ring, until it comes back; 0: never.
    };

    void prepare(double rate, int hop_frames);
    /// In place; at most to the end of a hop.
    void run(float* const* channels, int channel_count, int frames);
    /// Something rings at `hz`, at a level in dBFS that is heard before the sound is turned down. False: it is as far down as it may be.
    bool meet(float hz, float level, const Rules& rules);
    /// Something rings, wherever it is seen to.
    void put_off() { idle_ = 0; }
    /// Where it listens for an answer, or 0.
    float listens_at() const { return tried_ >= 0 ? hz_ : 0; }
    /// At the end of each hop; `level`: there, in dBFS. Returns the frequency of a tone that turned out to be no ring, or 0.
    float end_hop(float level, const Rules& rules);
    /// Comes back now.
    void release();
    /// Ends a glide.
    void clear() { left_ = 0; }
    float depth() const { return depth_; } ///< dB, >= 0

private:
    static constexpr int step_hops = 2, back_hops = 8;
    void aim(float depth, int hops);
    void deepen(float level, const Rules& rules);

    int hop_ = 1;
    float hop_seconds_ = 0;
    float depth_ = 0, proved_ = 0;  ///< dB: where it is, and what was right.
    float gain_ = 1, step_ = 0;     ///< At the end of the glide; a frame.
    int left_ = 0;                  ///< Frames of it.
    float hz_ = 0, loudest_ = -200; ///< Of the ring that it is tried for, dBFS.
    int tried_ = -1;                ///< Hops since the last step, or -1: it holds.
    int waited_ = 0;                ///< Hops of this trial.
    int idle_ = 0;                  ///< Hops since the last ring.
};
} // namespace fohd::dsp
