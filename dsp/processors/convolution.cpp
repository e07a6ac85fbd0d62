#include "dsp/processors/convolution.h"
#include <algorithm>
#include <cmath>
#include <numbers>

namespace fohd::dsp {
namespace {

constexpr double ramp_seconds = 0.02, longest_fade_seconds = 0.01;

int frames_of(double ms, double rate) { return static_cast<int>(std::lround(ms / 1000 * rate)); }

/// A response without its first `start` frames, `length` of it, at the end of which half a cosine falls where something was cut.
std::vector<float> trimmed(const std::vector<float>& whole, int start, int length, double rate)
{
    const auto first = std::min(whole.size(), static_cast<std::size_t>(start));
    const auto left = whole.size() - first, kept = std::min(left, static_cast<std::size_t>(length));
    std::vector<float> taps(whole.begin() + static_cast<std::ptrdiff_t>(first),
                            whole.begin() + static_cast<std::ptrdiff_t>(first + kept));
    if (kept == left) return taps;
    const std::size_t fade = std::min(kept / 2, static_cast<std::size_t>(longest_fade_seconds * rate));
    for (std::size_t i = 0; i < fade; ++i)
        taps[kept - 1 - i] *= static_cast<float>(
            0.5 - 0.5 * std::cos(std::numbers::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(fade)));
    return taps;
}

std::vector<Convolver::Route> routes_of(int responses, int channels)
{
    if (responses == 4 && channels == 2) return {{0, 0, 0}, {0, 1, 1}, {1, 0, 2}, {1, 1, 3}};
    std::vector<Convolver::Route> routes;
    for (int c = 0; c < channels; ++c) routes.push_back({c, c, responses == 1 ? 0 : c});
    return routes;
}

/// Noise on all channels alike leaves with the mean power it had.
float normal_gain(const Impulse::Channels& responses, const std::vector<Convolver::Route>& routes, int channels)
{
    double energy = 0;
    for (const auto& route : routes)
        for (const float tap : responses[static_cast<std::size_t>(route.response)])
            energy += static_cast<double>(tap) * static_cast<double>(tap);
    return energy > 0 ? static_cast<float>(std::sqrt(channels / energy)) : 1.0f;
}
} // namespace

void Convolution::design(const Params& p, const Context& context, CoeffWriter& out)
{
    out(Coeffs{std::pow(10.0f, p.gain.value / 20), p.normalise.on() ? 1.0f : 0.0f,
               static_cast<float>(frames_of(static_cast<double>(p.pre_delay.value), context.rate)), p.mix.value / 100});
}

double Convolution::memory(const Params& p, const Context& context)
{
    if (!context.impulse) return 0;
    const auto frames = context.impulse->at(static_cast<int>(std::lround(context.rate))).front().size();
    const double seconds = static_cast<double>(frames) / context.rate - static_cast<double>(p.trim_start.value) / 1000;
    return ramp_seconds + static_cast<double>(p.pre_delay.value) / 1000 +
           std::clamp(seconds, 0.0, static_cast<double>(p.length.value) / 1000);
}

Convolution::Convolution(const Params& p, const Context& context)
    : channels_(context.channels), ramp_(static_cast<int>(std::lround(ramp_seconds * context.rate)))
{
    if (!context.impulse || !fits(context.impulse->channels(), channels_)) return;
    Impulse::Channels responses;
    for (const auto& whole : context.impulse->at(static_cast<int>(std::lround(context.rate))))
        responses.push_back(trimmed(whole, frames_of(static_cast<double>(p.trim_start.value), context.rate),
                                    frames_of(static_cast<double>(p.length.value), context.rate), context.rate));
    const auto routes = routes_of(context.impulse->channels(), channels_);
    normal_ = normal_gain(responses, routes, channels_);
    convolver_.emplace(channels_, responses, routes);
    wet_.prepare(channels_, frames_of(static_cast<double>(longest_pre_delay.value), context.rate) + max_block);
}

void Convolution::aim(std::span<const float> coeffs, bool now)
{
    Coeffs c;
    std::memcpy(&c, coeffs.data(), sizeof c);
    const float wet = c.mix * c.gain * (c.normalise >= 0.5f ? normal_ : 1.0f);
    m_.goal = {1 - c.mix, wet};
    m_.glide_left = ramp_;
    const int frames = static_cast<int>(c.pre_delay);
    if (now) {
        m_ = {m_.goal, m_.goal, 0, frames, frames, -1, 0, 0};
    } else if (m_.fade_left > 0) {
        m_.pending = frames;
    } else if (frames != m_.pre_delay) {
        m_.next = frames;
        m_.fade_left = ramp_;
    }
}

void Convolution::run(float* const* channels, int frames)
{
    if (!convolver_) return;
    std::array<PlanarBuffer, max_lanes> convolved;
    std::array<float*, max_lanes> to;
    for (std::size_t c = 0; c < static_cast<std::size_t>(channels_); ++c) to[c] = convolved[c].of.data();
    convolve(channels, to.data(), frames);
    for (int c = 0; c < channels_; ++c) wet_.write(c, to[static_cast<std::size_t>(c)], frames);
    mix(channels, frames);
    wet_.advance(frames);
    advance(frames);
}

/// One that began beside a running sound hears it open, so that nothing starts in the middle when the response answers.
void Convolution::convolve(const float* const* in, float* const* out, int frames)
{
    if (m_.opening == 0) return convolver_->process(in, out, frames);
    for (int c = 0; c < channels_; ++c)
        for (int i = 0; i < frames; ++i) {
            const float t = std::min(1.0f, static_cast<float>(ramp_ - m_.opening + i + 1) / static_cast<float>(ramp_));
            out[c][i] = t * t * (3 - 2 * t) * in[c][i];
        }
    m_.opening = std::max(0, m_.opening - frames);
    convolver_->process(out, out, frames);
}

/// What is heard of a channel, of frames that wet_ was just given.
void Convolution::read_wet(int channel, float* to, int frames) const
{
    const float* const here = wet_.past(channel, m_.pre_delay);
    std::copy_n(here, frames, to);
    if (m_.fade_left == 0) return;
    const float* const there = wet_.past(channel, m_.next);
    for (int i = 0; i < frames; ++i) {
        const float t = std::min(1.0f, static_cast<float>(ramp_ - m_.fade_left + i + 1) / static_cast<float>(ramp_));
        to[i] += t * t * (3 - 2 * t) * (there[i] - to[i]);
    }
}

void Convolution::mix(float* const* channels, int frames)
{
    std::array<float, max_block> dry, wet, heard;
    Levels now = m_.now;
    int left = m_.glide_left;
    for (std::size_t i = 0; i < static_cast<std::size_t>(frames); ++i) {
        if (left > 0) {
            const auto share = 1 / static_cast<float>(left);
            now.dry += (m_.goal.dry - now.dry) * share;
            now.wet += (m_.goal.wet - now.wet) * share;
            if (--left == 0) now = m_.goal;
        }
        dry[i] = now.dry;
        wet[i] = now.wet;
    }
    m_.now = now;
    m_.glide_left = left;
    for (int c = 0; c < channels_; ++c) {
        read_wet(c, heard.data(), frames);
        for (std::size_t i = 0; i < static_cast<std::size_t>(frames); ++i)
            channels[c][i] = dry[i] * channels[c][i] + wet[i] * heard[i];
    }
}

void Convolution::advance(int frames)
{
    if (m_.fade_left == 0) return;
    m_.fade_left = std::max(0, m_.fade_left - frames);
    if (m_.fade_left > 0) return;
    m_.pre_delay = m_.next;
    if (m_.pending >= 0 && m_.pending != m_.pre_delay) {
        m_.next = m_.pending;
        m_.fade_left = ramp_;
    }
    m_.pending = -1;
}

void Convolution::clear()
{
    if (convolver_) convolver_->clear();
    wet_.clear();
    if (m_.fade_left > 0) m_.pre_delay = m_.pending >= 0 ? m_.pending : m_.next;
    m_ = {m_.goal, m_.goal, 0, m_.pre_delay, m_.pre_delay, -1, 0, 0};
}

bool Convolution::take_ahead(const PlanarProcessor& from, int frames)
{
    const auto& other = static_cast<const Convolution&>(from);
    if (!convolver_ || !other.convolver_) return true;
    constexpr int as_a_delay = 4; // channels that it copies so many frames of
    int floats = as_a_delay * frames;
    return convolver_->take_ahead(*other.convolver_, floats) && wet_.take_ahead(other.wet_, floats);
}

void Convolution::take(const PlanarProcessor& from)
{
    const auto& other = static_cast<const Convolution&>(from);
    const float wet = m_.goal.wet;
    m_ = other.m_;
    if (!convolver_) return;
    if (other.convolver_ && convolver_->take(*other.convolver_)) return wet_.take(other.wet_);
    m_ = {{m_.goal.dry, wet}, {m_.goal.dry, wet}, 0, m_.pre_delay, m_.pre_delay, -1, 0, ramp_};
}
} // namespace fohd::dsp
