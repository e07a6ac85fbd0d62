#include "dsp/kernels/howl_detector.h"
#include <algorithm>
#include <cmath>

namespace fohd::dsp {
namespace {

constexpr int lobe = 5, beside = 4; ///< Bins: from where a tone is not itself any more, and where its valley begins.

float decibels(float power) { return 10 * std::log10(std::max(power, 1e-20f)); }
float ratio(float db) { return std::pow(10.0f, db / 10); }

/// The second lowest of the four bins beside a peak on one side: another howl may fill two of them.
float valley(const float* power, int peak, int side)
{
    const float *const p = power + peak, a = p[side * beside], b = p[side * (beside + 1)], c = p[side * (beside + 2)],
                       d = p[side * (beside + 3)];
    return std::min(std::max(std::min(a, b), std::min(c, d)), std::min(std::max(a, b), std::max(c, d)));
}
} // namespace

void HowlDetector::prepare(int bins, double bin_hz)
{
    bins_ = bins;
    bin_hz_ = static_cast<float>(bin_hz);
    first_ = std::max(beside + 4, static_cast<int>(70 / bin_hz));
    last_ = std::min(bins - beside - 4, static_cast<int>(16000 / bin_hz));
    clear();
}

float HowlDetector::level_at(const float* power, float hz) const
{
    const int bin = std::clamp(static_cast<int>(hz / bin_hz_ + 0.5f), 1, bins_ - 2);
    return decibels(std::max({power[bin - 1], power[bin], power[bin + 1]}));
}

/// The strongest narrow peaks among these bins and those found before, strongest first.
void HowlDetector::find_peaks(const float* power, const HowlRules& rules, int from, int to)
{
    const float floor = ratio(rules.floor_db), narrow = ratio(rules.narrow_db);
    for (int k = from; k < to; ++k) {
        const float p = power[k];
        if (p < floor || p < power[k - 1] || p <= power[k + 1]) continue;
        if (p < narrow * std::max(valley(power, k, -1), valley(power, k, 1))) continue;
        std::size_t place = peak_count_ < peaks_.size() ? peak_count_++ : peaks_.size();
        while (place > 0 && peaks_[place - 1].power < p) {
            if (place < peaks_.size()) peaks_[place] = peaks_[place - 1];
            --place;
        }
        if (place < peaks_.size()) peaks_[place] = {k, p};
    }
}

/// Between the bins of a Hann window two neighbours tell the place of a tone exactly.
float HowlDetector::frequency(const float* power, int bin) const
{
    const bool above = power[bin + 1] > power[bin - 1];
    const float r = std::sqrt(power[above ? bin + 1 : bin - 1] / power[bin]), off = (2 * r - 1) / (1 + r);
    return (static_cast<float>(bin) + (above ? off : -off)) * bin_hz_;
}

float HowlDetector::alone_by(const float* power, float hz, float peak, bool clipped, int count) const
{
    constexpr float places[all_places] = {2, 0.5f, 3, 4, 1.5f, 4 / 3.0f, 2 / 3.0f, 1 / 3.0f};
    float other = 0;
    for (const float place : std::span(places, static_cast<std::size_t>(count))) {
        if (clipped && place >= 2) continue; // which a clipping amplifier makes
        const float bin = place * hz / bin_hz_;
        const int reach = place > 2 ? 2 : 1, middle = static_cast<int>(bin + 0.5f);
        if (middle + reach >= bins_ || middle - reach < 2 || std::abs(bin - hz / bin_hz_) < lobe) continue;
        for (int k = middle - reach; k <= middle + reach; ++k) other = std::max(other, power[k]);
    }
    return decibels(peak) - decibels(other);
}

/// A line through the levels since the window holds nothing from before: what starts at once or swells otherwise is bent. Returns
/// its slope in dB a hop, or 0 where there is no such line.
float HowlDetector::growth(const Track& track, int hops)
{
    constexpr float straight = 0.8f, most = 4, steepest = 10; // dB, dB, dB a hop
    if (track.age < hops) return 0;
    const auto n = static_cast<float>(hops);
    float sum = 0, weighed = 0, squares = 0;
    for (int i = 0; i < hops; ++i) {
        const float t = (n - 1) / 2 - static_cast<float>(i);
        sum += track.level[static_cast<std::size_t>(i)];
        weighed += t * track.level[static_cast<std::size_t>(i)];
        squares += t * t;
    }
    const float slope = weighed / squares;
    if (slope <= 0 || slope > steepest) return 0;
    const float allowed = std::min(straight + 0.1f * slope * n / 4, most);
    for (int i = 0; i < hops; ++i) {
        const float t = (n - 1) / 2 - static_cast<float>(i);
        if (std::abs(track.level[static_cast<std::size_t>(i)] - sum / n - slope * t) > allowed) return 0;
    }
    return slope;
}

void HowlDetector::follow(const float* power, const Peak& peak, const HowlRules& rules)
{
    const float hz = frequency(power, peak.bin), level = decibels(peak.power);
    auto found = std::ranges::find_if(
        tracks_, [&](const Track& t) { return t.hz > 0 && std::abs(t.hz - hz) < 0.6f * bin_hz_ && t.missed > 0; });
    if (found == tracks_.end()) {
        found = std::ranges::find(tracks_, 0.0f, &Track::hz);
        if (found == tracks_.end()) found = std::ranges::max_element(tracks_, {}, &Track::missed);
        *found = {};
        found->hz = hz;
        found->level.fill(level);
    }
    Track& t = *found;
    const bool still = std::abs(t.hz - hz) < std::max(0.12f * bin_hz_, 0.0012f * hz);
    t.hz += (hz - t.hz) * (still ? 0.3f : 1.0f);
    std::shift_right(t.level.begin(), t.level.end(), 1);
    t.level[0] = level;
    t.missed = 0;
    ++t.age;
    constexpr float loud = -12; // dBFS: where amplifiers clip
    const float alone = alone_by(power, hz, peak.power, false, all_places);
    const bool clipped = level > loud && alone_by(power, hz, peak.power, true, all_places) >= rules.alone_db;
    if (!still) t.age = 1;
    const bool falls = level < t.level[4] - 1.0f || level < t.level[memory - 1] - 1.0f;
    // What grows fast and straight is a loop's whatever else sounds, as where many howl at once.
    constexpr float slowest = 0.14f, steady = 0.3f, steep = 0.8f; // dB a hop
    const float all = still ? growth(t, memory) : 0, late = still ? growth(t, memory / 2) : 0;
    t.slope = std::max(all, late);
    const bool is_loop = all >= slowest && alone >= rules.growing_alone_db;
    const bool is_steep =
        (all >= steady || late >= steep) && alone_by(power, hz, peak.power, false, few_places) >= rules.steep_alone_db;
    t.growing = is_steep || is_loop ? t.growing + 1 : 0;
    t.held = !still || falls           ? 0
             : alone >= rules.alone_db ? t.held + 1
             : clipped                 ? t.held + 0.5f
                                       : std::max(0.0f, t.held - 3);
    t.howls = t.held >= rules.hops || t.growing >= 3;
}

void HowlDetector::age()
{
    peak_count_ = 0;
    for (Track& t : tracks_) {
        t.howls = false;
        ++t.missed;
    }
}

void HowlDetector::forget()
{
    constexpr int forgotten = 3;
    for (Track& t : tracks_)
        if (t.missed > forgotten)
            t = {};
        else if (t.missed > 0)
            t.held = std::max(0.0f, t.held - 3), t.age = 0, t.growing = 0;
}

void HowlDetector::judge(const float* power, const HowlRules& rules, int until)
{
    for (; done_ < until; ++done_) {
        if (done_ == 0) age();
        if (done_ < scans()) {
            const int from = first_ + done_ * scan_;
            find_peaks(power, rules, from, std::min(from + scan_, last_));
        } else if (const auto peak = static_cast<std::size_t>(done_ - scans()); peak < peak_count_) {
            follow(power, peaks_[peak], rules);
        }
        if (done_ + 1 == units()) forget();
    }
}
} // namespace fohd::dsp
