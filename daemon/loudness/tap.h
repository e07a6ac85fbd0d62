#pragma once
#include "daemon/loudness/meter.h"
#include "dsp/rt/ring.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace fohd::daemon::loudness {

/// One strip's way of a reading: the audio thread writes sound, the measuring thread (the loudness thread, or whoever
/// runs the blocks offline) measures it, the control thread asks and commands, the file thread saves.
class Tap {
public:
    /// As Meter, with room for `buffered` seconds of sound that is not yet measured. Throws std::bad_alloc.
    Tap(unsigned channels, unsigned rate, double buffered = 1.0);

    /// Audio thread, wait-free: `frames` samples of each channel. What finds no room is lost, counted and never
    /// measured.
    void write(const float* const* channels, std::size_t frames);

    /// Any thread but the audio thread, one at a time: measures everything written so far, carries out each command at its frame, and publishes.
    void measure();

    /// Any thread but the audio thread: takes effect at the frame that the audio thread writes next, when it is
    /// measured.
    void reset();
    void pause(bool paused);

    /// Any thread but the audio thread, which may not run: what is written from now on has this rate. The room for
    /// sound that is not yet measured stays as many frames as it was.
    void set_rate(unsigned rate);

    /// Any thread, wait-free: as of the last measure(). Values may be of two neighbouring moments.
    Reading reading() const;

    /// Any thread but the audio thread: all that was written until now is measured, every command before it carried out. Some
    /// 0.1 ms, and what a measure() takes that is under way.
    config::Integration integration();
    /// Any thread but the audio thread: takes effect as reset() does. As Meter.
    void restore(config::Integration integration);
    /// Any thread, wait-free: another number whenever integration() is another, as of the last measure().
    std::uint64_t changes() const { return changes_.load(std::memory_order_relaxed); }
    /// Any thread, wait-free: how often it was reset, measured or not.
    std::uint64_t resets() const { return resets_.load(std::memory_order_relaxed); }

    /// Sound that was never measured because the measuring thread came too late: how often, and how much of it.
    struct Gaps {
        std::uint64_t count = 0, frames = 0;
    };
    /// Any thread, wait-free: since the start.
    Gaps gaps() const;

    unsigned channels() const { return meter_.channels(); }

private:
    struct Command {
        enum class What { reset, pause, go_on, rate, restore } what;
        std::uint64_t at = 0; ///< A count of written frames.
        unsigned rate = 0;
        config::Integration integration = {};
    };

    void command(Command command);
    void measure_written();
    void measure_until(std::uint64_t frame);

    dsp::Ring<float> ring_;            ///< Whole interleaved frames.
    std::vector<float> written_block_; ///< The audio thread's, for interleaving.
    bool in_gap_ = false;              ///< The audio thread's.
    std::atomic<std::uint64_t> written_{0}, gap_count_{0}, gap_frames_{0};

    std::mutex measuring_; ///< Whoever has it is the reader of the ring. What follows is his:
    Meter meter_;
    std::vector<float> read_block_;
    std::uint64_t measured_ = 0; ///< frames

    std::mutex commands_mutex_; ///< Between who measures and those who command.
    std::vector<Command> commands_;

    std::atomic<std::uint64_t> changes_{0}, resets_{0};
    std::array<std::atomic<float>, quantities.size()> published_;
};

} // namespace fohd::daemon::loudness
