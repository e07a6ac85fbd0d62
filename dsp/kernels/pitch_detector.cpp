#include "dsp/kernels/pitch_detector.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fohd::dsp {
namespace {

constexpr int most_decimated = 16; // a chunk is at least one sample
constexpr int taps_a_frame = 8;    // of the filter before, times the factor
constexpr double samples_of_highest = 7;
constexpr double blind_hz = 20;          // below it is no sound
constexpr float silence = 1e-7f;         // -70 dBFS, mean square
constexpr double lobe_end = 0.5;         // likeness below which the curve has left its maximum at lag 0
constexpr float of_best = 0.93f;         // the first peak that reaches it is the period
constexpr float of_best_tracked = 0.85f; // or that of the tone so far, for some rows
constexpr int rows_to_believe = 4;
constexpr double beside = 0.15;                // of a lag: less than from a period to anything that is another
constexpr double begins = 0.85, goes_on = 0.7; // likeness of a tone
constexpr double same_tone = 0.07;

int whole_groups(int lags) { return (lags + lag_group - 1) / lag_group * lag_group; }
} // namespace

PitchDetector::Setup PitchDetector::set_up(const PitchRange& range) const
{
    Setup s{};
    s.factor = 1;
    while (s.factor < most_decimated && rate_ / (2 * s.factor) >= samples_of_highest * range.highest_hz) s.factor *= 2;
    const double rate = rate_ / s.factor;
    const int longest = static_cast<int>(std::ceil(rate / range.lowest_hz));
    s.lags = whole_groups(longest + 3);
    s.shortest = std::max(2, static_cast<int>(rate / range.highest_hz) - 1);
    s.window_hops = std::max(1, static_cast<int>(std::ceil(range.window_seconds * rate_ / hop_)));
    s.rows = std::max(s.window_hops, (s.lags * s.factor + hop_ - 1) / hop_) + 1;
    s.farthest = std::min(longest, static_cast<int>(range.window_seconds * rate));
    return s;
}

void PitchDetector::prepare(double rate, std::span<const PitchRange> ranges)
{
    kernels_ = usable_kernels().back();
    rate_ = rate;
    constexpr double hop_seconds = 64.0 / 48000;
    hop_ = pitch_chunk * std::max(1, static_cast<int>(std::lround(hop_seconds * rate / pitch_chunk)));
    int lags = 0, rows = 0;
    std::size_t sums = 0;
    for (const PitchRange& range : ranges) {
        const Setup s = set_up(range);
        lags = std::max(lags, s.lags);
        rows = std::max(rows, s.rows);
        sums = std::max(sums, static_cast<std::size_t>(s.lags) * static_cast<std::size_t>(s.rows));
    }
    length_ = lags + pitch_chunk;
    recent_.assign(taps_a_frame * most_decimated + pitch_chunk, 0.0f);
    taps_.assign(taps_a_frame * most_decimated, 0.0f);
    sound_.assign(static_cast<std::size_t>(2 * length_ + lag_group), 0.0f);
    differences_.assign(sums, 0.0f);
    power_.assign(sums, 0.0f);
    curve_.assign(static_cast<std::size_t>(lags), 0.0f);
    group_peak_.assign(static_cast<std::size_t>(lags / lag_group), 0.0f);
    own_.assign(static_cast<std::size_t>(rows) + 1, 0.0f);
    hops_.assign(static_cast<std::size_t>(lags / lag_group), 0);
    aim(ranges.front());
}

void PitchDetector::aim(const PitchRange& range)
{
    if (range == m_.range) return;
    m_.range = range;
    m_.setup = set_up(range);
    const int count = taps_a_frame * m_.setup.factor; // Hann: what could be folded into the range is 50 dB down
    for (int k = 0; k < count; ++k)
        taps_[static_cast<std::size_t>(k)] =
            static_cast<float>((1 - std::cos(2 * std::numbers::pi * (k + 0.5) / count)) / count);
    for (int group = 0; group * lag_group < m_.setup.lags; ++group)
        hops_[static_cast<std::size_t>(group)] = hops_of((group + 1) * lag_group - 1);
    clear();
}

/// Rows that a lag is compared over.
int PitchDetector::hops_of(int lag) const
{
    const int frames = (lag / lag_group + 1) * lag_group * m_.setup.factor;
    return std::clamp((frames + hop_ - 1) / hop_, m_.setup.window_hops, m_.setup.rows - 1);
}

void PitchDetector::clear()
{
    for (auto* memory : {&recent_, &sound_, &differences_, &power_, &curve_, &own_}) std::ranges::fill(*memory, 0.0f);
    const PitchRange range = m_.range;
    const Setup setup = m_.setup;
    m_ = {};
    m_.range = range;
    m_.setup = setup;
}

void PitchDetector::take(const PitchDetector& from)
{
    for (auto memory : {&PitchDetector::recent_, &PitchDetector::taps_, &PitchDetector::sound_,
                        &PitchDetector::differences_, &PitchDetector::power_})
        std::ranges::copy(from.*memory, (this->*memory).begin());
    std::ranges::copy(from.hops_, hops_.begin());
    m_ = from.m_;
}

bool PitchDetector::hear(const float* frames)
{
    decimate(frames);
    const int samples = pitch_chunk / m_.setup.factor;
    const auto row = static_cast<std::size_t>(m_.row) * static_cast<std::size_t>(m_.setup.lags);
    kernels_->sum_periods(
        {sound_.data() + m_.at, samples, m_.setup.lags, differences_.data() + row, power_.data() + row});
    m_.in_row += pitch_chunk;
    if (m_.in_row < hop_) return false;
    end_row();
    return true;
}

void PitchDetector::decimate(const float* frames)
{
    const int factor = m_.setup.factor, count = taps_a_frame * factor;
    float* const recent = recent_.data();
    std::copy_n(recent + pitch_chunk, count, recent);
    std::copy_n(frames, pitch_chunk, recent + count);
    const double keep = 1 - 2 * std::numbers::pi * blind_hz * factor / rate_;
    for (int n = factor; n <= pitch_chunk; n += factor) {
        constexpr int abreast = 8;
        float sums[abreast]{};
        for (int k = 0; k < count; k += abreast)
            for (int l = 0; l < abreast; ++l) sums[l] += taps_[static_cast<std::size_t>(k + l)] * recent[n + k + l];
        const auto x = static_cast<double>(((sums[0] + sums[4]) + (sums[1] + sums[5])) +
                                           ((sums[2] + sums[6]) + (sums[3] + sums[7])));
        m_.steady = keep * m_.steady + x - m_.steady_x;
        m_.steady_x = x;
        if (--m_.at < 0) m_.at = length_ - 1;
        const auto y = static_cast<float>(m_.steady);
        sound_[static_cast<std::size_t>(m_.at)] = sound_[static_cast<std::size_t>(m_.at + length_)] = y;
    }
}

void PitchDetector::end_row()
{
    const Setup& s = m_.setup;
    const auto lags = static_cast<std::size_t>(s.lags);
    for (int h = 0, row = m_.row; h + 1 < s.rows; ++h, row = row ? row - 1 : s.rows - 1)
        own_[static_cast<std::size_t>(h) + 1] =
            own_[static_cast<std::size_t>(h)] + power_[static_cast<std::size_t>(row) * lags];
    kernels_->draw_periods({.differences = differences_.data(),
                            .power = power_.data(),
                            .stride = s.lags,
                            .rows = s.rows,
                            .newest = m_.row,
                            .lags = s.lags,
                            .hops = hops_.data(),
                            .own = own_.data(),
                            .floor = silence * static_cast<float>(hop_ / s.factor),
                            .curve = curve_.data(),
                            .group_peak = group_peak_.data()});
    judge();
    m_.row = (m_.row + 1) % s.rows;
    m_.in_row = 0;
    std::fill_n(differences_.begin() + m_.row * s.lags, s.lags, 0.0f);
    std::fill_n(power_.begin() + m_.row * s.lags, s.lags, 0.0f);
}

/// The curve at a lag as it would be over so many rows: beside the border of a group it is over another number.
double PitchDetector::likeness(int lag, int hops) const
{
    float difference = 0, power = own_[static_cast<std::size_t>(hops)];
    for (int h = 0, row = m_.row; h < hops; ++h, row = row ? row - 1 : m_.setup.rows - 1) {
        const auto at = static_cast<std::size_t>(row * m_.setup.lags + lag);
        difference += differences_[at];
        power += power_[at];
    }
    return power > 0 ? 1 - static_cast<double>(difference / power) : 0;
}

/// The top of the parabola through a lag and its neighbours.
PitchDetector::Peak PitchDetector::top(int lag) const
{
    const int group = lag / lag_group, hops = hops_[static_cast<std::size_t>(group)];
    const auto at = [&](int i) {
        return i / lag_group == group ? static_cast<double>(curve_[static_cast<std::size_t>(i)]) : likeness(i, hops);
    };
    const double before = at(lag - 1), here = at(lag), after = at(lag + 1);
    const double bend = before - 2 * here + after, lean = (after - before) / 2;
    const double off = -lean / bend;
    if (!(std::abs(off) <= 1)) return {static_cast<double>(lag), here}; // also where it is not a number
    return {lag + off, here - lean * lean / bend / 2};
}

/// The highest peak within `by` of a lag, if there is one.
PitchDetector::Peak PitchDetector::near_to(double lag, double by) const
{
    const int from = std::max(1, static_cast<int>(lag - by)),
              to = std::min(m_.setup.lags - 2, static_cast<int>(lag + by) + 1);
    int best = 0;
    for (int i = from; i <= to; ++i)
        if (curve_[static_cast<std::size_t>(i)] >= curve_[static_cast<std::size_t>(i - 1)] &&
            curve_[static_cast<std::size_t>(i)] > curve_[static_cast<std::size_t>(i + 1)] &&
            (!best || curve_[static_cast<std::size_t>(i)] > curve_[static_cast<std::size_t>(best)]))
            best = i;
    return best ? top(best) : Peak{};
}

/// The first peak from a lag on that is as high, or a higher one beside it: harmonics make small ones round a large one. Between two
/// samples a peak may be higher than at either.
PitchDetector::Peak PitchDetector::first(int from, float height, float best) const
{
    constexpr float between = 0.12f;
    const float least = height - between * best;
    const int end = m_.setup.lags - 1;
    for (int i = std::max(1, from); i < end; ++i) {
        if (i % lag_group == 0)
            while (i + lag_group < end && group_peak_[static_cast<std::size_t>(i / lag_group)] < least) i += lag_group;
        const float here = curve_[static_cast<std::size_t>(i)];
        if (here < least || here < curve_[static_cast<std::size_t>(i - 1)] ||
            here <= curve_[static_cast<std::size_t>(i + 1)])
            continue;
        const Peak peak = top(i);
        if (peak.height < static_cast<double>(height)) continue;
        const Peak higher = near_to(peak.lag * (1 + beside / 2), peak.lag * beside / 2);
        return higher.height > peak.height ? higher : peak;
    }
    return {};
}

/// A short lag, told by as many periods as the window holds.
double PitchDetector::refined(double lag) const
{
    int periods = 1;
    double exact = lag;
    while ((2 * periods) * exact <= m_.setup.farthest) {
        const Peak peak = near_to(2 * periods * exact, 1);
        if (!peak) break;
        periods *= 2;
        exact = peak.lag / periods;
    }
    return exact;
}

void PitchDetector::judge()
{
    const Setup& s = m_.setup;
    int start = 1;
    while (start < s.lags - 1 && static_cast<double>(curve_[static_cast<std::size_t>(start)]) >= lobe_end) ++start;
    start = std::max(start, s.shortest);
    float best = 0;
    for (int i = start; i < s.lags; ++i) {
        if (i % lag_group == 0)
            while (i + lag_group < s.lags && group_peak_[static_cast<std::size_t>(i / lag_group)] <= best)
                i += lag_group;
        best = std::max(best, curve_[static_cast<std::size_t>(i)]);
    }
    Peak found = static_cast<double>(best) >= goes_on ? first(start, of_best * best, best) : Peak{};
    if (found && m_.tracked > 0 && std::abs(found.lag - m_.tracked) > same_tone * m_.tracked) {
        const Peak same = near_to(m_.tracked, same_tone * m_.tracked + 1);
        if (same && same.height >= static_cast<double>(of_best_tracked * best) && m_.doubts < rows_to_believe) {
            ++m_.doubts;
            found = same;
        } else {
            m_.doubts = 0;
        }
    } else {
        m_.doubts = 0;
    }
    const double hop = hop_;
    const bool as_before = found && std::abs(found.lag - m_.last) <= same_tone * found.lag;
    const bool tone = m_.tracked > 0 ? static_cast<bool>(found) : found.height >= begins && as_before;
    m_.last = found.lag;
    m_.tracked = tone ? found.lag : 0;
    const double filter = taps_a_frame * s.factor / 2;
    if (!tone) {
        m_.estimate = {0, filter + hop * s.window_hops / 2, filter + hop * s.window_hops};
        return;
    }
    const double window = hop * hops_of(static_cast<int>(found.lag)), period = refined(found.lag) * s.factor;
    m_.estimate = {period, filter + (window + period) / 2, filter + window + period};
}
} // namespace fohd::dsp
