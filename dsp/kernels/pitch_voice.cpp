#include "dsp/kernels/pitch_voice.h"

#include <algorithm>
#include <cmath>

namespace fohd::dsp {
namespace {

constexpr double least_faded = 32; // frames
constexpr double part_faded = 0.4; // of a period, where it is read on at another place
} // namespace

void PitchVoice::begin(const PitchGoal& goal)
{
    fades_ = false;
    length_ = 0;
    from_ = {{goal.late, 1}, Kind::sound};
    if (goal.period > 0) from_ = {{goal.late, goal.ratio}, Kind::read};
}

/// As late by whole periods as lies next to what is wanted.
double PitchVoice::bounded(double late, double period, double least) const
{
    late -= period * std::floor((late - least) / period);
    return std::min(late, latest_);
}

void PitchVoice::fade_to(const Source& source, double length)
{
    fades_ = true;
    to_ = source;
    length_ = length;
    done_ = 0;
}

/// No fade runs: what comes next.
void PitchVoice::choose(const PitchGoal& goal)
{
    if (goal.period > 0 && (goal.ratio != 1 || from_.kind == Kind::read))
        next_place(goal);
    else if (from_.kind != Kind::sound)
        fade_to({{goal.late, 1}, Kind::sound}, std::max(least_faded, length_));
}

/// Read on, or at the same place of another period where that is nearer to where it shall be read.
void PitchVoice::next_place(const PitchGoal& goal)
{
    const double length = part_faded * goal.period;
    if (from_.kind != Kind::read) {
        fade_to({{from_.late, goal.ratio}, Kind::read}, length);
        return;
    }
    const double comes = std::max(0.0, goal.ratio - 1) * (length + pitch_chunk);
    const double least = std::max(nearest + comes, goal.late - goal.period / 2);
    if (from_.late < least || from_.late > least + goal.period)
        fade_to({{bounded(from_.late, goal.period, least), goal.ratio}, Kind::read}, length);
}

int PitchVoice::plan(const PitchGoal& goal, unsigned at, unsigned mask, TapPlaces (&places)[2])
{
    if (goal.period > 0)
        for (Source* source : {&from_, &to_})
            if (source->kind == Kind::read) source->rate = goal.ratio;
    if (!fades_) choose(goal);
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
        fade(1 - done_ / length_, -1 / length_, count, places[0].share + i);
        fade(done_ / length_, 1 / length_, count, places[1].share + i);
        place(from_, i, count, at, mask, places[0]);
        place(to_, i, count, at, mask, places[1]);
        done_ += count;
        i += count;
        if (done_ >= length_) {
            fades_ = false;
            from_ = to_;
            choose(goal);
        }
    }
    return faded ? 2 : 1;
}
} // namespace fohd::dsp
