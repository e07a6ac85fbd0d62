#include "dsp/kernels/rolling_spectrum.h"
#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <utility>

namespace fohd::dsp {

int RollingSpectrum::hop_of(double rate)
{
    constexpr double seconds = 0.085;
    const auto nearest = static_cast<int>(std::exp2(std::round(std::log2(seconds * rate))));
    return std::clamp(nearest, 1024, largest_fft) / hops;
}

void RollingSpectrum::prepare(double rate, int channels)
{
    rate_ = rate;
    channels_ = channels;
    signals_ = std::min(channels, 2);
    size_ = hops * hop_of(rate);
    fft_.emplace(size_);
    const auto size = static_cast<std::size_t>(size_);
    window_.resize(size);
    for (std::size_t i = 0; i < size; ++i) // a sine of full scale has a peak of 1
        window_[i] = static_cast<float>(
            2 / static_cast<double>(size) *
            (1 - std::cos(2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(size))));
    ring_.assign(static_cast<std::size_t>(signals_) * 2 * size, 0.0f);
    in_.assign(size, 0.0f);
    work_.assign(size, 0.0f);
    re_.assign(size / 2, 0.0f);
    im_.assign(size / 2, 0.0f);
    power_.assign(size / 2, 0.0f);
}

void RollingSpectrum::hear(const float* const* channels, int count)
{
    const unsigned mask = 2 * static_cast<unsigned>(size_) - 1;
    float loudest = 0;
    for (int s = 0; s < signals_; ++s) {
        float* const ring = ring_.data() + s * 2 * size_ + (at_ & mask);
        std::copy_n(channels[s], count, ring);
        for (int c = s + 2; c < channels_; c += 2)
            for (int i = 0; i < count; ++i) ring[i] += channels[c][i];
        for (int i = 0; i < count; ++i) loudest = std::max(loudest, std::abs(ring[i]));
    }
    at_ += static_cast<unsigned>(count);
    const auto passed = static_cast<unsigned>(count);
    if (loudest > 0)
        sounding_ = static_cast<unsigned>(size_ + hop());
    else
        sounding_ -= std::min(sounding_, passed);
}

void RollingSpectrum::work(int done, int all)
{
    if (!works_) return;
    const int goal = units() * (done / slice) / (all / slice);
    while (done_ < goal) done_ = unit(done_, goal);
}

/// The unit `index`, of a transform all up to `until`. Returns what is done then.
int RollingSpectrum::unit(int index, int until)
{
    const int of_one = units() / signals_, signal = index / of_one, own = index - signal * of_one;
    if (own < chunks()) {
        const unsigned mask = 2 * static_cast<unsigned>(size_) - 1;
        const int from = own * 2 * chunk_;
        const float* const ring = ring_.data() + signal * 2 * size_ + ((start_ + static_cast<unsigned>(from)) & mask);
        for (int i = 0; i < 2 * chunk_; ++i)
            in_[static_cast<std::size_t>(from + i)] = ring[i] * window_[static_cast<std::size_t>(from + i)];
        return index + 1;
    }
    if (own < chunks() + fft_->units()) {
        const int from = own - chunks(), to = std::min(until - signal * of_one - chunks(), fft_->units());
        fft_->forward(in_.data(), re_.data(), im_.data(), work_.data(), from, to);
        return signal * of_one + chunks() + to;
    }
    const int from = (own - chunks() - fft_->units()) * chunk_;
    const auto *re = re_.data() + from, *im = im_.data() + from;
    float* const power = power_.data() + from;
    if (signal == 0)
        for (int i = 0; i < chunk_; ++i) power[i] = re[i] * re[i] + im[i] * im[i];
    else
        for (int i = 0; i < chunk_; ++i) power[i] += re[i] * re[i] + im[i] * im[i];
    return index + 1;
}

bool RollingSpectrum::finish()
{
    const bool finished = ready();
    done_ = 0;
    start_ = at_ - static_cast<unsigned>(size_);
    works_ = sounding_ > 0;
    return finished;
}

void RollingSpectrum::clear()
{
    std::ranges::fill(ring_, 0.0f);
    sounding_ = 0;
    works_ = false;
}

bool RollingSpectrum::take_ahead(const RollingSpectrum& from, int frames)
{
    const auto whole = static_cast<unsigned>(size_), mask = 2 * whole - 1;
    if (!std::exchange(copies_, true)) copied_ = from.at_ - whole;
    const unsigned left = from.at_ - copied_, count = std::min({left, static_cast<unsigned>(frames), whole});
    const unsigned start = copied_ & mask, before_end = std::min(count, mask + 1 - start);
    for (std::size_t s = 0; s < static_cast<std::size_t>(std::min(signals_, from.signals_)); ++s) {
        const auto row = static_cast<std::ptrdiff_t>(s * 2 * whole);
        std::copy_n(from.ring_.begin() + row + start, before_end, ring_.begin() + row + start);
        std::copy_n(from.ring_.begin() + row, count - before_end, ring_.begin() + row);
    }
    copied_ += count;
    return count == left;
}

void RollingSpectrum::take(const RollingSpectrum& from)
{
    take_ahead(from, size_);
    copies_ = false;
    at_ = from.at_;
    sounding_ = from.sounding_;
    works_ = false;
}
} // namespace fohd::dsp
