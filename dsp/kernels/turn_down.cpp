#include "dsp/kernels/turn_down.h"
#include <cmath>

namespace fohd::dsp {
namespace {

constexpr float answer_db = 6;
constexpr float loud = -20;                   // dBFS: from here on it is urgent
constexpr float urgent_step = 3, step = 1.5f; // dB
constexpr int answer_hops = 6;                // 64 ms: window and loop have begun to answer
constexpr int longest_hops = 64;              // 0.7 s
constexpr float lift_db_a_second = 1;
} // namespace

void TurnDown::prepare(double rate, int hop_frames)
{
    hop_ = hop_frames;
    hop_seconds_ = static_cast<float>(hop_frames / rate);
}

void TurnDown::run(float* const* channels, int channel_count, int frames)
{
    if (gain_ == 1 && left_ == 0) return;
    const int glide = std::min(frames, left_);
    for (int c = 0; c < channel_count; ++c) {
        for (int i = 0; i < glide; ++i) channels[c][i] *= gain_ - step_ * static_cast<float>(left_ - 1 - i);
        for (int i = glide; i < frames; ++i) channels[c][i] *= gain_;
    }
    left_ -= glide;
}

void TurnDown::aim(float depth, int hops)
{
    const float now = gain_ - step_ * static_cast<float>(left_);
    depth_ = depth;
    gain_ = depth == 0 ? 1 : std::pow(10.0f, -depth / 20);
    left_ = hops * hop_;
    step_ = (gain_ - now) / static_cast<float>(left_);
}

void TurnDown::deepen(float level, const Rules& rules)
{
    tried_ = 0;
    aim(std::min(depth_ + (level > loud ? urgent_step : step), rules.most_db), step_hops);
}

bool TurnDown::meet(float hz, float level, const Rules& rules)
{
    idle_ = 0;
    if (rules.frozen || tried_ >= 0) return tried_ >= 0;
    if (depth_ >= rules.most_db) return false;
    hz_ = hz;
    loudest_ = level;
    waited_ = 0;
    deepen(level, rules);
    return true;
}

void TurnDown::release()
{
    tried_ = -1;
    proved_ = 0;
    if (depth_ > 0) aim(0, back_hops);
}

float TurnDown::end_hop(float level, const Rules& rules)
{
    ++idle_;
    proved_ = std::min(proved_, rules.most_db);
    if (depth_ > rules.most_db && left_ == 0) aim(rules.most_db, step_hops);
    if (tried_ < 0) {
        const bool lifts = depth_ > 0 && !rules.frozen && rules.lift_hops > 0 &&
                           static_cast<float>(idle_) > rules.lift_hops && left_ == 0;
        if (!lifts) return 0;
        aim(std::max(0.0f, depth_ - lift_db_a_second * hop_seconds_ * step_hops), step_hops);
        proved_ = std::min(proved_, depth_);
        return 0;
    }
    loudest_ = std::max(loudest_, level);
    ++tried_, ++waited_;
    if (level < loudest_ - answer_db) {
        proved_ = depth_;
        tried_ = -1;
    } else if (tried_ >= answer_hops && depth_ < rules.most_db && level > loudest_ - 2 && !rules.frozen) {
        deepen(level, rules);
    } else if (waited_ >= longest_hops && tried_ >= answer_hops) {
        tried_ = -1;
        aim(proved_, back_hops);
        return hz_;
    }
    return 0;
}
} // namespace fohd::dsp
