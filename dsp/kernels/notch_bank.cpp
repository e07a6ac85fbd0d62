#include "dsp/kernels/notch_bank.h"
#include <algorithm>
#include <cmath>
#include <numbers>

namespace fohd::dsp {
namespace {

Notch design_notch(double hz, double q, double depth_db, double rate)
{
    const double g = std::tan(std::numbers::pi * hz / rate), k = 1 / q, under = 1 + g * (g + k);
    return {.high = static_cast<float>(g / under),
            .band = static_cast<float>(1 / under),
            .low = static_cast<float>(2 * g),
            .weight = static_cast<float>(k * (std::pow(10, -depth_db / 20) - 1))};
}
} // namespace

void NotchBank::prepare(double rate, int channels, int stretch_frames)
{
    stretch_ = stretch_frames;
    rate_ = rate;
    channels_ = channels;
    kernels_ = usable_kernels().back();
    width_ = kernels_->lanes;
    racks_ = (channels + width_ - 1) / width_;
    memory_.assign(static_cast<std::size_t>(racks_ * capacity * 2 * width_), 0.0f);
}

void NotchBank::aim(int notch, double hz, double q, double depth_db, int stretches)
{
    const auto n = static_cast<std::size_t>(notch);
    Glide& glide = glides_[n];
    glide.goal = design_notch(hz, q, depth_db, rate_);
    if (notches_[n].weight == 0 && glide.left == 0) {
        if (depth_db == 0) return;
        notches_[n] = glide.goal;
        notches_[n].weight = 0;
    }
    glide.left = stretches;
    const auto step = [&](float Notch::*field) {
        steps_[n].*field = (glide.goal.*field - notches_[n].*field) / static_cast<float>(stretches * stretch_);
    };
    for (const auto field : {&Notch::high, &Notch::band, &Notch::low, &Notch::weight}) step(field);
    list();
}

void NotchBank::run(float* const* channels, int count)
{
    if (active_count_ == 0) return;
    std::array<float*, max_lanes> rack;
    for (int r = 0; r < racks_; ++r) {
        for (int l = 0; l < width_; ++l) {
            const int channel = r * width_ + l;
            rack[static_cast<std::size_t>(l)] = channel < channels_ ? channels[channel] : unused_.data();
        }
        // Every rack glides alike; the last one leaves its notches where they are now.
        auto notches = notches_;
        kernels_->notch({.channels = rack.data(),
                         .count = count,
                         .notches = notches.data(),
                         .steps = gliding_ ? steps_.data() : nullptr,
                         .active = active_.data(),
                         .active_count = active_count_,
                         .memory = memory_.data() + static_cast<std::ptrdiff_t>(r) * capacity * 2 * width_});
        if (r + 1 == racks_) notches_ = notches;
    }
}

void NotchBank::end_stretch()
{
    if (!gliding_) return;
    for (std::size_t n = 0; n < capacity; ++n)
        if (glides_[n].left > 0 && --glides_[n].left == 0) arrive(n);
    list();
}

void NotchBank::arrive(std::size_t notch)
{
    glides_[notch].left = 0;
    notches_[notch] = glides_[notch].goal;
    steps_[notch] = {};
    if (notches_[notch].weight != 0) return;
    for (int r = 0; r < racks_; ++r)
        std::fill_n(memory_.begin() +
                        static_cast<std::ptrdiff_t>((r * capacity + static_cast<int>(notch)) * 2 * width_),
                    2 * width_, 0.0f);
}

void NotchBank::list()
{
    gliding_ = false;
    active_count_ = 0;
    for (std::size_t n = 0; n < capacity; ++n) {
        gliding_ |= glides_[n].left > 0;
        if (glides_[n].left > 0 || notches_[n].weight != 0)
            active_[static_cast<std::size_t>(active_count_++)] = static_cast<int>(n);
    }
}

void NotchBank::clear()
{
    for (std::size_t n = 0; n < capacity; ++n)
        if (glides_[n].left > 0) arrive(n);
    list();
    silence();
}

void NotchBank::rest()
{
    notches_ = steps_ = {};
    glides_ = {};
    clear();
}

void NotchBank::silence() { std::ranges::fill(memory_, 0.0f); }

void NotchBank::take(const NotchBank& from)
{
    notches_ = from.notches_;
    steps_ = from.steps_;
    glides_ = from.glides_;
    std::copy_n(from.memory_.begin(), std::min(memory_.size(), from.memory_.size()), memory_.begin());
    list();
}
} // namespace fohd::dsp
