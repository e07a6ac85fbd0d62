#pragma once
#include "daemon/loudness/gating.h"
#include "daemon/loudness/reading.h"
#include "daemon/loudness/true_peak.h"

#include <array>
#include <cstddef>
#include <ebur128.h>
#include <memory>
#include <span>
#include <vector>

namespace fohd::daemon::loudness {

/// The loudness of one strip: ITU-R BS.1770-5 through libebur128, as EBU Tech 3341 (EBU Mode) and 3342 ask for.
/// One thread at a time, never the audio thread. Memory stays the same however long it runs, because gating counts in classes of
/// 0.02 LU; integrated loudness is within 0.01 LU of that of a list of all blocks, its range within 0.03 LU.
class Meter {
public:
    /// `channels` 1..16: five are L R C Ls Rs, six L R C LFE Ls Rs (surrounds count +1.5 dB, the LFE only as a peak),
    /// any other number counts each alike. `rate` in Hz, 8000..384000. Throws std::bad_alloc.
    Meter(unsigned channels, unsigned rate);

    /// Takes any number of interleaved frames: whole ones. NaN and infinity count as silence. Readings do not depend on
    /// how the sound is cut into calls: momentary and short-term windows, and maxima, move on by 10 ms of sound.
    void push(std::span<const float> interleaved);

    /// The same from `frames` samples of each channel.
    void push(const float* const* channels, std::size_t frames);

    /// Begins everything anew with the next frame, also while it is paused. Throws std::bad_alloc.
    void reset();

    /// While true, integrated loudness, range and maxima stay as they are; the rest goes on.
    void pause(bool paused);

    /// What comes from now on has another rate. All goes on: integrated loudness and range over the sound of every rate,
    /// windows and maxima but for the hop of 10 ms that is not full. Throws std::bad_alloc.
    void set_rate(unsigned rate);

    /// As of the last frame pushed.
    Reading reading() const;

    /// Integrated loudness, range and maxima as they can be kept.
    config::Integration integration() const;
    /// These instead of its own; they are of as many channels. Blocks and windows begin with the next frame: none hears what
    /// was before beside what comes.
    void restore(const config::Integration& integration);
    /// Another number whenever integration() is another.
    std::uint64_t changes() const { return changes_; }

    unsigned channels() const { return channels_; }
    unsigned rate() const { return rate_; }

private:
    struct Destroy {
        void operator()(ebur128_state* state) const { ebur128_destroy(&state); }
    };
    using State = std::unique_ptr<ebur128_state, Destroy>;

    State make() const;
    void push_finite(const float* interleaved, std::size_t frames);
    void end_hop();
    void integrate(double energy);
    void read_gating();

    static constexpr std::size_t gating_hops = 10, momentary_hops = 40, shortterm_hops = 300; // of 10 ms

    /// The last 3 s in energies of 10 ms; silence before them.
    struct Windows {
        std::array<double, shortterm_hops> energies{};
        std::size_t count = 0;

        void push(double energy) { energies[count++ % shortterm_hops] = energy; }
        double mean(std::size_t hops) const;
    };

    unsigned channels_, rate_;
    std::size_t hop_frames_;
    State sliding_; ///< Heard without a break: the energy of each hop comes from here.
    TruePeak true_peak_;
    std::vector<float> finite_, interleaved_; ///< Room for a hop.

    std::size_t frames_in_hop_ = 0;
    bool hop_was_paused_ = false; ///< At any of its frames.
    float hop_peak_ = 0;          ///< Of the hop that is not yet full.
    Windows heard_, measured_;    ///< Everything since the reset; what was not paused, joined.
    std::array<float, momentary_hops> peaks_{};
    bool paused_ = false;

    Gating gating_;
    float integrated_ = lowest, range_ = 0; ///< Its readings.
    std::uint64_t changes_ = 0;
    double max_momentary_ = 0, max_shortterm_ = 0; ///< Energies.
    float max_peak_ = 0;
};

} // namespace fohd::daemon::loudness
