#include "control/desk.h"

#include <algorithm>
#include <set>
#include <utility>

namespace fohd::control {
namespace {

template <class V> auto& at(V& vector, int index) { return vector[static_cast<std::size_t>(index)]; }

constexpr float silence = -90; // dB, of faders and levels

/// Gains in a row: their sum in dB, and silence where one of them is silent.
float sum(float a, float b) { return a <= silence || b <= silence ? silence : std::max(a + b, silence); }

/// What a desk reads itself; `processor` of the reading.
enum : int { solo_active, ab_match, ab_shortfall, ab_with, ab_without };

Additions additions_of(const DeskWiring& wiring)
{
    Additions additions;
    if (wiring.solo_mode >= 0) {
        additions.readings.push_back({"/solo/active", Reading::Kind::desk, -1, solo_active, 1});
        additions.clears.push_back({"/solo/clear", wiring.solos});
    }
    if (wiring.ab)
        for (const auto& [path, which] :
             {std::pair{"match", ab_match}, std::pair{"shortfall", ab_shortfall}, std::pair{"loudness/with", ab_with},
              std::pair{"loudness/without", ab_without}})
            additions.readings.push_back({std::string("/master/ab/") + path, Reading::Kind::desk, -1, which, 1});
    return additions;
}

} // namespace

Desk::Desk(const config::Config& config)
    : surface_(config.graph), wiring_(config), additions_(additions_of(wiring_)), shown_(layout().initial_values()),
      applied_(resolve(shown_))
{
    dsp::store_values(wiring_.sound_layout, applied_, wiring_.sound);
    wiring_.sound_layout = dsp::Layout(wiring_.sound);
}

void Desk::connect(Sound& sound, ReadingSource& readings)
{
    next_ = &sound;
    readings_ = &readings;
}

void Desk::resolve_strip(int index, std::span<const float> surface, const Write& write) const
{
    const DeskWiring::Strip& strip = at(wiring_.strips, index);
    const auto is_on = [&](int value) { return at(surface, value) >= 0.5f; };
    float fader = at(surface, strip.fader);
    for (const int dca : strip.faders) fader = sum(fader, at(surface, dca));
    const bool muted = is_on(strip.mute) || std::ranges::any_of(strip.mutes, is_on);
    for (const int target : strip.targets) {
        write(target, fader);
        write(target + 2, muted ? 1.0f : 0.0f); // fader, pan, mute
    }
    if (strip.sends.empty()) return;
    const bool soloed = std::ranges::any_of(strip.solos, is_on), with = !wiring_.ab || is_on(wiring_.ab->with);
    for (const DeskWiring::Send& send : strip.sends) {
        bool sounds = send.own < 0 || !is_on(send.own + 1);
        if (send.solo) sounds = sounds && soloed && (*send.solo == config::Solo::Mode::afl) == is_on(wiring_.solo_mode);
        if (send.side != DeskWiring::Send::Side::both)
            sounds = sounds && with == (send.side == DeskWiring::Send::Side::with);
        const float level = send.own < 0 ? 0 : at(surface, send.own);
        write(send.level, send.side == DeskWiring::Send::Side::without ? sum(level, match_.gain()) : level);
        write(send.level + 1, sounds ? 0.0f : 1.0f);
    }
}

std::vector<float> Desk::resolve(std::span<const float> surface) const
{
    std::vector<float> values = wiring_.sound_layout.initial_values();
    const auto write = [&](int value, float to) { at(values, value) = to; };
    for (std::size_t p = 0; p < surface.size(); ++p)
        for (const int value : wiring_.copies[p]) write(value, surface[p]);
    for (int s = 0; s < static_cast<int>(wiring_.strips.size()); ++s) resolve_strip(s, surface, write);
    return values;
}

std::vector<float> Desk::begin(std::span<const float> surface)
{
    shown_.assign(surface.begin(), surface.end());
    applied_ = resolve(surface);
    return applied_;
}

void Desk::put(int value, float to)
{
    if (at(applied_, value) == to) return;
    at(applied_, value) = to;
    differ_.push_back(value);
}

void Desk::note(std::span<const float> values, std::span<const int> changed)
{
    std::set<int> strips;
    for (const int p : changed) {
        at(shown_, p) = at(values, p);
        for (const int value : at(wiring_.copies, p)) put(value, at(values, p));
        strips.insert(at(wiring_.affected, p).begin(), at(wiring_.affected, p).end());
        if (is_compared(p)) match_.restart();
    }
    for (const int s : strips) resolve_strip(s, shown_, [&](int value, float to) { put(value, to); });
}

void Desk::apply(std::span<const float> values, std::span<const int> changed)
{
    note(values, changed);
    hand_on();
}

void Desk::follow(std::span<const float> values, std::span<const int> changed)
{
    note(values, changed);
    if (differ_.empty()) return;
    std::ranges::sort(differ_);
    next_->follow(applied_, differ_);
    differ_.clear();
}

void Desk::Trial::set(int parameter, float value, bool all, const Write& write)
{
    at(shown_, parameter) = value;
    const auto put = [&](int there, float to) {
        if (std::exchange(at(applied_, there), to) != to || all) write(there, to);
    };
    for (const int there : at(desk_.wiring_.copies, parameter)) put(there, value);
    for (const int s : at(desk_.wiring_.affected, parameter)) desk_.resolve_strip(s, shown_, put);
}

void Desk::hand_on()
{
    if (differ_.empty()) return;
    std::ranges::sort(differ_);
    next_->apply(applied_, differ_);
    differ_.clear();
}

float Desk::read_own(int which) const
{
    switch (which) {
    case ab_match: return match_.gain();
    case ab_shortfall: return match_.shortfall();
    case ab_with: return match_.with();
    case ab_without: return match_.without();
    default: return std::ranges::any_of(wiring_.solos, [&](int p) { return at(shown_, p) >= 0.5f; }) ? 1.0f : 0.0f;
    }
}

void Desk::read(const Reading& reading, std::span<float> values)
{
    if (reading.kind == Reading::Kind::desk) {
        values[0] = read_own(reading.processor);
        return;
    }
    Reading there = reading;
    if (reading.kind != Reading::Kind::reduction && reading.kind != Reading::Kind::told)
        there.strip = heard(reading.strip);
    readings_->read(there, values);
}

void Desk::reset_loudness(int strip) { readings_->reset_loudness(heard(strip)); }

void Desk::pause_loudness(int strip, bool paused) { readings_->pause_loudness(heard(strip), paused); }

void Desk::act(int strip, int processor, int action)
{
    readings_->act(strip, processor, action);
    if (wiring_.ab && wiring_.ab->strip == strip) readings_->act(wiring_.ab->without, processor, action);
}

} // namespace fohd::control
