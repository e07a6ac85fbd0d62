// The comparison at the master: what a desk does for it in time.
#include "control/desk.h"

#include <algorithm>

namespace fohd::control {
namespace {

template <class V> auto& at(V& vector, int index) { return vector[static_cast<std::size_t>(index)]; }

} // namespace

void Desk::tend(std::uint64_t frames, int rate)
{
    if (frames < matched_at_) matched_at_ = frames; // another device counts anew
    if (!wiring_.ab || frames - matched_at_ < static_cast<std::uint64_t>(rate) / 10) return;
    const double seconds = static_cast<double>(frames - matched_at_) / rate;
    matched_at_ = frames;
    const float without = loudness(wiring_.ab->without, Reading::Kind::momentary);
    const bool equal = all_bypassed();
    if (equal) match_.set_equal();
    match_.step(seconds, {equal ? without : loudness(wiring_.ab->strip, Reading::Kind::momentary), without,
                          loudness(wiring_.ab->without, Reading::Kind::truepeak), ceiling(),
                          at(shown_, wiring_.ab->with) < 0.5f});
    resolve_strip(wiring_.ab->strip, shown_, [&](int value, float to) { put(value, to); });
    hand_on();
}

void Desk::go_on_from(const Desk& before)
{
    const auto compares = [](const Desk& desk) {
        const dsp::Strip& strip = at(desk.surface_.strips, desk.wiring_.ab->strip);
        std::vector<std::string> names{dsp::address_of(strip)};
        for (const int n : desk.wiring_.ab->processors) names.push_back(at(strip.chain, n).name);
        return names;
    };
    if (!wiring_.ab || !before.wiring_.ab || compares(*this) != compares(before)) return;
    match_ = before.match_;
    matched_at_ = before.matched_at_;
    applied_ = resolve(shown_);
}

float Desk::loudness(int strip, Reading::Kind kind)
{
    float value = 0;
    readings_->read({"", kind, strip, -1, 1}, {&value, 1});
    return value;
}

bool Desk::is_compared(int value) const
{
    const int slice = at(layout().parameters, value).slice;
    if (!wiring_.ab || slice < 0) return false;
    const dsp::Slice& owner = at(layout().slices, slice);
    return owner.kind == dsp::Slice::Kind::processor && owner.strip == wiring_.ab->strip;
}

bool Desk::all_bypassed() const
{
    return std::ranges::all_of(wiring_.ab->bypasses, [&](int value) { return at(shown_, value) >= 0.5f; });
}

float Desk::ceiling() const
{
    float lowest = 0; // dBFS: full scale, where there is no limiter
    const float fader = at(applied_, at(at(wiring_.strips, wiring_.ab->strip).targets, 0));
    for (const DeskWiring::Ab::Limiter& limiter : wiring_.ab->limiters)
        if (at(shown_, limiter.bypass) < 0.5f)
            lowest = std::min(lowest, at(shown_, limiter.ceiling) + (limiter.before_fader ? fader : 0));
    return lowest;
}

} // namespace fohd::control
