#include "dsp/kernels/delay_line.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

namespace fohd::dsp {
namespace {

constexpr double fade_seconds = 0.02;

constexpr int together = 4; ///< Taps: the last of them may be zeros.

/// Frames before the present that a tap reads nothing of.
int reach(const DelayTap& tap) { return static_cast<int>(tap.newest); }

int taps_of(const DelayTap& tap)
{
    return tap.count == 1 ? 1 : (static_cast<int>(tap.count) + together - 1) / together * together;
}

/// Frames before the present that it reads anything of.
int oldest(const DelayTap& tap) { return reach(tap) + taps_of(tap) - 1; }

float line(float from, float to, float part) { return from + part * (to - from); }
} // namespace

void DelayLine::prepare(double rate, int channels, int longest)
{
    const auto length = std::bit_ceil(static_cast<unsigned>(longest + delay_taps + chunk_));
    mask_ = length - 1;
    ramp_ = static_cast<int>(std::round(fade_seconds * rate));
    channels_.assign(static_cast<unsigned>(channels), {std::vector<float>(length)});
    cuts_.assign(static_cast<unsigned>(channels + 3) / 4, {});
    wet_.assign(static_cast<unsigned>((2 * channels + 1) * chunk_), 0.0f);
    at_ = 0;
    known_ = static_cast<int>(mask_);
}

void DelayLine::aim(const DelayCoeffs& coeffs, bool now)
{
    if (now) {
        tap_ = coeffs.tap;
        from_ = goal_ = coeffs.levels;
        fade_left_ = glide_left_ = 0;
        has_pending_ = false;
        return;
    }
    if (coeffs.levels != goal_) {
        from_ = levels(-1);
        goal_ = coeffs.levels;
        glide_left_ = ramp_;
    }
    pending_ = coeffs.tap;
    has_pending_ = true;
    begin_fade();
}

void DelayLine::begin_fade()
{
    if (!has_pending_ || fade_left_ > 0 || missing(pending_) > 0) return;
    has_pending_ = false;
    if (pending_ == tap_) return;
    next_ = pending_;
    fade_left_ = ramp_;
}

/// Frames until all that the tap reads is known.
int DelayLine::missing(const DelayTap& tap) const { return std::max(oldest(tap) - known_, 0); }

void DelayLine::clear()
{
    for (Channel& channel : channels_) std::ranges::fill(channel.ring, 0.0f);
    std::ranges::fill(cuts_, EchoCuts{});
    known_ = static_cast<int>(mask_);
    if (has_pending_)
        tap_ = pending_;
    else if (fade_left_ > 0)
        tap_ = next_;
    from_ = goal_;
    fade_left_ = glide_left_ = 0;
    has_pending_ = false;
}

int DelayLine::farthest() const
{
    int frames = oldest(tap_);
    if (fade_left_ > 0) frames = std::max(frames, oldest(next_));
    return has_pending_ ? std::max(frames, oldest(pending_)) : frames;
}

bool DelayLine::take_ahead(const DelayLine& from, int frames)
{
    const int needed = std::max(farthest(), from.farthest());
    if (!copy_.runs || needed > copy_.past) {
        copy_.runs = true;
        copy_.past = std::min(static_cast<int>(mask_), std::max(growth_ * needed, needed + spare_));
        copy_.begin = from.at_;
        copy_.at = from.at_ - static_cast<unsigned>(copy_.past);
    }
    return copy(from, frames);
}

bool DelayLine::copy(const DelayLine& from, int frames)
{
    const unsigned left = (from.at_ - copy_.at) & mask_, count = std::min(left, static_cast<unsigned>(frames));
    const unsigned start = copy_.at & mask_, before_end = std::min(count, mask_ + 1 - start);
    for (std::size_t c = 0; c < std::min(channels_.size(), from.channels_.size()); ++c) {
        std::copy_n(from.channels_[c].ring.data() + start, before_end, channels_[c].ring.data() + start);
        std::copy_n(from.channels_[c].ring.data(), count - before_end, channels_[c].ring.data());
    }
    copy_.at += count;
    return count == left;
}

void DelayLine::take(const DelayLine& from)
{
    if (!copy_.runs) take_ahead(from, 0);
    copy(from, static_cast<int>(mask_));
    known_ = std::min(
        {static_cast<int>(mask_), from.known_, copy_.past + static_cast<int>((from.at_ - copy_.begin) & mask_)});
    copy_.runs = false;
    std::copy_n(from.cuts_.begin(), std::min(cuts_.size(), from.cuts_.size()), cuts_.begin());
    at_ = from.at_;
    tap_ = from.tap_, next_ = from.next_, pending_ = from.pending_;
    fade_left_ = from.fade_left_, has_pending_ = from.has_pending_;
    from_ = from.from_, goal_ = from.goal_, glide_left_ = from.glide_left_;
}

bool DelayLine::echoes() const
{
    return from_.feedback > 0 || from_.ping_pong > 0 || goal_.feedback > 0 || goal_.ping_pong > 0;
}

bool DelayLine::cuts() const
{
    return from_.low_cut_on > 0 || from_.high_cut_on > 0 || goal_.low_cut_on > 0 || goal_.high_cut_on > 0;
}

DelayLevels DelayLine::levels(int frame) const
{
    if (glide_left_ == 0) return goal_;
    const float part = static_cast<float>(ramp_ - glide_left_ + frame + 1) / static_cast<float>(ramp_);
    const auto now = [&](float DelayLevels::*field) { return line(from_.*field, goal_.*field, part); };
    return {.feedback = now(&DelayLevels::feedback),
            .ping_pong = now(&DelayLevels::ping_pong),
            .mix = now(&DelayLevels::mix),
            .low_cut = now(&DelayLevels::low_cut),
            .low_cut_on = now(&DelayLevels::low_cut_on),
            .high_cut = now(&DelayLevels::high_cut),
            .high_cut_on = now(&DelayLevels::high_cut_on)};
}

DelayLine::Ways DelayLine::ways() const
{
    const DelayLevels first = levels(0), second = glide_left_ > 0 ? levels(1) : first;
    const auto way = [&](float DelayLevels::*field) { return Way{first.*field, second.*field - first.*field}; };
    return {way(&DelayLevels::feedback),   way(&DelayLevels::ping_pong),  way(&DelayLevels::mix),
            way(&DelayLevels::low_cut),    way(&DelayLevels::low_cut_on), way(&DelayLevels::high_cut),
            way(&DelayLevels::high_cut_on)};
}

/// Frames in which no fade or glide begins or ends, and no echo returns before it is written.
int DelayLine::longest_pass() const
{
    int frames = chunk_;
    if (fade_left_ > 0) frames = std::min(frames, fade_left_);
    if (has_pending_ && missing(pending_) > 0) frames = std::min(frames, missing(pending_));
    if (glide_left_ > 0) frames = std::min(frames, glide_left_);
    if (echoes()) {
        frames = std::min(frames, reach(tap_));
        if (fade_left_ > 0) frames = std::min(frames, reach(next_));
    }
    return frames;
}

void DelayLine::process(float* const* channels, int frames)
{
    for (int done = 0; done < frames;) {
        const int count = std::min(frames - done, longest_pass());
        pass(channels, done, count);
        advance(count);
        done += count;
    }
}

void DelayLine::pass(float* const* channels, int offset, int frames)
{
    const bool loops = echoes(), all_wet = glide_left_ == 0 && goal_.mix == 1;
    for (std::size_t c = 0; c < channels_.size(); ++c) {
        float* const sound = channels[c] + offset;
        if (!loops) write(channels_[c], sound, frames);
        read_faded(channels_[c], all_wet && !loops ? sound : wet(c), frames);
    }
    if (all_wet && !loops) return;
    const Ways now = ways();
    if (loops) feed_back(channels, offset, frames, now);
    for (std::size_t c = 0; c < channels_.size(); ++c) {
        float* const sound = channels[c] + offset;
        const float* const delayed = wet(c);
        for (int i = 0; i < frames; ++i) {
            const float mix = now.mix(i);
            sound[i] = (1 - mix) * sound[i] + mix * delayed[i];
        }
    }
}

void DelayLine::write(Channel& channel, const float* from, int frames) const
{
    const int before_end = std::min(frames, static_cast<int>(mask_ + 1 - at_));
    std::copy_n(from, before_end, channel.ring.data() + at_);
    std::copy_n(from + before_end, frames - before_end, channel.ring.data());
}

void DelayLine::read_faded(const Channel& channel, float* to, int frames) const
{
    read(channel, tap_, to, frames);
    if (fade_left_ == 0) return;
    float other[chunk_];
    read(channel, next_, other, frames);
    for (int i = 0; i < frames; ++i) {
        const float part = static_cast<float>(ramp_ - fade_left_ + i + 1) / static_cast<float>(ramp_);
        to[i] = line(to[i], other[i], part * part * (3 - 2 * part));
    }
}

void DelayLine::read(const Channel& channel, const DelayTap& tap, float* to, int frames) const
{
    const int taps = taps_of(tap);
    const int count = frames + taps - 1;
    const unsigned start = (at_ - static_cast<unsigned>(reach(tap) + taps - 1)) & mask_;
    const int before_end = std::min(count, static_cast<int>(mask_ + 1 - start));
    float copy[chunk_ + delay_taps];
    float* const past = taps == 1 ? to : copy;
    std::copy_n(channel.ring.data() + start, before_end, past);
    std::copy_n(channel.ring.data(), count - before_end, past + before_end);
    if (taps == 1) return;

    float sums[chunk_] = {};
    for (int k = 0; k < taps; k += together) {
        const float* const w = tap.taps.data() + k;
        const float* const x = copy + taps - together - k;
        for (int i = 0; i < frames; ++i) sums[i] += w[0] * x[i + 3] + w[1] * x[i + 2] + w[2] * x[i + 1] + w[3] * x[i];
    }
    std::copy_n(sums, frames, to);
}

void DelayLine::feed_back(float* const* channels, int offset, int frames, const Ways& ways)
{
    for (std::size_t c = 0; c < channels_.size(); ++c)
        for (int i = 0; i < frames; ++i) echo(c)[i] = ways.feedback(i) * wet(c)[i];
    if (cuts())
        cut(frames, ways);
    else
        std::ranges::fill(cuts_, EchoCuts{});
    if (channels_.size() != 2) {
        for (std::size_t c = 0; c < channels_.size(); ++c)
            for (int i = 0; i < frames; ++i) echo(c)[i] += channels[c][offset + i];
    } else {
        const float *const left = channels[0] + offset, *const right = channels[1] + offset;
        float *const a = echo(0), *const b = echo(1);
        for (int i = 0; i < frames; ++i) { // crossed, both sides enter on the left, and echoes change sides
            const float crossed = ways.ping_pong(i), on_left = a[i], on_right = b[i];
            a[i] = line(on_left, on_right, crossed) + line(left[i], (left[i] + right[i]) / 2, crossed);
            b[i] = line(on_right, on_left, crossed) + line(right[i], 0, crossed);
        }
    }
    for (std::size_t c = 0; c < channels_.size(); ++c) write(channels_[c], echo(c), frames);
}

void DelayLine::cut(int frames, const Ways& ways)
{
    for (std::size_t first = 0, group = 0; first < channels_.size(); first += 4, ++group) {
        std::array<float*, 4> four;
        for (std::size_t n = 0; n < 4; ++n) // who is not there shares a row of zeros
            four[n] = echo(std::min(first + n, channels_.size()));
        EchoCuts cuts = cuts_[group]; // a copy, so that it may live in registers
        if (glide_left_ == 0) {
            const EchoCuts::Coeffs low(goal_.low_cut), high(goal_.high_cut);
            for (int i = 0; i < frames; ++i) cuts.run(four, i, low, goal_.low_cut_on, high, goal_.high_cut_on);
        } else {
            for (int i = 0; i < frames; ++i)
                cuts.run(four, i, EchoCuts::Coeffs(ways.low_cut(i)), ways.low_cut_on(i),
                         EchoCuts::Coeffs(ways.high_cut(i)), ways.high_cut_on(i));
        }
        cuts_[group] = cuts;
    }
}

void DelayLine::advance(int frames)
{
    at_ = (at_ + static_cast<unsigned>(frames)) & mask_;
    if (glide_left_ > 0 && (glide_left_ -= frames) == 0) from_ = goal_;
    known_ = std::min(known_ + frames, static_cast<int>(mask_));
    if (fade_left_ > 0 && (fade_left_ -= frames) == 0) tap_ = next_;
    begin_fade();
}
} // namespace fohd::dsp
