#include "dsp/kernels/reverb_tank.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

namespace fohd::dsp {
namespace {

constexpr double ramp_seconds = 0.02;

/// Between neighbours of the sixteen values all Walsh functions correlate alike with x0 x1 + x2 x3, a bent function: no line or channel is
/// favoured by the matrix.
int bent(unsigned line) { return static_cast<int>(((line & (line >> 1)) ^ ((line >> 2) & (line >> 3))) & 1u); }
float sign_of(unsigned row, unsigned line) { return (std::popcount(row & line) + bent(line)) % 2 ? -1.0f : 1.0f; }

/// -6 .. 6 %, another for each echo at each channel: the fractions of the golden ratio's multiples.
double spread(int channel, int echo)
{
    const double turns = 0.6180339887498949 * (1 + channel * reverb_echoes + echo);
    return 1 + 0.12 * (turns - std::floor(turns) - 0.5);
}
} // namespace

void ReverbTank::Rings::prepare(int rings, int longest)
{
    const auto length = std::bit_ceil(static_cast<unsigned>(longest + 2 * reverb_chunk));
    const unsigned stride = length + reverb_ring_spare;
    sound.assign(static_cast<std::size_t>(rings) * stride, 0.0f);
    view = {sound.data(), stride, length - 1};
    count = rings;
}

/// `frames` from `at` on.
void ReverbTank::Rings::copy(const Rings& from, unsigned at, unsigned frames)
{
    const unsigned length = view.mask + 1, total = std::min(frames, length);
    const unsigned start = at & view.mask, before_end = std::min(total, length - start);
    for (int r = 0; r < std::min(count, from.count); ++r) {
        const std::size_t ring = static_cast<std::size_t>(r) * view.stride;
        const float* const source = from.sound.data() + ring;
        std::copy_n(source + start, before_end, sound.data() + ring + start);
        std::copy_n(source, total - before_end, sound.data() + ring);
    }
}

/// The beginnings stand behind the ends again.
void ReverbTank::Rings::close()
{
    for (int r = 0; r < count; ++r) {
        float* const ring = sound.data() + static_cast<std::size_t>(r) * view.stride;
        std::copy_n(ring, reverb_ring_spare, ring + view.mask + 1);
    }
}

void ReverbTank::prepare(double rate, int channels)
{
    kernels_ = usable_kernels().back();
    channels_ = channels;
    ramp_chunks_ = static_cast<int>(std::lround(ramp_seconds * rate / reverb_chunk));
    longest_late_ = longest_modulation(rate);
    lines_.prepare(reverb_lines, static_cast<int>(longest_reverb_line * rate));
    inputs_.prepare(channels, static_cast<int>(longest_reverb_input * rate));
    m_ = {};
    int longest = 0;
    for (int side = 0; side < 2; ++side)
        for (int k = 0; k < reverb_diffusers; ++k) {
            int& frames = m_.state.diffuser[side][k];
            frames = prime_near(reverb_diffuser_delays[side][k] * rate);
            longest = std::max(longest, frames);
        }
    const int sides = std::min(channels, 2);
    diffusers_.prepare(sides * reverb_diffusers, longest);
    for (unsigned l = 0; l < reverb_lines; ++l) {
        for (unsigned side = 0; side < 2; ++side) {
            const int heard = std::max(1, (channels + sides - 1 - static_cast<int>(side)) / sides);
            m_.state.inject[side][l] = sign_of(side ? 9 : 6, l) / std::sqrt(static_cast<float>(sides * heard));
        }
        for (unsigned c = 0; c < reverb_channels; ++c) m_.state.hear[c][l] = sign_of(c, l);
        m_.state.late[l] = static_cast<float>(longest_late_ / 2);
        m_.state.phase[l] = static_cast<float>((l * 7) % reverb_lines) / 8.0f - 1.0f;
    }
}

void ReverbTank::place(const ReverbTaps& taps, ReverbPlaces& places) const
{
    for (std::size_t l = 0; l < reverb_lines; ++l) places.line[l] = static_cast<int>(taps.line[l]);
    places.pre_delay = std::max(0, static_cast<int>(taps.pre_delay) - reverb_chunk);
    for (std::size_t k = 0; k < reverb_echoes; ++k) {
        places.echo_gain[k] = taps.echo_gain[k];
        for (int c = 0; c < reverb_channels; ++c) {
            const double frames = static_cast<double>(taps.echo[k]) * spread(c, static_cast<int>(k)) +
                                  static_cast<double>(taps.pre_delay);
            places.echo[c][k] = std::max(0, static_cast<int>(frames) - reverb_chunk);
        }
    }
}

void ReverbTank::aim(const ReverbCoeffs& coeffs, bool now)
{
    m_.turn = coeffs.turn;
    m_.goal = coeffs.tone;
    if (coeffs.mix != m_.mix_goal) {
        m_.mix_goal = coeffs.mix;
        m_.mix_left = ramp_chunks_ * reverb_chunk;
    }
    if (now || m_.idle) {
        m_.next = coeffs.taps;
        m_.fade_left = 1;
        m_.has_pending = false;
        settle();
        if (now) m_.mix = m_.mix_goal, m_.mix_left = 0;
        return;
    }
    ReverbState& s = m_.state;
    const auto per_frame = 1 / static_cast<float>(ramp_chunks_ * reverb_chunk);
    const auto* const goal = reinterpret_cast<const float*>(&m_.goal);
    const auto* const at = reinterpret_cast<const float*>(&s.now);
    auto* const step = reinterpret_cast<float*>(&s.step);
    for (std::size_t i = 0; i < sizeof(ReverbTone) / sizeof(float); ++i) step[i] = (goal[i] - at[i]) * per_frame;
    m_.glide_left = ramp_chunks_;
    if (m_.fade_left > 0) {
        m_.pending = coeffs.taps;
        m_.has_pending = true;
    } else if (coeffs.taps != m_.tap) {
        m_.next = coeffs.taps;
        place(m_.next, m_.to);
        m_.fade_left = ramp_chunks_;
    }
}

/// Every fade and glide at its end, but that of the mix.
void ReverbTank::settle()
{
    if (m_.fade_left > 0) {
        m_.tap = m_.has_pending ? m_.pending : m_.next;
        place(m_.tap, m_.from);
    }
    m_.fade_left = m_.glide_left = 0;
    m_.has_pending = false;
    m_.state.now = m_.goal;
    m_.state.step = {};
}

void ReverbTank::clear()
{
    settle();
    m_.mix = m_.mix_goal;
    m_.mix_left = 0;
    lines_.clear();
    inputs_.clear();
    diffusers_.clear();
    for (auto* integrators : {m_.state.low, m_.state.high})
        for (int i = 0; i < 2; ++i) std::ranges::fill(integrators[i], 0.0f);
    for (auto& row : m_.in) std::ranges::fill(row, 0.0f);
    for (auto& row : m_.out) std::ranges::fill(row, 0.0f);
    m_.idle = true;
}

bool ReverbTank::take_ahead(const ReverbTank& from, int samples)
{
    if (!std::exchange(copies_, true)) copied_ = from.m_.at - (inputs_.view.mask + 1);
    // The inputs are remembered for longer than the lines, which so have nothing to copy of the first frames.
    const unsigned left = from.m_.at - copied_, kept = lines_.view.mask + 1, older = left > kept ? left - kept : 0;
    const auto budget = static_cast<unsigned>(samples), inputs = static_cast<unsigned>(inputs_.count),
               all = inputs + static_cast<unsigned>(lines_.count);
    unsigned count = budget / inputs + 1;
    if (count > older) count = older + (budget - std::min(budget, older * inputs)) / all + 1;
    count = std::min(count, left);
    inputs_.copy(from.inputs_, copied_, count);
    if (count > older) lines_.copy(from.lines_, copied_ + older, count - older);
    copied_ += count;
    return count == left;
}

void ReverbTank::take(const ReverbTank& from)
{
    while (!take_ahead(from, std::numeric_limits<int>::max() / 2)) {
    }
    copies_ = false;
    diffusers_.copy(from.diffusers_, 0, diffusers_.view.mask + 1);
    for (Rings* rings : {&lines_, &inputs_, &diffusers_}) rings->close();
    const auto inject = std::to_array(m_.state.inject[0]), inject_right = std::to_array(m_.state.inject[1]);
    m_ = from.m_;
    std::ranges::copy(inject, m_.state.inject[0]);
    std::ranges::copy(inject_right, m_.state.inject[1]);
}

void ReverbTank::process(float* const* channels, int frames)
{
    for (int done = 0; done < frames;) {
        const int count = std::min(frames - done, reverb_chunk - m_.filled);
        mix_into(channels, done, count);
        m_.filled += count;
        done += count;
        if (m_.filled == reverb_chunk) make_chunk();
    }
}

void ReverbTank::mix_into(float* const* channels, int offset, int count)
{
    std::array<float, reverb_chunk> wet, dry;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        if (m_.mix_left > 0) {
            m_.mix += (m_.mix_goal - m_.mix) / static_cast<float>(m_.mix_left);
            if (--m_.mix_left == 0) m_.mix = m_.mix_goal;
        }
        wet[i] = m_.mix;
        dry[i] = 1 - m_.mix;
    }
    for (int c = 0; c < channels_; ++c) {
        float* const sound = channels[c] + offset;
        float* const in = m_.in[c] + m_.filled;
        const float* const heard = m_.out[c] + m_.filled;
        std::copy_n(sound, count, in);
        if (count == reverb_chunk)
            for (std::size_t i = 0; i < reverb_chunk; ++i) sound[i] = dry[i] * sound[i] + wet[i] * heard[i];
        else
            for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
                sound[i] = dry[i] * sound[i] + wet[i] * heard[i];
    }
}

bool ReverbTank::hears_silence() const
{
    for (int c = 0; c < channels_; ++c)
        for (float sample : m_.in[c])
            if (sample != 0) return false;
    return true;
}

void ReverbTank::make_chunk()
{
    m_.filled = 0;
    const bool silence = hears_silence();
    if (m_.idle && silence) {
        for (int c = 0; c < channels_; ++c) std::ranges::fill(m_.out[c], 0.0f);
        return;
    }
    m_.idle = false;
    std::array<float, reverb_chunk> part;
    if (m_.fade_left > 0)
        for (int i = 0; i < reverb_chunk; ++i) {
            const float t = static_cast<float>((ramp_chunks_ - m_.fade_left) * reverb_chunk + i + 1) /
                            static_cast<float>(ramp_chunks_ * reverb_chunk);
            part[static_cast<std::size_t>(i)] = t * t * (3 - 2 * t);
        }
    const ReverbWork work{.state = &m_.state,
                          .lines = lines_.view,
                          .inputs = inputs_.view,
                          .diffusers = diffusers_.view,
                          .at = m_.at,
                          .channels = channels_,
                          .sides = std::min(channels_, 2),
                          .from = &m_.from,
                          .to = m_.fade_left > 0 ? &m_.to : &m_.from,
                          .part = part.data(),
                          .longest_late = static_cast<float>(longest_late_),
                          .turn = m_.turn,
                          .glides = m_.glide_left > 0,
                          .in = m_.in,
                          .out = m_.out};
    const bool sounds = kernels_->reverberate(work);
    m_.at += reverb_chunk;
    m_.quiet = sounds || !silence ? 0 : m_.quiet + reverb_chunk;
    if (m_.glide_left > 0) {
        ReverbState& s = m_.state;
        // The rows of the shelves went frame by frame; all else goes by chunks.
        for (std::size_t i = 2 * sizeof(ReverbShelf) / sizeof(float); i < sizeof(ReverbTone) / sizeof(float); ++i)
            reinterpret_cast<float*>(&s.now)[i] += reverb_chunk * reinterpret_cast<float*>(&s.step)[i];
        if (--m_.glide_left == 0) s.now = m_.goal, s.step = {};
    }
    advance_fade();
    if (m_.quiet > inputs_.view.mask + lines_.view.mask) {
        settle();
        diffusers_.clear();
        for (auto* integrators : {m_.state.low, m_.state.high})
            for (int i = 0; i < 2; ++i) std::ranges::fill(integrators[i], 0.0f);
        m_.quiet = 0;
        m_.idle = true;
    }
}

void ReverbTank::advance_fade()
{
    if (m_.fade_left == 0 || --m_.fade_left > 0) return;
    m_.tap = m_.next;
    m_.from = m_.to;
    if (m_.has_pending && m_.pending != m_.tap) {
        m_.next = m_.pending;
        place(m_.next, m_.to);
        m_.fade_left = ramp_chunks_;
    }
    m_.has_pending = false;
}
} // namespace fohd::dsp
