#include "dsp/kernels/howl_detector.h"
#include <algorithm>
#include <cmath>

namespace fohd::dsp {
namespace {

constexpr int lobe = 5, beside = 4; ///< Bins: from where a tone is not itself any more, and where its valley begins.

float decibels(float power) { return 10 * std::log10(std::max(power, 1e-20f)); }
float ratio(float db) { return std::pow(10.0f, db / 10); }

/// The two lowest of the four bins beside a peak on one side.
struct Valley {
    float lowest, second;
};
Valley valley(const float* power, int peak, int side)
{
    const float *const p = power + peak, a = p[side * beside], b = p[side * (beside + 1)], c = p[side * (beside + 2)],
                       d = p[side * (beside + 3)];
    return {std::min(std::min(a, b), std::min(c, d)),
            std::min(std::max(std::min(a, b), std::min(c, d)), std::min(std::max(a, b), std::max(c, d)))};
}
/// How high what is beside a peak lies. Another howl may fill two of the four bins of either side, and three of one.
float beside_peak(const float* power, int peak)
{
    const Valley below = valley(power, peak, -1), above = valley(power, peak, 1);
    return std::min(std::max(below.lowest, above.second), std::max(below.second, above.lowest));
}

// dB a hop: of what grows straight, for long; alone; beside others; for a short time.
constexpr float slowest = 0.08f, slow = 0.14f, steady = 0.3f, steep = 1.1f;
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
        if (p < narrow * beside_peak(power, k)) continue;
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

/// A line through the levels since the window holds nothing from before: what starts at once, fades in or beats is bent. Returns its
/// slope in dB a hop, or 0 where there is no such line.
float HowlDetector::growth(const Track& track, int hops)
{
    constexpr float straight = 0.8f, most = 4, steepest = 10; // dB, dB, dB a hop
    if (track.age < hops) return 0;
    const auto n = static_cast<float>(hops);
    const auto level = [&](int i) { return track.level[static_cast<std::size_t>(i)]; };
    const auto time = [&](int i) { return (n - 1) / 2 - static_cast<float>(i); };
    const float variance = (n * n - 1) / 12; // of the times
    float sum = 0, weighed = 0, squares = 0, bent = 0, bent_squares = 0;
    for (int i = 0; i < hops; ++i) {
        const float t = time(i), bow = t * t - variance; // orthogonal to lines
        sum += level(i);
        weighed += t * level(i);
        squares += t * t;
        bent += bow * level(i);
        bent_squares += bow * bow;
    }
    const float slope = weighed / squares, bow = std::abs(bent / bent_squares) * n * n / 4;
    if (slope <= 0 || slope > steepest) return 0;
    if (bow > (hops == memory ? 0.1f : 0.05f) + 0.02f * slope * n) return 0;
    const float allowed = std::min(straight + 0.1f * slope * n / 4, most);
    for (int i = 0; i < hops; ++i)
        if (std::abs(level(i) - sum / n - slope * time(i)) > allowed) return 0;
    return slope;
}

/// A harmonic of it, or a tone of which it is one, or a fifth, grows alike: an instrument swells.
bool HowlDetector::has_company(const Track& track) const
{
    constexpr float alike = 0.15f, most = 8, near = 0.15f; // of the slope, ratio, bins
    return std::ranges::any_of(tracks_, [&](const Track& other) {
        if (other.missed > 1 || std::abs(other.slope - track.slope) > alike * track.slope) return false;
        const float low = std::min(other.hz, track.hz), ratio = std::max(other.hz, track.hz) / low;
        if (ratio < 1.2f || ratio > most) return false;
        const float parts = ratio < 3 ? 2 : 1;
        return std::abs(ratio * parts - std::round(ratio * parts)) * low < near * parts * bin_hz_;
    });
}

/// How it grows, of which a loop alone is the cause: for some time by equal dB in equal times, and no other tone with it.
bool HowlDetector::grows(Track& t, bool still, float alone, float near_alone, const HowlRules& rules) const
{
    constexpr float short_rise = 1.5f, long_rise = 5, longest_rise = 20; // dB, the last more than an instrument swells
    const float all = still ? growth(t, memory) : 0, late = still ? growth(t, memory / 2) : 0;
    t.slope = std::max(all, late);
    if (all < slowest)
        t.rise = 0;
    else if (t.rise == 0 || std::abs(all - t.steady) > 0.2f * t.steady + 0.03f)
        t.rise = t.steady = all;
    else
        t.rise += all;
    const bool is_loop = all >= slow && t.rise >= short_rise && alone >= rules.growing_alone_db,
               is_steep = (all >= steady || late >= steep) && near_alone >= rules.steep_alone_db,
               is_long = t.rise >= (all < slow ? 2 * long_rise : long_rise);
    return (is_loop || is_steep || is_long) && (t.rise >= longest_rise || !has_company(t));
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
    const float near_alone = alone_by(power, hz, peak.power, false, few_places);
    t.growing = grows(t, still, alone, near_alone, rules) ? t.growing + 1 : 0;
    // A high partial of a rich sound has no other in a simple ratio; what howls and grows no more is not far below the loudest.
    constexpr float far_below = 10; // dB
    const bool below = peak.power < peaks_[0].power * ratio(-far_below);
    t.held = !still || falls                     ? 0
             : !below && alone >= rules.alone_db ? t.held + 1
             : !below && clipped                 ? t.held + rules.clipped
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
            t.held = std::max(0.0f, t.held - 3), t.age = 0, t.growing = 0, t.rise = 0;
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
