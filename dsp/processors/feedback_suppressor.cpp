#include "dsp/processors/feedback_suppressor.h"
#include <algorithm>
#include <cmath>
#include <cstring>

namespace fohd::dsp {
namespace {

constexpr float lift_db_a_second = 1;
constexpr float calm_seconds = 1;
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
               .turn_down_db = p.turn_down.value,
               .rules = {.floor_db = -55 - 10 * eager,
                         .narrow_db = 18 - 6 * eager,
                         .alone_db = (speech ? 24.0f : 30.0f) - 8 * eager,
                         .growing_alone_db = (speech ? 14.0f : 20.0f) - 6 * eager,
                         .steep_alone_db = 14 - 4 * eager,
                         .hops = seconds / static_cast<float>(hop),
                         .clipped = 0.5f}});
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
    turn_down_.prepare(context.rate, spectrum_.hop());
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
            turn_down_.run(channels, channels_, count);
        } else {
            for (std::size_t c = 0; c < part_.size(); ++c) std::copy_n(channels[c] + done, count, rows_[c]);
            spectrum_.hear(rows_.data(), count);
            bank_.run(rows_.data(), count);
            turn_down_.run(rows_.data(), channels_, count);
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
        detector_.judge(spectrum_.power(), rules(), detector_.units() * ((at_ - half) / slice) / (half / slice));
}

/// A trial does little harm, and where one howl is proved others wait for their turn.
HowlRules FeedbackSuppressor::rules() const
{
    HowlRules rules = coeffs_.rules;
    if (alarm_ > 0) rules.hops *= 0.35f, rules.clipped = 1;
    return rules;
}

/// While there are filters for what rings when the sound comes back, it comes back soon.
TurnDown::Rules FeedbackSuppressor::turn_down_rules() const
{
    const auto end = filters_.begin() + static_cast<std::ptrdiff_t>(coeffs_.filters);
    const bool has_room = std::any_of(filters_.begin(), end, [](const Filter& f) { return f.hz == 0; });
    return {coeffs_.turn_down_db, coeffs_.frozen >= 0.5f, has_room ? calm_seconds / hop_seconds_ : coeffs_.lift_hops};
}

void FeedbackSuppressor::end_hop()
{
    at_ = 0;
    bank_.end_stretch();
    const bool heard = spectrum_.finish();
    detector_.begin();
    for (Innocent& tone : innocents_) tone.left = std::max(0, tone.left - 1);
    alarm_ = std::max(0, alarm_ - 1);
    proofs_ = std::max(0.0f, proofs_ - hop_seconds_);
    replaced_ = std::max(0, replaced_ - 1);
    step_filters(heard);
    step_turn_down(heard);
    if (heard) meet_all();
}

void FeedbackSuppressor::meet_all()
{
    const HowlDetector::Track* loudest = nullptr;
    for (const HowlDetector::Track& track : detector_.tracks()) {
        if (track.hz == 0 || track.missed > 0) continue;
        if (!loudest || track.level[0] > loudest->level[0]) loudest = &track;
    }
    for (const HowlDetector::Track& track : detector_.tracks())
        if (track.howls || (alarm_ > 0 && &track == loudest && stands_at_the_limit(track))) meet(track);
    // One filter after the other is too slow for a crowd, of which each is heard only when a louder one has gone.
    constexpr float crowd = 1.5f, patience = 0.16f; // proofs, s
    const bool shouts = proofs_ > crowd && loudest && loudest->level[0] > at_the_limit_db;
    shouts_ = shouts ? shouts_ + 1 : std::max(0, shouts_ - 2);
    if (loudest && static_cast<float>(shouts_) * hop_seconds_ > patience && !is_innocent(loudest->hz))
        turn_down_.meet(loudest->hz, loudest->level[0], turn_down_rules());
}

/// Whatever clipping has put beside it.
bool FeedbackSuppressor::stands_at_the_limit(const HowlDetector::Track& track) const
{
    constexpr int still_hops = 10, back = 6;
    return track.age >= still_hops && track.level[0] >= at_the_limit_db && track.level[0] > track.level[back] - 1;
}

void FeedbackSuppressor::step_turn_down(bool heard)
{
    const float hz = turn_down_.listens_at();
    const float level = hz > 0 && heard ? detector_.level_at(spectrum_.power(), hz) : -200; // silence is an answer too
    if (const float innocent = turn_down_.end_hop(level, turn_down_rules()); innocent > 0) forgive(innocent, true);
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
        } else if (f.doubt > 0 && heard) {
            doubt(i);
        } else if (!is_fixed(i) && coeffs_.lift_hops > 0 && coeffs_.frozen < 0.5f && f.idle > coeffs_.lift_hops) {
            const float less = f.depth - lift_db_a_second * hop_seconds_ * glide_hops;
            if (less <= 0)
                free(i);
            else if (static_cast<int>(f.age) % glide_hops == 0)
                set_depth(i, less, glide_hops);
        }
    }
}

void FeedbackSuppressor::aim(std::span<const float> coeffs, bool)
{
    std::memcpy(&coeffs_, coeffs.data(), sizeof coeffs_);
}

/// Sound is forgotten, filters are not: they belong to the room.
void FeedbackSuppressor::clear()
{
    bank_.clear();
    turn_down_.clear();
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
    turn_down_ = other.turn_down_;
    filters_ = other.filters_;
    innocents_ = other.innocents_;
    alarm_ = other.alarm_;
    proofs_ = other.proofs_;
    shouts_ = other.shouts_;
    replaced_ = other.replaced_;
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
    turn_down_.release();
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
