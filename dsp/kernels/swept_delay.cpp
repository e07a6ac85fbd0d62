#include "dsp/kernels/swept_delay.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <span>

namespace fohd::dsp {
namespace {

constexpr double glide_seconds = 0.02;
constexpr std::size_t way_count = sizeof(SweepWays) / sizeof(Cubic);
static_assert(sizeof(SweptDelayCoeffs) == way_count * sizeof(float));

std::span<Cubic, way_count> each(SweepWays& ways) { return std::span<Cubic, way_count>(&ways.step, way_count); }
std::span<const float, way_count> each(const SweptDelayCoeffs& coeffs)
{
    return std::span<const float, way_count>(&coeffs.step, way_count);
}

float value(const Cubic& way, float t) { return ((way.c[3] * t + way.c[2]) * t + way.c[1]) * t + way.c[0]; }
float slope(const Cubic& way, float t) { return (3 * way.c[3] * t + 2 * way.c[2]) * t + way.c[1]; }
} // namespace

void SweptDelay::prepare(double rate, int channels, int longest)
{
    kernels_ = usable_kernels().front();
    const auto length = std::bit_ceil(static_cast<unsigned>(longest + 2 * max_block + sweep_taps));
    rings_.assign(static_cast<unsigned>(channels), std::vector<float>(length + sweep_taps));
    ramp_ = static_cast<int>(std::round(glide_seconds * rate));
    pass_.mask = length - 1;
    pass_.rows = sweep_rows();
    pass_.pace = 1 / static_cast<float>(ramp_);
}

void SweptDelay::aim(const SweptDelayCoeffs& coeffs, bool now)
{
    if (now) {
        goal_ = coeffs;
        rest();
        return;
    }
    if (coeffs == goal_) return;
    goal_ = coeffs;
    const float t = left_ > 0 ? static_cast<float>(ramp_ - left_) * pass_.pace : 0;
    for (std::size_t n = 0; n < way_count; ++n) {
        Cubic& way = each(ways_)[n];
        const float from = value(way, t), travel = slope(way, t), change = each(goal_)[n] - from;
        way = {{from, travel, 3 * change - 2 * travel, travel - 2 * change}};
    }
    left_ = ramp_;
}

void SweptDelay::rest()
{
    left_ = 0;
    for (std::size_t n = 0; n < way_count; ++n) each(ways_)[n] = {{each(goal_)[n], 0, 0, 0}};
}

void SweptDelay::process(float* const* channels, int frames)
{
    for (int done = 0; done < frames;) {
        int count = std::min(frames - done, max_block);
        if (left_ > 0) count = std::min(count, left_);
        pass(channels, done, count);
        done += count;
        if (left_ > 0 && (left_ -= count) == 0) rest();
    }
}

void SweptDelay::pass(float* const* channels, int offset, int frames)
{
    advance_phase(frames);
    pass_.count = frames;
    pass_.ways = &ways_;
    pass_.glides = left_ > 0;
    pass_.done = static_cast<float>(ramp_ - left_);
    for (std::size_t c = 0; c < rings_.size(); ++c) {
        pass_.sound = channels[c] + offset;
        pass_.ring = rings_[c].data();
        pass_.channel = static_cast<int>(c);
        kernels_->sweep(pass_);
    }
    pass_.at = (pass_.at + static_cast<unsigned>(frames)) & pass_.mask;
}

void SweptDelay::advance_phase(int frames)
{
    const auto exact = [](float step) { return static_cast<std::uint64_t>(static_cast<double>(step) * 0x1p32); };
    const std::uint64_t still = exact(ways_.step.c[0]);
    for (int i = 0; i < frames; ++i) {
        phase_ += left_ > 0 ? exact(value(ways_.step, static_cast<float>(ramp_ - left_ + i + 1) * pass_.pace)) : still;
        pass_.turns[i] = static_cast<unsigned>(phase_ >> 32);
    }
}

void SweptDelay::clear()
{
    for (auto& ring : rings_) std::ranges::fill(ring, 0.0f);
    phase_ = 0;
    rest();
}

void SweptDelay::take(const SweptDelay& from)
{
    for (std::size_t c = 0; c < std::min(rings_.size(), from.rings_.size()); ++c)
        std::ranges::copy(from.rings_[c], rings_[c].begin());
    pass_.at = from.pass_.at;
    ways_ = from.ways_;
    goal_ = from.goal_;
    left_ = from.left_;
    phase_ = from.phase_;
}
} // namespace fohd::dsp
