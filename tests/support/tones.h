#pragma once
#include "tests/support/levels.h"
#include <complex>
#include <span>

// Steady tones, and what is left of them.

namespace fohd::test {

/// The frequency nearest to `hz` of which whole periods fit into `frames`.
inline double whole_periods(double hz, std::size_t frames, double rate)
{
    return std::max(1.0, std::round(hz * static_cast<double>(frames) / rate)) * rate / static_cast<double>(frames);
}

/// Amplitude and phase of a tone of whole periods: of cos(2 pi hz t) it is 1, t = 0 at the first frame.
inline std::complex<double> tone_in(std::span<const float> sound, double hz, double rate)
{
    std::complex<double> sum = 0;
    for (std::size_t i = 0; i < sound.size(); ++i)
        sum += static_cast<double>(sound[i]) *
               std::polar(2.0 / static_cast<double>(sound.size()),
                          -2 * std::numbers::pi * std::fmod(hz * static_cast<double>(i) / rate, 1.0));
    return sum;
}

/// What a processor in `rig` makes of the tone, as amplitude and phase against what went in; channel by channel. It is heard
/// for `settle` seconds first. The rig's input is the tone times `gains`, one a channel.
template <class Rig>
std::vector<std::complex<double>> tone_through(Rig& rig, const std::vector<float>& gains, double hz, double rate,
                                               double settle, int block = 64)
{
    const auto lead = static_cast<std::size_t>(settle * rate), length = static_cast<std::size_t>(rate / 5);
    const double f = whole_periods(hz, length, rate);
    std::vector<std::vector<float>> in(gains.size(), std::vector<float>(lead + length));
    for (std::size_t c = 0; c < in.size(); ++c)
        for (std::size_t i = 0; i < in[c].size(); ++i)
            in[c][i] =
                gains[c] *
                static_cast<float>(std::cos(2 * std::numbers::pi * std::fmod(f * static_cast<double>(i) / rate, 1.0)));
    std::vector<std::complex<double>> heard;
    const auto out = rig.run(in, block);
    const std::complex<double> start = std::polar(1.0, 2 * std::numbers::pi * f * static_cast<double>(lead) / rate);
    for (const auto& channel : out) heard.push_back(tone_in(std::span(channel).subspan(lead), f, rate) / start);
    return heard;
}
} // namespace fohd::test
