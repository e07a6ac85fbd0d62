#include "daemon/backends/jack_fade.h"

#include "daemon/backends/jack_callback.h"

#include <algorithm>

namespace fohd::daemon {

JackFade::JackFade(Port port, int rate, bool sounds)
    : port_(port), length_(std::max(rate / 50, 1)), limit_(rate), open_(sounds), closed_(!sounds),
      at_(sounds ? length_ : 0), sound_(port == Port::output ? 0 : JackCallback::largest_block)
{}

void JackFade::close()
{
    gave_up_ = false;
    open_.store(false, std::memory_order_release);
}

void JackFade::open(int after)
{
    after_.store(after, std::memory_order_relaxed);
    open_.store(true, std::memory_order_release);
}

/// Where it is to go in this block.
bool JackFade::opens(int frames) noexcept
{
    const bool open = open_.load(std::memory_order_acquire);
    if (at_ > 0) return open;
    if (!open) {
        held_ += frames;
        if (held_ < limit_) return false;
        after_.store(0, std::memory_order_relaxed);
        gave_up_ = true;
        open_.store(true, std::memory_order_release);
    }
    held_ = 0;
    const int left = after_.load(std::memory_order_relaxed);
    if (left > 0) after_.store(left - frames, std::memory_order_relaxed);
    return left <= 0;
}

void JackFade::apply(const float* from, float* to, int frames, bool opens) noexcept
{
    for (int i = 0; i < frames; ++i) {
        at_ = opens ? std::min(at_ + 1, length_) : std::max(at_ - 1, 0);
        const float part = static_cast<float>(at_) / static_cast<float>(length_);
        to[i] = from[i] * (part * part * (3 - 2 * part));
    }
}

const float* JackFade::hear(const float* sound, int frames) noexcept
{
    const bool opening = opens(frames);
    if (!sound || (opening && at_ == 0 && port_ == Port::comes_back)) at_ = opening ? length_ : 0;
    const bool whole = opening && at_ == length_, none = !opening && at_ == 0;
    if (!whole && !none) apply(sound, sound_.data(), frames, opening);
    closed_.store(at_ == 0, std::memory_order_release);
    if (whole) return sound;
    if (!none) return sound_.data();
    if (port_ == Port::comes_back) return nullptr;
    std::fill_n(sound_.data(), frames, 0.0f);
    return sound_.data();
}

void JackFade::send(float* sound, int frames) noexcept
{
    const bool opening = opens(frames);
    if (!opening || at_ < length_) apply(sound, sound, frames, opening);
    closed_.store(at_ == 0, std::memory_order_release);
}

} // namespace fohd::daemon
