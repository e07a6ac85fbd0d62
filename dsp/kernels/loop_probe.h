#pragma once
#include <atomic>
#include <cstdint>
#include <vector>

namespace fohd::dsp {

/// Finds how late a sound that goes out comes back. It sends a maximum-length sequence of 4095 frames, records for half a second more,
/// and takes the lag at which the correlation of the two is largest, whatever its sign: that is where the impulse response of the loop
/// peaks (Rife & Vanderkooy, J. Audio Eng. Soc. 37(6), 1989). It sees what is up to 18 dB below a white noise in the return. The
/// audio thread plays and records; the control thread correlates, a piece a call.
class LoopProbe {
public:
    static constexpr int ping_frames = 4095;
    static constexpr float amplitude = 0.01f; ///< -40 dBFS

    LoopProbe(double rate, int channels);

    enum class Stage : std::uint8_t { idle, records, recorded };
    Stage stage() const { return stage_.load(std::memory_order_acquire); }
    /// Frames from begin() until all is recorded.
    int length() const { return length_; }

    /// Audio thread, when idle.
    void begin()
    {
        at_ = 0;
        stage_.store(Stage::records, std::memory_order_release);
    }
    /// Audio thread: writes every send; `back` may hold nulls, which are silence.
    void run(const float* const* back, float* const* send, int frames);
    /// Audio thread: as if it had never begun. What is recorded stays.
    void stop()
    {
        if (stage() == Stage::records) stage_.store(Stage::idle, std::memory_order_release);
    }

    struct Answer {
        int lag = -1;   ///< Frames; -1: nothing came back that stands out of the noise.
        float gain = 0; ///< Of the loop there; negative where it inverts.
    };
    /// Control thread, when recorded: goes on correlating, and is true when answer() holds; then it is idle again.
    bool correlate();
    /// Control thread: of a channel.
    Answer answer(int channel) const { return answers_[static_cast<std::size_t>(channel)]; }

private:
    void judge();

    const int lags_, length_; ///< frames
    std::vector<float> ping_; ///< ±1
    std::vector<std::vector<float>> heard_;
    std::atomic<Stage> stage_ = Stage::idle;
    int at_ = 0; ///< Audio thread's.
    // The control thread's.
    int channel_ = 0, lag_ = 0;
    std::vector<float> found_; ///< By lag, of one channel.
    std::vector<Answer> answers_;
};
} // namespace fohd::dsp
