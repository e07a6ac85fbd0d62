#include "dsp/kernels/octave_voices.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace fohd::dsp {
namespace {

constexpr double ratios[] = {0.5, 0.25, 2};
constexpr std::array<PitchRange, 3> ranges{{{30, 500, 0.012}, {70, 1100, 0.007}, {150, 2000, 0.005}}};
constexpr double glide_seconds = 0.02, opens_seconds = 0.004, closes_seconds = 0.03;
constexpr double read_below_hz = 7000;                  // an octave up of more would be folded back
constexpr double longest_lateness = 3;                  // periods of the lowest tone
constexpr float dampings[] = {1.8477591f, 0.76536686f}; // Butterworth, fourth order
constexpr float damping = 1.41421356f;                  // second order
constexpr float silence = 1e-10f;

LowPassCoeffs low_pass_of(float g, float damped)
{
    const float in = 1 / (1 + g * (g + damped));
    return {in, in * (g + damped), 2 * g, 2 * g * g};
}

/// A frame's share of the way from one to another in a chunk.
LowPassCoeffs step_between(const LowPassCoeffs& from, const LowPassCoeffs& to)
{
    constexpr float share = 1.0f / pitch_chunk;
    return {share * (to.in - from.in), share * (to.damp - from.damp), share * (to.to_band - from.to_band),
            share * (to.to_low - from.to_low)};
}

bool is_silent(const LowPassMemory& memory)
{
    return std::abs(memory.band) < silence && std::abs(memory.low) < silence;
}
} // namespace

void OctaveVoices::prepare(double rate, int channels)
{
    rate_ = rate;
    kernels_ = usable_kernels().back();
    const auto chunks = [&](double seconds) { return seconds * rate / pitch_chunk; };
    glide_ = static_cast<int>(std::lround(chunks(glide_seconds)));
    opens_ = static_cast<float>(1 / chunks(opens_seconds));
    closes_ = static_cast<float>(1 / chunks(closes_seconds));
    const auto g = static_cast<float>(std::tan(std::numbers::pi * std::min(read_below_hz / rate, 0.45)));
    for (std::size_t n = 0; n < 2; ++n) before_[n] = low_pass_of(g, dampings[n]);
    mix_.prepare(rate, channels);
    detector_.prepare(rate, ranges);
    const double latest = longest_lateness * rate / ranges[0].lowest_hz;
    rings_.prepare(channels, static_cast<int>(latest));
    octaves_.assign(static_cast<std::size_t>(channels) * pitch_chunk, 0.0f);
    filters_.assign(static_cast<std::size_t>(channels), {});
    m_ = {};
    for (PitchVoice& voice : m_.voice) voice.prepare(latest);
}

void OctaveVoices::aim(const OctaveCoeffs& coeffs, bool now)
{
    detector_.aim(ranges[static_cast<std::size_t>(coeffs.range)]);
    m_.goal = {coeffs.dry, {coeffs.voices[0], coeffs.voices[1], coeffs.voices[2]}, coeffs.tone};
    m_.glide_left = glide_;
    const auto* const from = reinterpret_cast<const float*>(&m_.now);
    const auto* const to = reinterpret_cast<const float*>(&m_.goal);
    auto* const step = reinterpret_cast<float*>(&m_.step);
    for (std::size_t i = 0; i < sizeof(Levels) / sizeof(float); ++i)
        step[i] = (to[i] - from[i]) / static_cast<float>(glide_);
    if (now) settle();
}

/// Every glide at its end.
void OctaveVoices::settle()
{
    m_.now = m_.goal;
    m_.glide_left = 0;
    m_.dry_from = m_.now.dry;
    m_.dry_step = 0;
}

void OctaveVoices::clear()
{
    mix_.clear();
    detector_.clear();
    rings_.clear();
    std::ranges::fill(octaves_, 0.0f);
    std::ranges::fill(filters_, Filters{});
    m_.period = 0;
    m_.tone_sounds = false;
    m_.open = 0;
    settle();
}

void OctaveVoices::take(const OctaveVoices& from)
{
    mix_.take(from.mix_);
    detector_.take(from.detector_);
    rings_.take(from.rings_);
    std::copy_n(from.octaves_.begin(), std::min(octaves_.size(), from.octaves_.size()), octaves_.begin());
    std::copy_n(from.filters_.begin(), std::min(filters_.size(), from.filters_.size()), filters_.begin());
    m_ = from.m_;
}

void OctaveVoices::process(float* const* channels, int frames)
{
    for (int done = 0; done < frames;) {
        const int at = rings_.filled(), count = rings_.fill(channels, done, frames - done);
        for (int c = 0; c < rings_.channels(); ++c) {
            const float* const octaves = octaves_.data() + c * pitch_chunk + at;
            float* const sound = channels[c] + done;
            for (int i = 0; i < count; ++i)
                sound[i] = (m_.dry_from + m_.dry_step * static_cast<float>(at + i)) * sound[i] + octaves[i];
        }
        done += count;
        if (rings_.filled() == pitch_chunk) make_chunk();
    }
}

void OctaveVoices::make_chunk()
{
    float mean[pitch_chunk];
    mix_.mix(rings_, !m_.tone_sounds, mean);
    if (detector_.hear(mean)) {
        const double period = detector_.estimate().period;
        m_.tone_sounds = period > 0;
        if (period > 0) m_.period = period;
    }
    for (int c = 0; c < rings_.channels(); ++c) {
        LowPassMemory* const memory = filters_[static_cast<std::size_t>(c)].before;
        kernels_->low_pass({rings_.chunk(c), before_, nullptr, memory, 2});
    }
    rings_.keep();

    const float open = m_.open;
    m_.open = m_.tone_sounds ? std::min(1.0f, open + opens_) : std::max(0.0f, open - closes_);
    const Levels before = m_.now;
    if (m_.glide_left > 0) {
        auto* const at = reinterpret_cast<float*>(&m_.now);
        for (std::size_t i = 0; i < sizeof(Levels) / sizeof(float); ++i) at[i] += reinterpret_cast<float*>(&m_.step)[i];
        if (--m_.glide_left == 0) m_.now = m_.goal;
    }
    m_.dry_from = before.dry;
    m_.dry_step = (m_.now.dry - before.dry) / pitch_chunk;

    int count = 0;
    const TapPlaces* sources[2 * voices];
    TapPlaces places[voices][2]{};
    for (int v = 0; v < voices; ++v) {
        const PitchGoal goal{.period = m_.period, .ratio = ratios[v], .late = PitchVoice::nearest};
        const float from = open * before.octaves[v], to = m_.open * m_.now.octaves[v];
        if (from == 0 ||
            m_.period == 0) { // it begins as soon after the sound as it can, and never before its level rises
            m_.voice[v].begin(goal);
            if (to == 0 || m_.period == 0) continue;
        }
        const int of_voice = m_.voice[v].plan(goal, rings_.at(), rings_.mask(), places[v]);
        for (int s = 0; s < of_voice; ++s) {
            for (int i = 0; i < pitch_chunk; ++i)
                places[v][s].share[i] *= from + (to - from) * (static_cast<float>(i) / pitch_chunk);
            sources[count++] = &places[v][s];
        }
    }
    const LowPassCoeffs tone = low_pass_of(before.tone, damping);
    const LowPassCoeffs step = step_between(tone, low_pass_of(m_.now.tone, damping));
    const bool moves = m_.now.tone != before.tone;
    for (int c = 0; c < rings_.channels(); ++c) {
        float* const out = octaves_.data() + c * pitch_chunk;
        LowPassMemory& after = filters_[static_cast<std::size_t>(c)].after;
        if (count > 0)
            kernels_->read_taps({rings_.ring(c), rows_, sources, count, out});
        else
            std::fill_n(out, pitch_chunk, 0.0f);
        if (count == 0 && is_silent(after))
            after = {};
        else
            kernels_->low_pass({out, &tone, moves ? &step : nullptr, &after, 1});
    }
    rings_.step();
}
} // namespace fohd::dsp
