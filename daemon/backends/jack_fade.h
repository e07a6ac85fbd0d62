#pragma once

#include <atomic>
#include <vector>

namespace fohd::daemon {

/// The sound of one port while its connections change: falls to silence, stays there, and comes back, each in 20 ms on a cubic that is at
/// rest at both ends. Open, it leaves the sound alone to the bit.
class JackFade {
public:
    enum class Port {
        input,
        output,
        comes_back ///< The return of a processor, which fades itself: closed it is null, as if nothing were connected.
    };

    /// Main thread, before the audio thread has it. `sounds`: it begins open; else closed.
    JackFade(Port port, int rate, bool sounds);

    /// Main thread: to silence. Where nobody opens it within a second, it opens by itself: what hangs must not mute for ever.
    void close();
    /// Main thread: comes back after so many frames more.
    void open(int after);
    /// Whether a block has ended in silence since close(). Main thread.
    bool is_closed() const { return closed_.load(std::memory_order_acquire); }
    /// Whether it opened by itself since the last close(). Main thread.
    bool gave_up() const { return gave_up_; }
    /// Frames from one end to the other.
    int length() const { return length_; }

    /// Audio thread, once a block: what is heard of an input's sound, which is not written to.
    const float* hear(const float* sound, int frames) noexcept;
    /// Audio thread, once a block: what goes out of an output, in place.
    void send(float* sound, int frames) noexcept;

private:
    bool opens(int frames) noexcept;
    void apply(const float* from, float* to, int frames, bool opens) noexcept;

    const Port port_;
    const int length_, limit_; ///< frames
    std::atomic<bool> open_, closed_, gave_up_ = false;
    std::atomic<int> after_ = 0;
    // The audio thread's.
    int at_;       ///< 0: closed, length_: open.
    int held_ = 0; ///< Frames for which it has been closed.
    std::vector<float> sound_;
};

} // namespace fohd::daemon
