#include "dsp/kernels/limiter_design.h"
#include "dsp/kernels/true_peak_taps.h"
#include <algorithm>
#include <cmath>

namespace fohd::dsp {
namespace {
double share_left(double frames) { return std::exp(-1 / frames); }
float amplitude(double db) { return static_cast<float>(std::pow(10.0, db / 20)); }
} // namespace

LimiterCoeffs<float> limiter_coeffs(const LimiterSettings& settings, double rate)
{
    constexpr double slow_in_releases = 5, slow_share = 0.75;
    const double release = std::max(1.0, settings.release_ms * rate / 1000), keep = share_left(release);
    return {.gain = amplitude(settings.input_gain_db),
            .ceiling = amplitude(settings.ceiling_db),
            .keep = static_cast<float>(keep),
            .blend = static_cast<float>(1 - share_left(slow_in_releases * release)),
            .rest = settings.auto_release ? static_cast<float>(slow_share * (1 - keep)) : 0.0f,
            .link = static_cast<float>(settings.link)};
}

int limiter_size(double lookahead_ms, bool true_peak, double rate)
{
    const int frames = std::max(7, static_cast<int>(std::lround(lookahead_ms * rate / 1000)));
    return 2 * frames + (true_peak ? 1 : 0);
}

int limiter_latency(int size) { return size / 2 + (size % 2 ? TruePeakTaps::age + TruePeakTaps::standard_reach : 0); }
} // namespace fohd::dsp
