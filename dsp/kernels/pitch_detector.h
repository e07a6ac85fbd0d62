#pragma once
#include "dsp/kernels/pitch_pass.h"
#include <array>
#include <vector>

namespace fohd::dsp {

/// What a detector looks for.
struct PitchRange {
    double lowest_hz, highest_hz;
    double window_seconds; ///< The least that is compared; of a low tone one period.
    bool operator==(const PitchRange&) const = default;
};

/// A tone, or none, and when it was: in frames before the newest that was heard.
struct PitchEstimate {
    double period = 0; ///< Frames; 0 where there is no tone.
    double middle = 0; ///< Of the time that it is of.
    double start = 0;  ///< Of that time.
};

/// The period of one voice or string, about every 1.3 ms, by the highest normalised square difference (McLeod and Wyvill, "A smarter way
/// to find pitch", ICMC 2005) of the sound below 1.5 kHz at about 12 kHz. Every chunk adds its samples' differences to sums by lag, so
/// that the work is even; a window is the sum of the last rows of such sums, for a low tone of more than for a high one, and nothing
/// ever has to be subtracted again. A high tone is measured over several periods. An octave is believed only when it stays.
class PitchDetector {
public:
    /// Allocates for every range that aim() will name.
    void prepare(double rate, std::span<const PitchRange> ranges);
    /// Audio thread. Another range begins with silence.
    void aim(const PitchRange& range);
    /// Audio thread. The next pitch_chunk frames; true when there is a new estimate.
    bool hear(const float* frames);
    const PitchEstimate& estimate() const { return m_.estimate; }
    /// Frames from one estimate to the next.
    int hop() const { return hop_; }
    /// Audio thread.
    void clear();
    /// Audio thread. Goes on where another of the same preparation stopped.
    void take(const PitchDetector& from);

private:
    struct Setup { ///< Of a range.
        int factor, lags, shortest, rows, window_hops, least_hops, farthest;
    };
    struct Memory {
        PitchRange range{};
        Setup setup{};
        PitchEstimate estimate;
        double steady_x = 0, steady = 0; ///< What takes the mean out.
        double tracked = 0;              ///< Lag, in samples, of the tone so far, or 0.
        double last = 0;                 ///< Of the last row's candidate, or 0.
        int doubts = 0;                  ///< Rows that spoke against `tracked`.
        int at = 0;                      ///< Newest sample.
        int row = 0, in_row = 0;         ///< Frames.
    };
    struct Peak {
        double lag = 0, height = 0;
        explicit operator bool() const { return lag > 0; }
    };
    Setup set_up(const PitchRange& range) const;
    void decimate(const float* frames);
    void end_row();
    void judge();
    double likeness(int lag, int hops) const;
    Peak top(int lag) const;
    Peak near_to(double lag, double by) const;
    Peak first(int from, float height, float best) const;
    double refined(double lag) const;
    int hops_of(int lag) const;

    const Kernels* kernels_ = nullptr;
    double rate_ = 0;
    int hop_ = 64, stride_ = 0, length_ = 0;
    std::vector<float> recent_; ///< Frames that the filter still needs, and a chunk.
    std::vector<float> taps_;   ///< Of the present factor.
    std::vector<float> sound_;  ///< Samples, newest first from `at` on, and again behind the end.
    std::vector<float> differences_, power_, curve_, group_peak_, own_;
    std::vector<int> hops_;
    Memory m_;
};
} // namespace fohd::dsp
