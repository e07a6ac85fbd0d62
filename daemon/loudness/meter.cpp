#include "daemon/loudness/meter.h"

#include "daemon/loudness/energy.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <new>

namespace fohd::daemon::loudness {

namespace {

float decibels(float peak) { return peak > 0 ? std::max(lowest, 20.0f * std::log10(peak)) : lowest; }

/// What a maximum is kept as, back.
double energy_or_none(float level) { return level > lowest ? energy_of(static_cast<double>(level)) : 0; }
float peak_or_none(float level) { return level > lowest ? std::pow(10.0f, level / 20) : 0; }

bool finite(float x) { return (std::bit_cast<std::uint32_t>(x) & 0x7f800000u) != 0x7f800000u; }

} // namespace

Meter::Meter(unsigned channels, unsigned rate)
    : channels_(channels), rate_(rate), hop_frames_(rate / 100), sliding_(make()), true_peak_(channels, rate),
      finite_(hop_frames_ * channels), interleaved_(hop_frames_ * channels)
{}

Meter::State Meter::make() const
{
    State state(ebur128_init(channels_, rate_, EBUR128_MODE_M));
    if (!state) throw std::bad_alloc();
    if (channels_ != 5 && channels_ != 6) // those are libebur128's own maps
        for (unsigned channel = 0; channel < channels_; ++channel)
            ebur128_set_channel(state.get(), channel, EBUR128_LEFT);
    return state;
}

void Meter::push(std::span<const float> interleaved)
{
    for (std::size_t done = 0; done < interleaved.size();) {
        const std::size_t count = std::min((hop_frames_ - frames_in_hop_) * channels_, interleaved.size() - done);
        const float* sound = interleaved.data() + done;
        if (!std::all_of(sound, sound + count, finite)) {
            std::transform(sound, sound + count, finite_.begin(), [](float x) { return finite(x) ? x : 0.0f; });
            sound = finite_.data();
        }
        push_finite(sound, count / channels_);
        done += count;
    }
}

void Meter::push(const float* const* channels, std::size_t frames)
{
    for (std::size_t done = 0; done < frames;) {
        const std::size_t count = std::min(hop_frames_, frames - done);
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t channel = 0; channel < channels_; ++channel)
                interleaved_[i * channels_ + channel] = channels[channel][done + i];
        push(std::span(interleaved_).first(count * channels_));
        done += count;
    }
}

void Meter::push_finite(const float* interleaved, std::size_t frames)
{
    ebur128_add_frames_float(sliding_.get(), interleaved, frames);
    true_peak_.push(interleaved, frames);
    const float peak = true_peak_.take();
    hop_peak_ = std::max(hop_peak_, peak);
    if (!paused_ && peak > max_peak_) {
        max_peak_ = peak;
        ++changes_;
    }
    hop_was_paused_ |= paused_;
    frames_in_hop_ += frames;
    if (frames_in_hop_ == hop_frames_) end_hop();
}

void Meter::end_hop()
{
    // libebur128 sums the squares of these 10 ms alone; 40 or 300 such sums are a window, at a hundredth of the cost of
    // asking for the window itself at every hop.
    double level = 0;
    ebur128_loudness_window(sliding_.get(), 10, &level);
    peaks_[heard_.count % momentary_hops] = hop_peak_;
    heard_.push(energy_of(level));
    if (!hop_was_paused_) integrate(energy_of(level));
    frames_in_hop_ = 0;
    hop_was_paused_ = false;
    hop_peak_ = 0;
}

void Meter::integrate(double energy)
{
    measured_.push(energy);
    const double momentary = measured_.mean(momentary_hops), shortterm = measured_.mean(shortterm_hops);
    bool changed = momentary > max_momentary_ || shortterm > max_shortterm_;
    max_momentary_ = std::max(max_momentary_, momentary);
    max_shortterm_ = std::max(max_shortterm_, shortterm);
    if (measured_.count % gating_hops == 0) {
        bool counts = measured_.count >= momentary_hops && gating_.add_block(momentary);
        counts |= measured_.count >= shortterm_hops && gating_.add_window(shortterm);
        if (counts) read_gating();
        changed |= counts;
    }
    changes_ += changed;
}

void Meter::read_gating()
{
    integrated_ = gating_.integrated();
    range_ = gating_.range();
}

/// Summed afresh each time: a running sum would keep the rounding errors of the loudest sound it ever held.
double Meter::Windows::mean(std::size_t hops) const
{
    double sum = 0;
    for (std::size_t back = 1; back <= std::min(hops, count); ++back) sum += energies[(count - back) % shortterm_hops];
    return sum / static_cast<double>(hops);
}

void Meter::pause(bool paused)
{
    if (paused != paused_) true_peak_.reset(); // what its filter still holds belongs to the other side
    paused_ = paused;
}

void Meter::reset()
{
    sliding_ = make(); // its filter would go on ringing with what was before
    gating_ = {};
    read_gating();
    true_peak_.reset();
    frames_in_hop_ = 0;
    hop_was_paused_ = false;
    heard_ = measured_ = {};
    peaks_.fill(0);
    hop_peak_ = max_peak_ = 0;
    max_momentary_ = max_shortterm_ = 0;
    ++changes_;
}

config::Integration Meter::integration() const
{
    config::Integration all;
    all.channels = channels_;
    all.max_momentary = lufs(max_momentary_);
    all.max_shortterm = lufs(max_shortterm_);
    all.max_truepeak = decibels(max_peak_);
    gating_.save(all);
    return all;
}

void Meter::restore(const config::Integration& integration)
{
    max_momentary_ = energy_or_none(integration.max_momentary);
    max_shortterm_ = energy_or_none(integration.max_shortterm);
    max_peak_ = peak_or_none(integration.max_truepeak);
    gating_.restore(integration);
    read_gating();
    measured_ = {};
    ++changes_;
}

void Meter::set_rate(unsigned rate)
{
    if (rate == rate_) return;
    rate_ = rate;
    hop_frames_ = rate / 100;
    sliding_ = make();
    true_peak_ = TruePeak(channels_, rate);
    finite_.resize(hop_frames_ * channels_);
    interleaved_.resize(hop_frames_ * channels_);
    frames_in_hop_ = 0;
    hop_was_paused_ = false;
    hop_peak_ = 0;
}

Reading Meter::reading() const
{
    return {.momentary = lufs(heard_.mean(momentary_hops)),
            .shortterm = lufs(heard_.mean(shortterm_hops)),
            .integrated = integrated_,
            .range = range_,
            .truepeak = decibels(std::max(hop_peak_, *std::max_element(peaks_.begin(), peaks_.end()))),
            .max_momentary = lufs(max_momentary_),
            .max_shortterm = lufs(max_shortterm_),
            .max_truepeak = decibels(max_peak_)};
}

} // namespace fohd::daemon::loudness
