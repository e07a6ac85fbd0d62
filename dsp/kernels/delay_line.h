#pragma once
#include "dsp/kernels/delay_design.h"
#include "dsp/kernels/echo_cuts.h"
#include <vector>

namespace fohd::dsp {

/// A delay with feedback for the channels of one strip, on planar buffers. A new time fades in over 20 ms (the newest one
/// wins once a running fade is over); levels and cuts glide over 20 ms. One that took over from another knows less of the past
/// than that did: a time that reaches back farther waits until it does not. While nothing moves, every block size gives the same
/// sound, and a delay without feedback costs two copies.
class DelayLine {
public:
    /// Allocates. `longest`: of the delay, in frames.
    void prepare(double rate, int channels, int longest);
    /// Audio thread. `now`: without fade and glide.
    void aim(const DelayCoeffs& coeffs, bool now);
    /// Audio thread. In place; any number of frames.
    void process(float* const* channels, int frames);
    /// Audio thread. Silence in memory, every fade and glide at its end.
    void clear();
    /// Audio thread, before take(), while the other still runs: copies up to `frames` frames of its memory, as far back as either
    /// of them reads and as much again as a time is likely to grow. True when all is copied but what the other writes from here on.
    bool take_ahead(const DelayLine& from, int frames);
    /// Audio thread. Goes on where another of the same preparation stopped.
    void take(const DelayLine& from);

private:
    static constexpr int chunk_ = 64;
    static constexpr int spare_ = 8192,
                         growth_ = 4; ///< Taken over: these frames beyond what is read, and as many times that.
    struct Channel {
        std::vector<float> ring; ///< A power of two long.
    };
    /// Of what glides, its way over a pass: at frame i at + i * step. At rest the step is 0.
    struct Way {
        float at, step;
        float operator()(int i) const { return at + step * static_cast<float>(i); }
    };
    struct Ways {
        Way feedback, ping_pong, mix, low_cut, low_cut_on, high_cut, high_cut_on;
    };
    void pass(float* const* channels, int offset, int frames);
    void write(Channel& channel, const float* from, int frames) const;
    void read(const Channel& channel, const DelayTap& tap, float* to, int frames) const;
    void read_faded(const Channel& channel, float* to, int frames) const;
    void feed_back(float* const* channels, int offset, int frames, const Ways& ways);
    void cut(int frames, const Ways& ways);
    float* wet(std::size_t channel) { return wet_.data() + channel * chunk_; }
    float* echo(std::size_t channel) { return wet(channel + channels_.size()); }
    DelayLevels levels(int frame) const; ///< `frame` frames from now, within a pass.
    Ways ways() const;                   ///< From now on, within a pass.
    int farthest() const;                ///< Frames ago that anything is read of, now or as it is aimed.
    int missing(const DelayTap& tap) const;
    bool copy(const DelayLine& from, int frames);
    void begin_fade();
    bool echoes() const;
    bool cuts() const;
    int longest_pass() const;
    void advance(int frames);

    std::vector<Channel> channels_;
    std::vector<EchoCuts> cuts_; ///< Each of four channels.
    std::vector<float> wet_;     ///< chunk_ frames a channel, then the echoes, then zeros.
    unsigned mask_ = 0, at_ = 0; ///< `at_`: where the next frame is written.
    int known_ = 0;              ///< Frames of the past that the rings have.
    struct Copy {
        bool runs = false;
        unsigned at = 0;    ///< How far it has come.
        unsigned begin = 0; ///< Where the other was when it began,
        int past = 0;       ///< and how many frames before that it began with.
    } copy_;
    int ramp_ = 960; ///< Frames of a fade or glide.
    DelayTap tap_{}, next_{}, pending_{};
    int fade_left_ = 0;
    bool has_pending_ = false;
    DelayLevels from_{}, goal_{};
    int glide_left_ = 0;
};
} // namespace fohd::dsp
