#include "dsp/processors/leveller.h"
#include "dsp/kernels/loudness_design.h"
#include <algorithm>
#include <cmath>
#include <cstring>

namespace fohd::dsp {
namespace {

constexpr double tenths_a_second = 10;
constexpr double braking_db = 2; // a tenth of a second

/// The window alone takes three seconds to follow; what is left of `speed` is three time constants and a little.
float pace_of(double speed_ms)
{
    constexpr double window = 3.2, time_constants = 3.2; // seconds; 10 LU * exp(-3.2) = 0.41 LU
    return static_cast<float>(1 - std::exp(-time_constants / (tenths_a_second * (speed_ms / 1000 - window))));
}
} // namespace

Shape Leveller::shape(const Params&, const Context&)
{
    Shape shape;
    shape.planar_coeffs = sizeof(Coeffs) / sizeof(float);
    return shape;
}

void Leveller::design(const Params& p, const Context&, CoeffWriter& out)
{
    out(Coeffs{.target = p.target.value,
               .max_boost = p.max_boost.value,
               .max_cut = p.max_cut.value,
               .pace = pace_of(static_cast<double>(p.speed.value)),
               .gate = p.gate.value,
               .brake = p.brake.value});
}

std::unique_ptr<PlanarProcessor> Leveller::make(const Params&, const Context& context)
{
    return std::make_unique<Leveller>(context);
}

Leveller::Leveller(const Context& context)
    : channels_(context.channels), rows_((channels_ + 1) / 2 * 2),
      tenth_(static_cast<int>(std::lround(context.rate / tenths_a_second))),
      weighting_({{"sections", 2, 2 * section_coeffs}}, rows_), weighted_(static_cast<std::size_t>(rows_)),
      in_(weighted_.size()), out_(weighted_.size())
{
    const auto filters = k_weighting(context.rate);
    std::array<float, 2 * section_coeffs> coeffs;
    CoeffWriter write(coeffs.data());
    for (const auto& filter : filters) write(filter);
    for (int row = 0; row < rows_; ++row) {
        weighting_.aim(row, coeffs, 0);
        out_[static_cast<std::size_t>(row)] = weighted_[static_cast<std::size_t>(row)].of.data();
    }
    for (int c = 0; c < channels_; ++c) weights_[static_cast<std::size_t>(c)] = loudness_weight(c, channels_);
}

void Leveller::run(float* const* channels, int frames)
{
    for (int row = 0; row < rows_; ++row) in_[static_cast<std::size_t>(row)] = channels[std::min(row, channels_ - 1)];
    weighting_.run(in_.data(), nullptr, out_.data(), frames);
    for (int done = 0; done < frames;) {
        const int count = std::min(frames - done, tenth_ - memory_.at);
        for (int c = 0; c < channels_; ++c) {
            const float* const heard = out_[static_cast<std::size_t>(c)] + done;
            float* const sound = channels[c] + done;
            double sum = memory_.sums[static_cast<std::size_t>(c)];
            for (int i = 0; i < count; ++i) sum += static_cast<double>(heard[i]) * static_cast<double>(heard[i]);
            memory_.sums[static_cast<std::size_t>(c)] = sum;
            for (int i = 0; i < count; ++i)
                sound[i] *= memory_.from + memory_.step * static_cast<float>(memory_.at + i + 1);
        }
        memory_.at += count;
        done += count;
        if (memory_.at == tenth_) end_tenth();
    }
}

/// Where the gain goes in the next tenth.
void Leveller::end_tenth()
{
    Memory& m = memory_;
    double now = 0;
    for (int c = 0; c < channels_; ++c) {
        double& sum = m.sums[static_cast<std::size_t>(c)];
        now += weights_[static_cast<std::size_t>(c)] * sum / tenth_;
        sum = 0;
    }
    m.at = 0;
    m.from = static_cast<float>(std::pow(10, m.gain_db / 20));
    m.recent[static_cast<std::size_t>(m.recent_at)] = now;
    m.recent_at = (m.recent_at + 1) % in_momentary;

    const auto plain = [](float x) { return static_cast<double>(x); };
    if (lufs(now) >= plain(coeffs_.gate)) {
        m.heard[static_cast<std::size_t>(m.heard_at)] = now;
        m.heard_at = (m.heard_at + 1) % in_short_term;
        m.heard_count = std::min(m.heard_count + 1, in_short_term);
        if (m.heard_count >= in_momentary) {
            double sum = 0, momentary = 0;
            for (int i = 0; i < m.heard_count; ++i) sum += m.heard[static_cast<std::size_t>(i)];
            for (const double tenth : m.recent) momentary += tenth / in_momentary;
            const double missing = plain(coeffs_.target) - lufs(sum / m.heard_count);
            const double wanted = std::clamp(missing, -plain(coeffs_.max_cut), plain(coeffs_.max_boost));
            m.gain_db += plain(coeffs_.pace) * (wanted - m.gain_db);
            const double excess = lufs(momentary) + m.gain_db - plain(coeffs_.target) - plain(coeffs_.brake);
            const double deepest = std::min(m.gain_db, -plain(coeffs_.max_cut)); // a new one is come to at the pace
            m.gain_db = std::max(m.gain_db - std::clamp(excess, 0.0, braking_db), deepest);
        }
    }
    m.step = (static_cast<float>(std::pow(10, m.gain_db / 20)) - m.from) / static_cast<float>(tenth_);
}

/// Without glides: what they would smooth is what the gain comes to slowly.
void Leveller::aim(std::span<const float> coeffs, bool) { std::memcpy(&coeffs_, coeffs.data(), sizeof coeffs_); }

void Leveller::clear()
{
    weighting_.clear();
    memory_ = {};
}

void Leveller::take(const PlanarProcessor& from)
{
    const auto& other = static_cast<const Leveller&>(from);
    weighting_.take(other.weighting_);
    memory_ = other.memory_;
}

float Leveller::reduction(int) const { return std::max(0.0f, -static_cast<float>(memory_.gain_db)); }
} // namespace fohd::dsp
