#include "dsp/graph/performer.h"
#include <algorithm>
#include <cmath>

namespace fohd::dsp {

Performer::Performer(std::unique_ptr<Graph> first, int outputs, double rate)
    : rate_(rate), output_count_(outputs), newest_(first.get()), mix_(std::max(outputs, 1)),
      in_(static_cast<std::size_t>(first->plan().input_endpoints)), out_(static_cast<std::size_t>(outputs))
{
    running_ = new NextGraph{std::move(first), nullptr};
    for (int o = 0; o < outputs; ++o) incoming_out_.push_back(mix_[o]);
}

Performer::~Performer()
{
    delete incoming_;
    delete running_;
}

void Performer::change(std::unique_ptr<Graph> graph)
{
    auto next = std::make_unique<NextGraph>();
    next->takeover = std::make_unique<Takeover>(*newest_, *graph);
    newest_ = graph.get();
    next->graph = std::move(graph);
    settled_.store(false, std::memory_order_release);
    hand_over_.offer(std::move(next));
}

void Performer::collect() { hand_over_.collect(); }

void Performer::process(const float* const* inputs, float* const* outputs, int frames) noexcept
{
    if (!incoming_) take_next();
    running_->graph->pick_up();
    if (incoming_) incoming_->graph->pick_up();
    for (int done = 0; done < frames; done += max_block) {
        for (std::size_t i = 0; i < in_.size(); ++i) in_[i] = inputs[i] + done;
        for (std::size_t o = 0; o < out_.size(); ++o) out_[o] = outputs[o] + done;
        process_some(in_.data(), out_.data(), std::min(frames - done, max_block));
    }
}

void Performer::take_next()
{
    incoming_ = hand_over_.take();
    if (!incoming_) return;
    incoming_->takeover->carry_out();
    const auto &latency = incoming_->graph->plan().latency, &before = running_->graph->plan().latency;
    int unheard = 0;
    if (latency != before)
        for (int frames : latency) unheard = std::max(unheard, frames);
    crossfade_left_ = static_cast<int>(std::lround(glide_ms / 1000 * rate_)) + unheard;
}

void Performer::process_some(const float* const* inputs, float* const* outputs, int frames)
{
    if (incoming_)
        incoming_->graph->process(inputs, incoming_out_.data(), frames); // first: outputs may lie where inputs do
    running_->graph->process(inputs, outputs, frames, !incoming_);
    if (incoming_) {
        const float length = static_cast<float>(std::lround(glide_ms / 1000 * rate_));
        for (int i = 0; i < frames; ++i) {
            const float left = static_cast<float>(std::max(crossfade_left_ - 1 - i, 0)) / length;
            const float share = left == 0 ? 1 : left >= 1 ? 0 : 0.5f + 0.5f * std::cos(3.14159265f * left);
            for (int o = 0; o < output_count_; ++o) {
                const float old = outputs[o][i], now = incoming_out_[static_cast<std::size_t>(o)][i];
                outputs[o][i] = share == 1 ? now : old + share * (now - old);
            }
        }
        crossfade_left_ = std::max(0, crossfade_left_ - frames);
        if (crossfade_left_ == 0 && hand_over_.give_back(running_)) {
            running_ = incoming_;
            incoming_ = nullptr;
            settled_.store(true, std::memory_order_release);
        }
    }
    fade(outputs, frames);
}

void Performer::fade(float* const* outputs, int frames)
{
    if (const int length = fade_out_frames_.load(std::memory_order_relaxed); length > 0 && level_step_ >= 0)
        level_step_ = -1.0f / static_cast<float>(length);
    if (level_ == 1 && level_step_ >= 0) return;
    for (int i = 0; i < frames; ++i) {
        level_ = std::clamp(level_ + level_step_, 0.0f, 1.0f);
        const float gain = level_ * level_ * (3 - 2 * level_);
        for (int o = 0; o < output_count_; ++o) outputs[o][i] *= gain;
    }
    if (level_ == 0 && level_step_ < 0) silent_.store(true, std::memory_order_release);
}

void Performer::fade_in(int frames)
{
    level_ = 0;
    level_step_ = 1.0f / static_cast<float>(std::max(frames, 1));
}

void Performer::fade_out(int frames) { fade_out_frames_.store(std::max(frames, 1), std::memory_order_relaxed); }
} // namespace fohd::dsp
