#include "daemon/loudness/tap.h"

#include <algorithm>
#include <utility>

namespace fohd::daemon::loudness {

namespace {

constexpr std::size_t block_frames = 64; // as the graph's own blocks

}

Tap::Tap(unsigned channels, unsigned rate, double buffered)
    : ring_(static_cast<std::size_t>(buffered * rate) * channels), written_block_(block_frames * channels),
      meter_(channels, rate), read_block_(rate / 100 * channels)
{
    for (std::size_t i = 0; i < quantities.size(); ++i) published_[i] = Reading{}.*quantities[i].value;
}

void Tap::write(const float* const* channels, std::size_t frames)
{
    const std::size_t width = meter_.channels();
    for (std::size_t done = 0; done < frames;) {
        const std::size_t count = std::min(block_frames, frames - done);
        if (ring_.writable() < count * width) { // half a frame would swap the channels for ever after
            if (!in_gap_) gap_count_.fetch_add(1, std::memory_order_relaxed);
            gap_frames_.fetch_add(count, std::memory_order_relaxed);
            in_gap_ = true;
        } else {
            for (std::size_t channel = 0; channel < width; ++channel)
                for (std::size_t i = 0; i < count; ++i)
                    written_block_[i * width + channel] = channels[channel][done + i];
            ring_.write(std::span(written_block_).first(count * width));
            written_.fetch_add(count, std::memory_order_release);
            in_gap_ = false;
        }
        done += count;
    }
}

void Tap::measure()
{
    const std::lock_guard lock(measuring_);
    measure_written();
}

config::Integration Tap::integration()
{
    const std::lock_guard lock(measuring_);
    measure_written();
    return meter_.integration();
}

void Tap::measure_written()
{
    std::vector<Command> commands;
    std::uint64_t end = 0;
    {
        // Counted under the lock: whatever is commanded after this is of a frame not before `end`.
        const std::lock_guard lock(commands_mutex_);
        commands.swap(commands_);
        end = written_.load(std::memory_order_acquire);
    }
    for (const Command& command : commands) {
        measure_until(command.at);
        if (command.what == Command::What::reset)
            meter_.reset();
        else if (command.what == Command::What::rate)
            meter_.set_rate(command.rate);
        else if (command.what == Command::What::restore)
            meter_.restore(command.integration);
        else
            meter_.pause(command.what == Command::What::pause);
    }
    measure_until(end);

    const Reading reading = meter_.reading();
    for (std::size_t i = 0; i < quantities.size(); ++i)
        published_[i].store(reading.*quantities[i].value, std::memory_order_relaxed);
    changes_.store(meter_.changes(), std::memory_order_relaxed);
}

void Tap::measure_until(std::uint64_t frame)
{
    const std::size_t width = meter_.channels();
    while (measured_ < frame) {
        const std::size_t most =
            static_cast<std::size_t>(std::min<std::uint64_t>(frame - measured_, read_block_.size() / width));
        const std::size_t got = ring_.read(std::span(read_block_).first(most * width));
        meter_.push(std::span<const float>(read_block_).first(got));
        measured_ += got / width;
    }
}

void Tap::reset()
{
    command({.what = Command::What::reset});
    resets_.fetch_add(1, std::memory_order_relaxed);
}

void Tap::pause(bool paused) { command({.what = paused ? Command::What::pause : Command::What::go_on}); }

void Tap::set_rate(unsigned rate) { command({.what = Command::What::rate, .rate = rate}); }

void Tap::restore(config::Integration integration)
{
    command({.what = Command::What::restore, .integration = std::move(integration)});
}

void Tap::command(Command command)
{
    const std::lock_guard lock(commands_mutex_);
    command.at = written_.load(std::memory_order_acquire);
    commands_.push_back(std::move(command));
}

Reading Tap::reading() const
{
    Reading reading;
    for (std::size_t i = 0; i < quantities.size(); ++i)
        reading.*quantities[i].value = published_[i].load(std::memory_order_relaxed);
    return reading;
}

Tap::Gaps Tap::gaps() const
{
    return {gap_count_.load(std::memory_order_relaxed), gap_frames_.load(std::memory_order_relaxed)};
}

} // namespace fohd::daemon::loudness
