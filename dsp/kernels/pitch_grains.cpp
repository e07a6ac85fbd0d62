#include "dsp/kernels/pitch_grains.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>

namespace fohd::dsp {
namespace {

constexpr double lowest_kept = 0.45, highest_kept = 2.2; // grains are as many as fit into `most`
constexpr double shortest_rise = pitch_chunk;            // frames
constexpr double study_seconds = 0.005;
constexpr int periods_heard = 3; // a period's middle lies in the newest one, and the grain before it reaches two back
constexpr int points = 128, sum_points = 64;
constexpr double gain_pace = 0.25, softest = 0.5, loudest = 2;
constexpr double aligned_within = 0.05, aligns_by = 0.003; // periods; by 5 cents at the most

/// Points round a circle, so that a period's energy has a place on it.
const std::array<std::array<float, 2>, points> circle = [] {
    std::array<std::array<float, 2>, points> all{};
    for (std::size_t k = 0; k < points; ++k) {
        const double turn = 2 * std::numbers::pi * static_cast<double>(k) / points;
        all[k] = {static_cast<float>(std::cos(turn)), static_cast<float>(std::sin(turn))};
    }
    return all;
}();
} // namespace

void PitchGrains::prepare(double rate, double longest_period, double latest)
{
    rate_ = rate;
    latest_ = latest;
    const auto length = std::bit_ceil(static_cast<unsigned>(periods_heard * longest_period) + 2 * pitch_chunk);
    ring_.assign(length, 0.0f);
    mask_ = length - 1;
    m_ = {};
}

void PitchGrains::clear()
{
    std::ranges::fill(ring_, 0.0f);
    m_ = {};
}

void PitchGrains::take(const PitchGrains& from)
{
    std::ranges::copy(from.ring_, ring_.begin());
    m_ = from.m_;
}

void PitchGrains::hear(const float* chunk)
{
    std::copy_n(chunk, pitch_chunk, ring_.data() + m_.end);
    m_.end = (m_.end + pitch_chunk) & mask_;
}

/// Frames from the chunk's first one, which is not the last.
float PitchGrains::heard(double frame) const
{
    const auto back = static_cast<unsigned>(pitch_chunk - static_cast<int>(std::floor(frame + 0.5)));
    return ring_[(m_.end - back) & mask_];
}

PitchGrains::Shape PitchGrains::shape() const
{
    const double rate = m_.goal.ratio / std::clamp(m_.goal.ratio, lowest_kept, highest_kept);
    return {rate, m_.goal.period / rate, m_.goal.period / m_.goal.ratio};
}

/// Where the newest period has its energy, and how much softer or louder than a period the sum of such grains is.
void PitchGrains::study(bool anew)
{
    const double period = m_.goal.period, newest = pitch_chunk - 1;
    float x = 0, y = 0, power = 0;
    for (std::size_t k = 0; k < points; ++k) {
        const float sample = heard(newest - static_cast<double>(k) * period / points), energy = sample * sample;
        x += energy * circle[k][0];
        y += energy * circle[k][1];
        power += energy;
    }
    m_.studied = 0;
    if (!std::isfinite(power)) { // or the place of every grain would be no number for ever
        m_.epoch = newest;
        return;
    }
    const double turn = static_cast<double>(std::atan2(y, x)) / (2 * std::numbers::pi);
    m_.epoch = newest - (turn - std::floor(turn)) * period;
    const double sum = power_of_sum(m_.epoch - period), own = static_cast<double>(power) / points;
    if (!(own > 0 && sum > 0)) return;
    const double gain = std::clamp(std::sqrt(own / sum), softest, loudest);
    m_.gain = anew ? gain : m_.gain + gain_pace * (gain - m_.gain);
}

/// Mean square of what grains round a middle make, over the time from one to the next.
double PitchGrains::power_of_sum(double middle) const
{
    const Shape grain = shape();
    double power = 0;
    for (int n = 0; n < sum_points; ++n) {
        double sum = 0;
        double from_middle = (n + 0.5) / sum_points * grain.distance;
        from_middle -= std::floor((from_middle + grain.width) / grain.distance) * grain.distance;
        for (; from_middle < grain.width; from_middle += grain.distance) {
            const double part = 1 - std::abs(from_middle) / grain.width;
            if (part > 0)
                sum += part * part * (3 - 2 * part) * static_cast<double>(heard(middle + grain.rate * from_middle));
        }
        power += sum * sum;
    }
    return power / sum_points;
}

/// The first grain whose middle is yet to come lies on the sound; and those before it, which nobody hears begin.
void PitchGrains::begin()
{
    study(true);
    const auto& [period, ratio, late] = m_.goal;
    const Shape grain = shape();
    const double heard_at = m_.epoch + late;
    m_.middle = heard_at + std::ceil(-heard_at / period) * period;
    m_.late = late - grain.distance;
    m_.count = 0;
    m_.runs = true;
    while (m_.middle - grain.distance + grain.width > 0) {
        m_.middle -= grain.distance;
        m_.late -= grain.distance;
    }
}

/// A lateness by which the middle of the next grain is nearer to where the energy is.
double PitchGrains::aligned(double late) const
{
    const double off = std::remainder((m_.middle - late - m_.epoch) / m_.goal.period, 1.0);
    const double too_much = off - std::clamp(off, -aligned_within, aligned_within);
    return late + std::clamp(too_much, -aligns_by, aligns_by) * m_.goal.period;
}

void PitchGrains::add_grain()
{
    const Shape grain = shape();
    const double period = m_.goal.period, drift = 1 - grain.rate;
    const double least = std::max(PitchVoice::nearest + std::abs(drift) * grain.width, m_.goal.late - period / 2);
    double late = aligned(m_.late + grain.distance);
    late = std::min(late - period * std::floor((late - least) / period), latest_);
    const double starts = m_.middle - grain.width;
    if (m_.count < most) {
        Grain& made = m_.grains[static_cast<std::size_t>(m_.count++)];
        const bool fades_in = m_.rest >= 1; // with all the others, wherever it is
        made.waits = static_cast<int>(std::ceil(std::max(0.0, starts)));
        made.rises = starts >= 0 || fades_in ? grain.width : std::max(shortest_rise, m_.middle);
        made.at = starts >= 0 || fades_in ? made.waits - starts : 0;
        made.falls = grain.width;
        made.source = {late + drift * (made.waits - m_.middle), grain.rate};
        made.gain = static_cast<float>(m_.gain);
    }
    m_.late = late;
    m_.middle += grain.distance;
}

int PitchGrains::plan(const PitchGoal& goal, bool sounds, unsigned at, unsigned mask, TapPlaces (&places)[most])
{
    if (sounds) m_.goal = goal;
    if (sounds && !m_.runs) begin();
    if (m_.runs && m_.studied >= study_seconds * rate_) study(false);
    const double by = (sounds ? -1 : 1) / std::max(m_.goal.period, 2.0 * pitch_chunk);
    while (m_.runs && m_.middle - shape().width < pitch_chunk) add_grain();

    fade(m_.rest, by, pitch_chunk, rest_);
    int left = 0;
    for (int g = 0; g < m_.count; ++g) {
        Grain grain = m_.grains[static_cast<std::size_t>(g)];
        TapPlaces& to = places[g];
        const double all = grain.rises + grain.falls - grain.at;
        const int count = std::clamp(static_cast<int>(std::ceil(all)), 0, pitch_chunk - grain.waits);
        const int rising = std::clamp(static_cast<int>(std::ceil(grain.rises - grain.at)), 0, count);
        place_nothing(0, grain.waits, to);
        place(grain.source, grain.waits, count, at, mask, to);
        place_nothing(grain.waits + count, pitch_chunk - grain.waits - count, to);
        float* const shares = to.share + grain.waits;
        fade(grain.at / grain.rises, 1 / grain.rises, rising, shares);
        fade((all - rising) / grain.falls, -1 / grain.falls, count - rising, shares + rising);
        for (int i = 0; i < pitch_chunk; ++i) to.share[i] *= grain.gain * (1 - rest_[i]);
        grain.at += count;
        grain.waits = 0;
        if (all > count) m_.grains[static_cast<std::size_t>(left++)] = grain;
    }
    const int count = m_.count;
    m_.count = left;
    m_.rest = std::clamp(m_.rest + by * pitch_chunk, 0.0, 1.0);
    if (m_.rest >= 1) m_.runs = false, m_.count = 0;
    m_.middle -= pitch_chunk;
    m_.epoch -= pitch_chunk;
    m_.studied += pitch_chunk;
    return count;
}
} // namespace fohd::dsp
