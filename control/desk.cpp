#include "control/desk.h"

namespace fohd::control {

Desk::Desk(const config::Config& config)
    : surface_(config.graph), sound_(config.graph), layout_(surface_), sound_layout_(sound_),
      applied_(resolve(layout_.initial_values()))
{}

void Desk::connect(Sound& sound, ReadingSource& readings)
{
    next_ = &sound;
    readings_ = &readings;
}

std::vector<float> Desk::resolve(std::span<const float> surface) const { return {surface.begin(), surface.end()}; }

std::vector<float> Desk::begin(std::span<const float> surface)
{
    applied_ = resolve(surface);
    return applied_;
}

void Desk::apply(std::span<const float> values, std::span<const int> changed)
{
    std::vector<int> differ;
    for (const int parameter : changed) {
        const auto p = static_cast<std::size_t>(parameter);
        if (applied_[p] == values[p]) continue;
        applied_[p] = values[p];
        differ.push_back(parameter);
    }
    if (!differ.empty()) next_->apply(applied_, differ);
}

void Desk::read(const Reading& reading, std::span<float> values) { readings_->read(reading, values); }

void Desk::reset_loudness(int strip) { readings_->reset_loudness(strip); }

void Desk::pause_loudness(int strip, bool paused) { readings_->pause_loudness(strip, paused); }

} // namespace fohd::control
