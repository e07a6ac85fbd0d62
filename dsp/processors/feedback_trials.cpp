// What is tried against a howl, what is made of the answer, and where there is no filter for it.
#include "dsp/processors/feedback_suppressor.h"
#include <algorithm>
#include <cmath>

namespace fohd::dsp {
namespace {

constexpr int trial_hops = 11;         // 117 ms: window, loop and filter have answered by then
constexpr int loud_trial_hops = 8;     // a howl that grows or is at its limit is seen to sooner
constexpr int longest_trial_hops = 64; // where others howl too, which have to be quiet first
constexpr float step_db = 6, answer_db = 6;
constexpr float fast = 2; // dB a hop: one step does not hold what grows so
constexpr float doubt_seconds = 2.5f, back_db = 2;
constexpr float alarm_seconds = 2, settled_seconds = 10;
} // namespace

/// A loop that is opened answers by falling, before the notch too.
void FeedbackSuppressor::judge_trial(std::size_t index)
{
    Filter& f = filters_[index];
    const float level = detector_.level_at(spectrum_.power(), f.hz);
    f.alone &= howls_alone(f.hz);
    f.loudest = std::max(f.loudest, level);
    ++f.tried;
    if (level < f.loudest - answer_db) {
        f.proved = f.depth;
        f.tried = -1;
        if (coeffs_.turn_down_db > 0) // whoever asks for that fears a howl more than a notch
            alarm_ = static_cast<int>(alarm_seconds / hop_seconds_);
        else
            f.doubt = static_cast<int>(doubt_seconds / hop_seconds_);
        ++proofs_;
    } else if (f.tried >= (level > at_the_limit_db || level > f.loudest - 0.5f ? loud_trial_hops : trial_hops)) {
        if (coeffs_.frozen < 0.5f && widen(index, level)) return;
        if (f.depth < coeffs_.most_db && coeffs_.frozen < 0.5f) {
            f.tried = 0;
            f.alone = true;
            set_depth(index, std::min(f.depth + step_db, coeffs_.most_db), glide_hops);
            return;
        }
        if (!f.alone && f.tried < longest_trial_hops) return;
        if (f.wide > 1 && turns_down(f, level)) return;
        forgive(f.hz, f.alone);
        f.tried = -1;
        if (f.proved > 0)
            set_depth(index, f.proved, glide_hops);
        else
            free(index);
    }
}

/// Two strings a few cents apart fall and rise again by themselves. A loop that a notch holds does not: what is as loud as before,
/// with the notch still in its place, is tried deeper, and given back at the deepest.
void FeedbackSuppressor::doubt(std::size_t index)
{
    Filter& f = filters_[index];
    --f.doubt;
    if (coeffs_.frozen >= 0.5f || detector_.level_at(spectrum_.power(), f.hz) < f.loudest - back_db ||
        !howls_alone(f.hz))
        return;
    if (f.depth < coeffs_.most_db) {
        f.tried = 0;
        f.alone = true;
        set_depth(index, std::min(f.depth + step_db, coeffs_.most_db), glide_hops);
        return;
    }
    forgive(f.hz, true);
    free(index);
}

/// What sounds alone is known now. Where several howl none can answer: it may be heard again when it is alone.
void FeedbackSuppressor::forgive(float hz, bool alone)
{
    const auto oldest = std::ranges::min_element(innocents_, {}, &Innocent::left);
    *oldest = {hz, static_cast<int>((alone ? 5 : 0.2f) / hop_seconds_), alone};
}

/// No music gives way to a notch. What did, and is not softer by the widest, has to answer to all of the sound being turned down.
bool FeedbackSuppressor::turns_down(const Filter& f, float level)
{
    return turn_down_.listens_at() > 0 || (!is_innocent(f.hz) && turn_down_.meet(f.hz, level, turn_down_rules()));
}

/// Where a howl went that the notch drove from its place, or 0.
float FeedbackSuppressor::howl_beside(const Filter& f) const
{
    const HowlDetector::Track* strongest = nullptr;
    for (const auto& t : detector_.tracks())
        if (t.hz > 0 && t.missed == 0 && std::abs(t.hz - f.hz) < 1.5f * width(f) &&
            (!strongest || t.level[0] > strongest->level[0]))
            strongest = &t;
    return strongest && std::abs(strongest->hz - f.hz) > 0.15f * width(f) ? strongest->hz : 0;
}

/// The notch turns the loop's phase beside it. Where the loop is long a narrow one only moves the howl to where both make a whole
/// turn again, and no depth helps. False where the howl stands still, or the notch is as wide as it may be.
bool FeedbackSuppressor::widen(std::size_t index, float level)
{
    Filter& f = filters_[index];
    const float hz = howl_beside(f);
    if (hz == 0 || width(f.hz, 2 * f.wide) <= width(f)) return false;
    f.hz = (f.hz + hz) / 2;
    f.wide *= 2;
    f.tried = 0;
    f.alone = true;
    f.loudest = level;
    set_depth(index, f.depth, glide_hops);
    return true;
}

/// No other tone counts as a howl or is being tried.
bool FeedbackSuppressor::howls_alone(float hz) const
{
    const auto other = [&](float place) { return place > 0 && std::abs(place - hz) > width(hz); };
    return std::ranges::none_of(detector_.tracks(), [&](const auto& t) { return t.howls && other(t.hz); }) &&
           std::ranges::none_of(filters_, [&](const Filter& f) { return f.tried >= 0 && other(f.hz); });
}

bool FeedbackSuppressor::is_innocent(float hz) const
{
    return std::ranges::any_of(
        innocents_, [&](const Innocent& tone) { return tone.left > 0 && std::abs(tone.hz - hz) < 0.03f * tone.hz; });
}

void FeedbackSuppressor::meet(const HowlDetector::Track& track)
{
    if (coeffs_.frozen >= 0.5f) return;
    if (is_innocent(track.hz)) {
        for (Innocent& tone : innocents_) // as long as it sounds, and some time more
            if (tone.left > 0 && tone.sure && std::abs(tone.hz - track.hz) < 0.03f * tone.hz)
                tone.left = static_cast<int>(5 / hop_seconds_);
        return;
    }
    turn_down_.put_off();
    std::size_t place = filters_.size(), near = place, oldest = place;
    const auto allowed = static_cast<std::size_t>(coeffs_.filters);
    for (std::size_t i = 0; i < allowed; ++i) {
        const Filter& f = filters_[i];
        if (f.hz == 0) {
            place = std::min(place, i);
        } else if (std::abs(f.hz - track.hz) < 0.6f * width(f)) {
            if (near == filters_.size() || std::abs(f.hz - track.hz) < std::abs(filters_[near].hz - track.hz)) near = i;
        } else if (!is_fixed(i) && f.leaving == 0 && f.tried < 0 &&
                   (oldest == filters_.size() || f.idle > filters_[oldest].idle)) {
            oldest = i;
        }
    }
    if (near < filters_.size()) {
        Filter& f = filters_[near];
        f.idle = 0;
        if (f.leaving > 0 || f.tried >= 0) return; // it is being seen to
        if (f.depth < coeffs_.most_db) {
            f.hz += (track.hz - f.hz) / 2;
            f.tried = 0;
            f.loudest = track.level[0];
            f.alone = true;
            set_depth(near, std::min(f.depth + step_db, coeffs_.most_db), glide_hops);
            return;
        }
    }
    if (place == filters_.size()) {
        make_room(track, oldest);
        return;
    }
    filters_[place] = {.hz = track.hz, .loudest = track.level[0]};
    set_depth(place, std::min(track.slope > fast ? 2 * step_db : step_db, coeffs_.most_db), glide_hops);
}

/// Where all filters are in use, the one that was not needed for longest goes. One that was needed lately would howl again, and then
/// the next: it is better to turn down.
void FeedbackSuppressor::make_room(const HowlDetector::Track& track, std::size_t oldest)
{
    const auto settled = static_cast<int>(settled_seconds / hop_seconds_);
    const bool is_needed = oldest == filters_.size() || filters_[oldest].idle < static_cast<float>(settled);
    if ((is_needed || replaced_ > 0) && turn_down_.meet(track.hz, track.level[0], turn_down_rules())) return;
    // One goes at a time; the ring will still be there when it has gone.
    if (oldest == filters_.size() || std::ranges::any_of(filters_, [](const Filter& f) { return f.leaving > 0; }))
        return;
    free(oldest);
    replaced_ = settled;
}
} // namespace fohd::dsp
