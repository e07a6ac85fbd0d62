#include "dsp/kernels/loop_probe.h"
#include <algorithm>
#include <cmath>

namespace fohd::dsp {
namespace {

constexpr double longest_loop = 0.5; // seconds
constexpr int lags_at_once = 8192;   // a few milliseconds

/// x^12 + x^6 + x^4 + x + 1, which is primitive.
std::vector<float> make_ping()
{
    std::vector<float> ping;
    for (unsigned state = 1; ping.size() < static_cast<std::size_t>(LoopProbe::ping_frames);) {
        ping.push_back((state & 1) != 0 ? 1.0f : -1.0f);
        const unsigned bit = (state ^ state >> 1 ^ state >> 4 ^ state >> 6) & 1;
        state = state >> 1 | bit << 11;
    }
    return ping;
}

float product(const float* a, const float* b, int count)
{
    constexpr int ways = 16;
    float sums[ways] = {};
    int i = 0;
    for (; i + ways <= count; i += ways)
        for (int w = 0; w < ways; ++w) sums[w] += a[i + w] * b[i + w];
    float sum = 0;
    for (; i < count; ++i) sum += a[i] * b[i];
    for (const float each : sums) sum += each;
    return sum;
}
} // namespace

LoopProbe::LoopProbe(double rate, int channels)
    : lags_(static_cast<int>(longest_loop * rate) + 1), length_(lags_ + ping_frames), ping_(make_ping()),
      heard_(static_cast<std::size_t>(channels), std::vector<float>(static_cast<std::size_t>(length_))),
      found_(static_cast<std::size_t>(lags_)), answers_(static_cast<std::size_t>(channels))
{}

void LoopProbe::run(const float* const* back, float* const* send, int frames)
{
    const int sound = std::clamp(ping_frames - at_, 0, frames), heard = std::min(frames, length_ - at_);
    for (std::size_t c = 0; c < heard_.size(); ++c) {
        for (int i = 0; i < sound; ++i) send[c][i] = amplitude * ping_[static_cast<std::size_t>(at_ + i)];
        std::fill_n(send[c] + sound, frames - sound, 0.0f);
        if (back[c])
            std::copy_n(back[c], heard, heard_[c].data() + at_);
        else
            std::fill_n(heard_[c].data() + at_, heard, 0.0f);
    }
    at_ += heard;
    if (at_ == length_) stage_.store(Stage::recorded, std::memory_order_release);
}

bool LoopProbe::correlate()
{
    const std::vector<float>& heard = heard_[static_cast<std::size_t>(channel_)];
    const int end = std::min(lags_, lag_ + lags_at_once);
    for (; lag_ < end; ++lag_)
        found_[static_cast<std::size_t>(lag_)] = product(ping_.data(), heard.data() + lag_, ping_frames);
    if (lag_ < lags_) return false;
    judge();
    lag_ = 0;
    if (++channel_ < static_cast<int>(heard_.size())) return false;
    channel_ = 0;
    stage_.store(Stage::idle, std::memory_order_release);
    return true;
}

/// What stands 7 times above the rest is no noise: one of 10^11 samples does. What comes back 50 dB softer is crosstalk.
void LoopProbe::judge()
{
    constexpr float clear = 7, softest = 0.00316f;
    constexpr int width = 32; // of a response that is coloured
    const auto louder = [](float a, float b) { return std::abs(a) < std::abs(b); };
    const int lag = static_cast<int>(std::ranges::max_element(found_, louder) - found_.begin());
    double rest = 0;
    for (int l = 0; l < lags_; ++l)
        if (std::abs(l - lag) > width)
            rest += static_cast<double>(found_[static_cast<std::size_t>(l)]) *
                    static_cast<double>(found_[static_cast<std::size_t>(l)]);
    const float peak = found_[static_cast<std::size_t>(lag)],
                noise = static_cast<float>(std::sqrt(rest / static_cast<double>(lags_)));
    const float gain = peak / (amplitude * static_cast<float>(ping_frames));
    const bool stands = std::abs(gain) >= softest && std::abs(peak) >= clear * noise;
    answers_[static_cast<std::size_t>(channel_)] = stands ? Answer{lag, gain} : Answer{};
}
} // namespace fohd::dsp
