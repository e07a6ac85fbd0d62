#pragma once
#include <cstddef>
#include <vector>

namespace fohd::daemon::loudness {

/// The true peak of sound: the highest magnitude of the waveform between its samples, over all channels.
/// ITU-R BS.1770-5 Annex 2 with a finer grid and a longer filter than its example: 8 points a sample below 80 kHz, 4
/// from there, by a Kaiser-windowed sinc of 32 samples, flat within 0.05 dB to 0.43 of the rate. So a steady sine is
/// under-read by at most 0.17 dB below Nyquist (0.7 dB with 4 points at 48 kHz, or 2 at 96 kHz).
/// One thread at a time; allocates in the constructor alone.
class TruePeak {
public:
    /// `rate` in Hz.
    TruePeak(std::size_t channels, double rate);

    /// Takes `frames` interleaved frames. Gives the same peaks however the sound is cut into calls.
    void push(const float* interleaved, std::size_t frames);

    /// The highest magnitude (1 = full scale) since the last take(), or since the start. Samples count at once; what is
    /// between them, 16 to 31 samples later, when the filter has heard both sides.
    float take();

    /// Forgets every peak before this frame. The filter keeps what it heard: sound cut off here would read too high.
    void reset();

private:
    void measure_group();

    static constexpr std::size_t taps = 32, group = 16; // a group of outputs is computed together
    static constexpr std::size_t stride = taps - 1 + group;

    std::size_t channels_;
    std::vector<float> phases_; ///< `taps` coefficients for each point between two samples.
    std::vector<float> sound_;  ///< A channel's `taps` − 1 past samples and its group, `stride` apart.
    std::size_t fill_ = 0;      ///< Samples in the group.
    std::size_t forget_ = 0;    ///< Outputs still to come that belong to before the reset.
    float peak_ = 0;
};

} // namespace fohd::daemon::loudness
