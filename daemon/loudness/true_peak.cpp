#include "daemon/loudness/true_peak.h"

#include "dsp/kernels/lanes.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fohd::daemon::loudness {

namespace {

/// A sinc cut off at Nyquist, `t` samples from its centre, in a Kaiser window of ±`half` samples (β 5: −53 dB, and a
/// transition of 0.1 of the rate; Oppenheim & Schafer, Discrete-Time Signal Processing, 7.5.3).
double interpolator(double t, double half)
{
    constexpr double beta = 5.0;
    const double inside = std::max(0.0, 1.0 - (t / half) * (t / half));
    const double window = std::cyl_bessel_i(0.0, beta * std::sqrt(inside)) / std::cyl_bessel_i(0.0, beta);
    const double x = std::numbers::pi * t;
    return window * (std::abs(x) < 1e-9 ? 1.0 : std::sin(x) / x);
}

} // namespace

TruePeak::TruePeak(std::size_t channels, double rate) : channels_(channels), sound_(channels * stride)
{
    const int points = rate < 80'000 ? 8 : 4;
    for (int point = 1; point < points; ++point) { // point 0 is the sample itself
        double coefficients[taps], sum = 0;
        for (std::size_t k = 0; k < taps; ++k) {
            const double t = static_cast<double>(k) - taps / 2 + static_cast<double>(point) / points;
            sum += coefficients[k] = interpolator(t, taps / 2);
        }
        // Reversed, so that it runs along the sound forwards, and exactly 1 at DC.
        for (std::size_t k = taps; k-- > 0;) phases_.push_back(static_cast<float>(coefficients[k] / sum));
    }
}

void TruePeak::push(const float* interleaved, std::size_t frames)
{
    for (std::size_t done = 0; done < frames;) {
        const std::size_t count = std::min(frames - done, group - fill_);
        for (std::size_t channel = 0; channel < channels_; ++channel) {
            float* into = sound_.data() + channel * stride + taps - 1 + fill_;
            for (std::size_t i = 0; i < count; ++i) {
                into[i] = interleaved[(done + i) * channels_ + channel];
                peak_ = std::max(peak_, std::abs(into[i]));
            }
        }
        done += count;
        fill_ += count;
        if (fill_ == group) measure_group();
    }
}

void TruePeak::measure_group()
{
    using namespace dsp;
    constexpr std::size_t vectors = group / lanes;
    const std::size_t begin = std::min(forget_, group);
    forget_ -= begin;
    fill_ = 0;
    for (std::size_t channel = 0; channel < channels_; ++channel) {
        float* sound = sound_.data() + channel * stride;
        V highest[vectors] = {};
        for (std::size_t first = 0; first < phases_.size(); first += taps) {
            V sum[vectors] = {};
            for (std::size_t k = 0; k < taps; ++k) {
                const V coefficient = all(phases_[first + k]);
                for (std::size_t v = 0; v < vectors; ++v)
                    sum[v] = fma(coefficient, *reinterpret_cast<const LooseV*>(sound + k + v * lanes), sum[v]);
            }
            for (std::size_t v = 0; v < vectors; ++v) highest[v] = max(highest[v], abs(sum[v]));
        }
        for (std::size_t i = begin; i < group; ++i) peak_ = std::max(peak_, highest[i / lanes][i % lanes]);
        std::copy(sound + group, sound + stride, sound);
    }
}

float TruePeak::take()
{
    const float peak = peak_;
    peak_ = 0;
    return peak;
}

void TruePeak::reset()
{
    peak_ = 0;
    forget_ = fill_ + taps / 2;
}

} // namespace fohd::daemon::loudness
