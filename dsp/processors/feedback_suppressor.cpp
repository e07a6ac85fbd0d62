#include "dsp/processors/feedback_suppressor.h"
#include <algorithm>
#include <cmath>
#include <cstring>

namespace fohd::dsp {
namespace {

constexpr int glide_hops = 2, trial_hops = 11; // 21 and 117 ms: window, loop and filter have answered by then
constexpr int loud_trial_hops = 8;             // a howl that grows or is at its limit is seen to sooner
constexpr float at_the_limit_db = -20;         // dBFS
constexpr int longest_trial_hops = 64;         // where others howl too, which have to be quiet first
constexpr float step_db = 6, answer_db = 6;
constexpr float fast = 2; // dB a hop: one step does not hold what grows so
constexpr float lift_db_a_second = 1;
} // namespace

Shape FeedbackSuppressor::shape(const Params&, const Context&)
{
    Shape shape;
    shape.planar_coeffs = sizeof(Coeffs) / sizeof(float);
    return shape;
}

void FeedbackSuppressor::design(const Params& p, const Context& context, CoeffWriter& out)
{
    const bool speech = p.type.get() == Sound::speech;
    const float eager = (p.sensitivity.value - 50) / 50; // -1 .. 1
    const double hop = RollingSpectrum::hop_of(context.rate) / context.rate;
    const float seconds = (speech ? 0.16f : 0.3f) * std::exp2(-eager);
    out(Coeffs{.filters = std::round(p.filters.value),
               .fixed = std::round(p.fixed.value),
               .most_db = p.depth.value,
               .q = speech ? 10.0f : 25.0f,
               .narrowest = 10,
               .frozen = p.freeze.value,
               .lift_hops = p.lift_after < never ? p.lift_after.value / 1000 / static_cast<float>(hop) : 0,
               .rules = {.floor_db = -55 - 10 * eager,
                         .narrow_db = 18 - 6 * eager,
                         .alone_db = (speech ? 24.0f : 30.0f) - 8 * eager,
                         .growing_alone_db = (speech ? 14.0f : 20.0f) - 6 * eager,
                         .steep_alone_db = 14 - 4 * eager,
                         .hops = seconds / static_cast<float>(hop)}});
}

std::unique_ptr<PlanarProcessor> FeedbackSuppressor::make(const Params&, const Context& context)
{
    return std::make_unique<FeedbackSuppressor>(context);
}

FeedbackSuppressor::FeedbackSuppressor(const Context& context)
    : channels_(context.channels), part_(static_cast<std::size_t>(channels_)), rows_(part_.size())
{
    spectrum_.prepare(context.rate, channels_);
    detector_.prepare(spectrum_.bins(), spectrum_.bin_hz());
    bank_.prepare(context.rate, channels_, spectrum_.hop());
    hop_seconds_ = static_cast<float>(spectrum_.hop() / context.rate);
    highest_hz_ = static_cast<float>(0.49 * context.rate);
    for (std::size_t c = 0; c < part_.size(); ++c) rows_[c] = part_[c].of.data();
}

void FeedbackSuppressor::run(float* const* channels, int frames)
{
    for (int done = 0; done < frames;) {
        const int count = std::min(frames - done, spectrum_.hop() - at_);
        if (count == frames) {
            spectrum_.hear(channels, count);
            bank_.run(channels, count);
        } else {
            for (std::size_t c = 0; c < part_.size(); ++c) std::copy_n(channels[c] + done, count, rows_[c]);
            spectrum_.hear(rows_.data(), count);
            bank_.run(rows_.data(), count);
            for (std::size_t c = 0; c < part_.size(); ++c) std::copy_n(rows_[c], count, channels[c] + done);
        }
        at_ += count;
        done += count;
        analyse();
        if (at_ == spectrum_.hop()) end_hop();
    }
}

/// One half of a hop for the spectrum of the last one, the other for what is heard in it.
void FeedbackSuppressor::analyse()
{
    constexpr int slice = RollingSpectrum::slice;
    const int half = spectrum_.hop() / 2;
    spectrum_.work(std::min(at_, half), half);
    if (spectrum_.ready() && at_ > half)
        detector_.judge(spectrum_.power(), coeffs_.rules, detector_.units() * ((at_ - half) / slice) / (half / slice));
}

void FeedbackSuppressor::end_hop()
{
    at_ = 0;
    bank_.end_stretch();
    const bool heard = spectrum_.finish();
    detector_.begin();
    for (Innocent& tone : innocents_) tone.left = std::max(0, tone.left - 1);
    step_filters(heard);
    if (!heard) return;
    for (const HowlDetector::Track& track : detector_.tracks())
        if (track.howls) meet(track);
}

void FeedbackSuppressor::set_depth(std::size_t index, float depth, int hops)
{
    Filter& f = filters_[index];
    f.depth = depth;
    if (f.hz < highest_hz_) // one that was learned at a higher rate may lie beyond
        bank_.aim(static_cast<int>(index), static_cast<double>(f.hz), static_cast<double>(f.hz / width(f)),
                  static_cast<double>(depth), hops);
}

void FeedbackSuppressor::free(std::size_t index)
{
    if (filters_[index].hz == 0 || filters_[index].leaving > 0) return;
    set_depth(index, 0, glide_hops);
    filters_[index].leaving = glide_hops;
}

void FeedbackSuppressor::step_filters(bool heard)
{
    for (std::size_t i = 0; i < filters_.size(); ++i) {
        Filter& f = filters_[i];
        if (f.hz == 0) continue;
        if (f.leaving > 0) {
            if (--f.leaving == 0) f = {};
            continue;
        }
        ++f.age;
        ++f.idle;
        if (static_cast<float>(i) >= coeffs_.filters) {
            free(i);
        } else if (f.tried >= 0) {
            if (heard)
                judge_trial(i);
            else if (spectrum_.silent())
                f.tried = -1; // nothing rings
        } else if (!is_fixed(i) && coeffs_.lift_hops > 0 && coeffs_.frozen < 0.5f && f.idle > coeffs_.lift_hops) {
            const float less = f.depth - lift_db_a_second * hop_seconds_ * glide_hops;
            if (less <= 0)
                free(i);
            else if (static_cast<int>(f.age) % glide_hops == 0)
                set_depth(i, less, glide_hops);
        }
    }
}

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
    } else if (f.tried >= (level > at_the_limit_db || level > f.loudest - 0.5f ? loud_trial_hops : trial_hops)) {
        if (coeffs_.frozen < 0.5f && widen(index, level)) return;
        if (f.depth < coeffs_.most_db && coeffs_.frozen < 0.5f) {
            f.tried = 0;
            f.alone = true;
            set_depth(index, std::min(f.depth + step_db, coeffs_.most_db), glide_hops);
            return;
        }
        if (!f.alone && f.tried < longest_trial_hops) return;
        const bool alone = f.alone;
        // What sounds alone is known now. Where several howl none can answer: it may be heard again when it is alone.
        const auto oldest = std::ranges::min_element(innocents_, {}, &Innocent::left);
        *oldest = {f.hz, static_cast<int>((alone ? 5 : 0.2f) / hop_seconds_), alone};
        f.tried = -1;
        if (f.proved > 0)
            set_depth(index, f.proved, glide_hops);
        else
            free(index);
    }
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

bool FeedbackSuppressor::is_innocent(const HowlDetector::Track& track) const
{
    return std::ranges::any_of(innocents_, [&](const Innocent& tone) {
        return tone.left > 0 && std::abs(tone.hz - track.hz) < 0.03f * tone.hz;
    });
}

void FeedbackSuppressor::meet(const HowlDetector::Track& track)
{
    if (coeffs_.frozen >= 0.5f) return;
    if (is_innocent(track)) {
        for (Innocent& tone : innocents_) // as long as it sounds, and some time more
            if (tone.left > 0 && tone.sure && std::abs(tone.hz - track.hz) < 0.03f * tone.hz)
                tone.left = static_cast<int>(5 / hop_seconds_);
        return;
    }
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
        // One goes for it at a time; the ring will still be there when it has gone.
        if (oldest < filters_.size() && std::ranges::none_of(filters_, [](const Filter& f) { return f.leaving > 0; }))
            free(oldest);
        return;
    }
    filters_[place] = {.hz = track.hz, .loudest = track.level[0]};
    set_depth(place, std::min(track.slope > fast ? 2 * step_db : step_db, coeffs_.most_db), glide_hops);
}

void FeedbackSuppressor::aim(std::span<const float> coeffs, bool)
{
    std::memcpy(&coeffs_, coeffs.data(), sizeof coeffs_);
}

/// Sound is forgotten, filters are not: they belong to the room.
void FeedbackSuppressor::clear()
{
    bank_.clear();
    spectrum_.clear();
    detector_.clear();
}

bool FeedbackSuppressor::take_ahead(const PlanarProcessor& from, int frames)
{
    return spectrum_.take_ahead(static_cast<const FeedbackSuppressor&>(from).spectrum_, frames);
}

void FeedbackSuppressor::take(const PlanarProcessor& from)
{
    const auto& other = static_cast<const FeedbackSuppressor&>(from);
    spectrum_.take(other.spectrum_);
    detector_ = other.detector_;
    bank_.take(other.bank_);
    filters_ = other.filters_;
    innocents_ = other.innocents_;
    at_ = other.at_;
}

/// What is being tried counts as deep as it was right before.
void FeedbackSuppressor::remember(std::span<float> items, bool all) const
{
    for (std::size_t i = 0; i < filters_.size(); ++i) {
        const Filter& f = filters_[i];
        const float depth = f.tried < 0 ? f.depth : f.proved;
        const bool stands = f.hz > 0 && f.leaving == 0 && depth > 0 && (all || is_fixed(i));
        const Learned learned = stands ? Learned{{f.hz}, {depth}, {f.wide}} : Learned{};
        std::memcpy(&items[i * detail::field_count<Learned>], &learned, sizeof learned);
    }
}

void FeedbackSuppressor::learn(std::span<const float> items)
{
    filters_ = {};
    bank_.rest();
    for (std::size_t i = 0; i < filters_.size(); ++i) {
        Learned learned;
        std::memcpy(&learned, &items[i * detail::field_count<Learned>], sizeof learned);
        if (!(learned.frequency.value > 0)) continue;
        filters_[i] = {
            .hz = learned.frequency.value, .proved = learned.depth.value, .wide = learned.width.value, .tried = -1};
        set_depth(i, learned.depth.value, 1);
    }
    clear();
}

void FeedbackSuppressor::act(int action)
{
    const std::size_t first = action == clear_live ? static_cast<std::size_t>(coeffs_.fixed) : 0;
    for (std::size_t i = first; i < filters_.size(); ++i) free(i);
}

float FeedbackSuppressor::reading(int reading, int value) const
{
    const Filter& f = filters_[static_cast<std::size_t>(value)];
    if (reading == frequencies) return f.hz;
    if (reading == depths) return f.depth;
    if (reading == fixed_ones) return f.hz > 0 && is_fixed(static_cast<std::size_t>(value)) ? 1 : 0;
    return static_cast<float>(std::ranges::count_if(filters_, [](const Filter& each) { return each.hz > 0; }));
}
} // namespace fohd::dsp
