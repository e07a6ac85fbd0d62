#pragma once

#include <cstdint>

namespace fohd::daemon {

/// The grid of times at which blocks are due, in whole numbers of frames since the start, so that nothing drifts
/// however long it runs. Pure arithmetic; times in nanoseconds since the start of block 0.
class Pacer {
public:
    static constexpr std::uint64_t tolerated = 8; ///< Blocks of lateness that are caught up; more are skipped.

    Pacer(int rate, int block) : rate_(static_cast<std::uint64_t>(rate)), block_(static_cast<std::uint64_t>(block)) {}

    /// When the next block is due.
    std::uint64_t due() const
    {
        // In two parts: frames times 10⁹ would overflow 64 bits after four days at 48 kHz.
        const std::uint64_t frames = next_ * block_;
        return frames / rate_ * nanoseconds + frames % rate_ * nanoseconds / rate_;
    }

    /// Takes the next block's turn at time `now`. Answers how many blocks were skipped before it: 0, or all that should
    /// have been done already when they are more than is tolerated.
    std::uint64_t take(std::uint64_t now)
    {
        const std::uint64_t frames = now / nanoseconds * rate_ + now % nanoseconds * rate_ / nanoseconds;
        const std::uint64_t current = frames / block_;
        const std::uint64_t skipped = current > next_ + tolerated ? current - next_ : 0;
        next_ += skipped + 1;
        return skipped;
    }

private:
    static constexpr std::uint64_t nanoseconds = 1'000'000'000;
    std::uint64_t rate_, block_, next_ = 0;
};

} // namespace fohd::daemon
