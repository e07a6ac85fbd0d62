#pragma once

#include <atomic>
#include <bit>
#include <cstdint>

namespace fohd::daemon {

/// Where the audio system's tape is: JACK's transport. Of a system that has none: stopped at 0, without a tempo.
struct Transport {
    bool rolling = false;
    std::uint32_t frame = 0; ///< Of the first sample of the block, from where the transport counts; as JACK modulo 2³².
    float bpm = 0;           ///< Beats a minute where somebody gives a tempo, rolling or not; else 0.
    bool operator==(const Transport&) const = default;
};

/// The newest of them, in one word: written by one thread, read by any, both wait-free.
class TransportSlot {
public:
    void write(const Transport& now) noexcept
    {
        // A tempo is never negative: its sign tells whether it rolls.
        word_.store(std::bit_cast<std::uint64_t>(Word{now.frame, now.rolling ? -now.bpm : now.bpm}),
                    std::memory_order_relaxed);
    }
    Transport read() const noexcept
    {
        const Word word = std::bit_cast<Word>(word_.load(std::memory_order_relaxed));
        const bool rolling = (std::bit_cast<std::uint32_t>(word.signed_bpm) >> 31) != 0;
        return {rolling, word.frame, rolling ? -word.signed_bpm : word.signed_bpm};
    }

private:
    struct Word {
        std::uint32_t frame;
        float signed_bpm;
    };
    static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
    std::atomic<std::uint64_t> word_{0};
};

} // namespace fohd::daemon
