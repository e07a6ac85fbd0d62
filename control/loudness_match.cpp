#include "control/loudness_match.h"

#include <algorithm>
#include <cmath>

namespace fohd::control {
namespace {

constexpr double memory = 10;          // s
constexpr double settling = 0.5;       // s, until no 400 ms contain what was before
constexpr float absolute_gate = -70;   // LUFS
constexpr double relative_gate = 0.1;  // of the usual energy: -10 LU
constexpr float no_difference = 0.05f; // dB that nobody hears
constexpr float most = 30;             // dB
constexpr float heard_pace = 0.5f;     // dB a second
constexpr float peak_fall = 0.1f;      // dB a second

double energy(float lufs) { return std::pow(10.0, static_cast<double>(lufs) / 10); }
float lufs(double energy) { return energy > 0 ? static_cast<float>(10 * std::log10(energy)) : -120; }

} // namespace

void LoudnessMatch::step(double seconds, const Moment& now)
{
    peak_ = std::max(now.peak, peak_ - peak_fall * static_cast<float>(seconds));
    if (wait_ > 0)
        wait_ -= seconds;
    else if (now.with > absolute_gate && now.without > absolute_gate)
        measure(seconds, now);
    if (without_ <= 0) return;

    float wanted = std::clamp(static_cast<float>(10 * std::log10(with_ / without_)), -most, most);
    if (std::abs(wanted) < no_difference) wanted = 0;
    const float allowed = std::min(wanted, std::max(0.0f, now.ceiling - peak_));
    shortfall_ = wanted - allowed;
    const float pace = heard_pace * static_cast<float>(seconds);
    const bool is_over = gain_ > 0 && gain_ > std::max(0.0f, now.ceiling - peak_);
    gain_ = !now.is_heard || is_over ? allowed : std::clamp(allowed, gain_ - pace, gain_ + pace);
}

void LoudnessMatch::measure(double seconds, const Moment& now)
{
    // A mean of all that there is, until that is `memory` long; from then on of what was last.
    const double with = energy(now.with), without = energy(now.without);
    const double share = std::max(seconds / (heard_for_ + seconds), seconds / memory);
    usual_ = usual_ > 0 ? usual_ + (without - usual_) * seconds / memory : without;
    if (without < usual_ * relative_gate) return;
    heard_for_ = std::min(memory, heard_for_ + seconds);
    with_ += (with - with_) * share;
    without_ += (without - without_) * share;
}

void LoudnessMatch::restart()
{
    heard_for_ = 0;
    wait_ = settling;
}

void LoudnessMatch::set_equal()
{
    gain_ = shortfall_ = 0;
    with_ = without_;
}

float LoudnessMatch::with() const { return lufs(with_); }
float LoudnessMatch::without() const { return lufs(without_); }

} // namespace fohd::control
