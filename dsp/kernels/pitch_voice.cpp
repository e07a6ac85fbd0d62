#include "dsp/kernels/pitch_voice.h"
#include "dsp/kernels/swept_delay_design.h"

#include <algorithm>
#include <cmath>

namespace fohd::dsp {
namespace {

constexpr double least_faded = 32; // frames
// Formants are kept for so large shifts. Beyond, a grain is too short to tell them from its own beginning and end.
constexpr double lowest_kept = 0.79, highest_kept = 1.26;
constexpr double widest = 1.3;     // periods on each side of a grain
constexpr double part_faded = 0.4; // of a period, where it is read on at another place

/// Nearly Hann's window, and like it 1 together with its mirror image, from `part` of it on.
void fade(double part, double step, int count, float* shares)
{
    const auto from = static_cast<float>(part), by = static_cast<float>(step);
    for (int n = 0; n < count; ++n) {
        float x = from + by * static_cast<float>(n);
        x = x < 0 ? 0 : x;
        x = x > 1 ? 1 : x;
        shares[n] = x * x * (3 - 2 * x);
    }
}

/// Where a source is read at `count` frames from the `first` of a chunk on.
template <class Source> void place(Source& source, int first, int count, unsigned at, unsigned mask, TapPlaces& places)
{
    // Whole frames apart from the rest: the rest is small, and a float has the more bits for its fraction.
    const double whole = std::floor(source.late);
    const auto part = static_cast<float>(source.late - whole), drift = static_cast<float>(1 - source.rate);
    const int oldest = static_cast<int>(at) + first - static_cast<int>(whole) - sweep_taps / 2;
    constexpr int bias = 64; // keeps it positive, and so rounding down
    for (int n = 0; n < count; ++n) {
        const float rest = part + drift * static_cast<float>(n) + bias;
        const int more = static_cast<int>(rest);
        const float fine = (rest - static_cast<float>(more)) * sweep_fractions;
        const int row = static_cast<int>(fine);
        places.start[first + n] = (oldest + n - more + bias) & static_cast<int>(mask);
        places.row[first + n] = row * sweep_taps;
        places.next[first + n] = fine - static_cast<float>(row);
    }
    source.late += (1 - source.rate) * count;
}
} // namespace

void PitchVoice::begin(const PitchGoal& goal)
{
    fades_ = false;
    length_ = 0;
    from_ = {Kind::sound, goal.late, 1};
    if (goal.period > 0) from_ = {Kind::read, goal.late, goal.ratio};
}

/// As late by whole periods as lies next to what is wanted.
double PitchVoice::bounded(double late, double period, double least) const
{
    late -= period * std::floor((late - least) / period);
    return std::min(late, latest_);
}

void PitchVoice::fade_to(const Source& source, double length, double width)
{
    fades_ = true;
    to_ = source;
    length_ = length;
    done_ = 0;
    from_width_ = to_width_ = width;
}

/// No fade runs: what comes next. `overdue`: frames ago that the last one ended.
void PitchVoice::choose(const PitchGoal& goal, double overdue)
{
    if (goal.period > 0 && (goal.ratio != 1 || from_.kind == Kind::read)) {
        goal.formants ? next_grain(goal, overdue) : next_place(goal);
    } else if (from_.kind != Kind::sound) {
        const double length = std::max(least_faded, length_);
        fade_to({Kind::sound, goal.late, 1}, length, length);
    }
}

/// One new period on, the period of the sound that is nearest to where it shall be read.
void PitchVoice::next_grain(const PitchGoal& goal, double overdue)
{
    const double distance = goal.period / goal.ratio;
    const double rate = goal.ratio / std::clamp(goal.ratio, lowest_kept, highest_kept);
    const bool follows = from_.kind == Kind::grain;
    const double late = from_.late + (follows ? distance : (1 - from_.rate) * distance);
    const double drifts = (1 - rate) * distance; // until the middle of the grain
    const double least = std::max(nearest + std::abs(drifts), goal.late - goal.period / 2);
    fade_to({Kind::grain, bounded(late, goal.period, least) - drifts, rate}, distance,
            follows ? std::min(distance, widest * goal.period / rate) : distance);
    done_ = follows ? overdue : 0;
}

/// Read on, or at the same place of another period where that is nearer to where it shall be read.
void PitchVoice::next_place(const PitchGoal& goal)
{
    const double length = part_faded * goal.period;
    if (from_.kind != Kind::read) {
        fade_to({Kind::read, from_.late, goal.ratio}, length, length);
        return;
    }
    const double comes = std::max(0.0, goal.ratio - 1) * (length + pitch_chunk);
    const double least = std::max(nearest + comes, goal.late - goal.period / 2);
    if (from_.late < least || from_.late > least + goal.period)
        fade_to({Kind::read, bounded(from_.late, goal.period, least), goal.ratio}, length, length);
}

int PitchVoice::plan(const PitchGoal& goal, unsigned at, unsigned mask, TapPlaces (&places)[2])
{
    if (goal.period > 0)
        for (Source* source : {&from_, &to_})
            if (source->kind == Kind::read) source->rate = goal.ratio;
    if (!fades_) choose(goal, 0);
    if (!fades_ && from_.kind == Kind::sound) return 0;
    bool faded = false;
    for (int i = 0; i < pitch_chunk;) {
        if (!fades_) {
            place(from_, i, pitch_chunk - i, at, mask, places[0]);
            std::fill(places[0].share + i, std::end(places[0].share), 1.0f);
            if (faded) std::copy(places[0].start + i, std::end(places[0].start), places[1].start + i);
            if (faded) std::copy(places[0].row + i, std::end(places[0].row), places[1].row + i);
            if (faded) std::fill(places[1].next + i, std::end(places[1].next), 0.0f);
            if (faded) std::fill(places[1].share + i, std::end(places[1].share), 0.0f);
            break;
        }
        faded = true;
        const int count = std::clamp(static_cast<int>(std::ceil(length_ - done_)), 1, pitch_chunk - i);
        fade(1 - done_ / from_width_, -1 / from_width_, count, places[0].share + i);
        fade(1 - (length_ - done_) / to_width_, 1 / to_width_, count, places[1].share + i);
        place(from_, i, count, at, mask, places[0]);
        place(to_, i, count, at, mask, places[1]);
        done_ += count;
        i += count;
        if (done_ >= length_) {
            fades_ = false;
            from_ = to_;
            choose(goal, done_ - length_);
        }
    }
    return faded ? 2 : 1;
}
} // namespace fohd::dsp
