#include "dsp/kernels/pitch_mix.h"

#include <algorithm>
#include <cmath>

namespace fohd::dsp {
namespace {

constexpr double mean_seconds = 0.005;
constexpr float out_of_phase =
    0.5f; // correlation, negative, from which on a channel is inverted; from 0 on it is no more
} // namespace

void PitchMix::prepare(double rate, int channels)
{
    pace_ = static_cast<float>(1 - std::exp(-pitch_chunk / (mean_seconds * rate)));
    channels_.assign(static_cast<std::size_t>(channels), {});
}

void PitchMix::mix(PitchRings& rings, bool decides, float* to)
{
    std::copy_n(rings.chunk(0), pitch_chunk, to);
    for (int c = 1; c < rings.channels(); ++c) {
        Channel& channel = channels_[static_cast<std::size_t>(c)];
        const float* const sound = rings.chunk(c);
        float before = 0, own = 0, common = 0;
        for (int i = 0; i < pitch_chunk; ++i) {
            before += to[i] * to[i];
            own += sound[i] * sound[i];
            common += to[i] * sound[i];
        }
        channel.before += pace_ * (before - channel.before);
        channel.own += pace_ * (own - channel.own);
        channel.common += pace_ * (common - channel.common);
        if (decides && channel.common >= 0) channel.sign = 1;
        if (decides && channel.common < -out_of_phase * std::sqrt(channel.before * channel.own)) channel.sign = -1;
        for (int i = 0; i < pitch_chunk; ++i) to[i] += channel.sign * sound[i];
    }
    const float share = 1 / static_cast<float>(rings.channels());
    for (int i = 0; i < pitch_chunk; ++i) to[i] *= share;
}

void PitchMix::clear() { std::ranges::fill(channels_, Channel{}); }

void PitchMix::take(const PitchMix& from)
{
    std::copy_n(from.channels_.begin(), std::min(channels_.size(), from.channels_.size()), channels_.begin());
}
} // namespace fohd::dsp
