#pragma once
#include "daemon/loudness/reading.h"
#include "daemon/loudness/true_peak.h"

#include <array>
#include <cstddef>
#include <ebur128.h>
#include <map>
#include <memory>
#include <span>
#include <vector>

namespace fohd::daemon::loudness {

/// The loudness of one strip: ITU-R BS.1770-5 through libebur128, as EBU Tech 3341 (EBU Mode) and 3342 ask for.
/// One thread at a time, never the audio thread. Memory stays the same however long it runs: gating counts in classes
/// of 0.1 LU, so integrated loudness is within 0.05 LU of the exact mean and its range within 0.1 LU.
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

    /// Begins everything anew with the next frame, also while it is paused.
    void reset();

    /// While true, integrated loudness, range and maxima stay as they are; the rest goes on.
    void pause(bool paused);

    /// What comes from now on has another rate. All goes on: integrated loudness and range over the sound of every rate,
    /// windows and maxima but for the hop of 10 ms that is not full. Throws std::bad_alloc.
    void set_rate(unsigned rate);

    /// As of the last frame pushed. About 5 µs: integrated loudness and range are computed when asked.
    Reading reading() const;

    unsigned channels() const { return channels_; }
    unsigned rate() const { return rate_; }

private:
    struct Destroy {
        void operator()(ebur128_state* state) const { ebur128_destroy(&state); }
    };
    using State = std::unique_ptr<ebur128_state, Destroy>;

    State make(int mode) const;
    State make_gated() const;
    void push_finite(const float* interleaved, std::size_t frames);
    void end_hop();

    static constexpr std::size_t momentary_hops = 40, shortterm_hops = 300; // of 10 ms

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
    /// Integrated loudness and range, by rate: hears nothing while paused, and begins anew at a reset. As many as there were
    /// rates: one that was there before goes on.
    std::map<unsigned, State> gated_;
    TruePeak true_peak_;
    std::vector<float> finite_, interleaved_; ///< Room for a hop.

    std::size_t frames_in_hop_ = 0;
    bool hop_was_paused_ = false; ///< At any of its frames.
    float hop_peak_ = 0;          ///< Of the hop that is not yet full.
    Windows heard_, measured_;    ///< Everything since the reset; what was not paused, joined.
    std::array<float, momentary_hops> peaks_{};
    bool paused_ = false;

    double max_momentary_ = 0, max_shortterm_ = 0; ///< Energies.
    float max_peak_ = 0;
};

} // namespace fohd::daemon::loudness
