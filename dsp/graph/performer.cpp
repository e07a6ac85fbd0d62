#include "dsp/graph/performer.h"
#include "dsp/graph/warm_up.h"
#include <algorithm>
#include <cmath>
#include <numeric>

namespace fohd::dsp {
namespace {

std::vector<int> counted(int count)
{
    std::vector<int> numbers(static_cast<std::size_t>(count));
    std::iota(numbers.begin(), numbers.end(), 0);
    return numbers;
}

/// The channel of that number, if there is one.
template <class Pointer> Pointer channel(std::span<Pointer const> channels, int number)
{
    return number >= 0 && static_cast<std::size_t>(number) < channels.size()
               ? channels[static_cast<std::size_t>(number)]
               : nullptr;
}
} // namespace

Wiring Wiring::straight(const Plan& plan) { return {counted(plan.input_endpoints), counted(plan.output_endpoints)}; }

Performer::Act::Act(std::unique_ptr<Graph> with, Wiring wired)
    : graph(std::move(with)), wiring(std::move(wired)), sound(graph->plan().output_endpoints + 1),
      in(static_cast<std::size_t>(graph->plan().input_endpoints)),
      out(static_cast<std::size_t>(graph->plan().output_endpoints))
{
    for (int row = 0; row < graph->plan().output_endpoints; ++row) own.push_back(sound[row]);
    for (std::size_t row = 0; row < wiring.outputs.size(); ++row) {
        if (wiring.outputs[row] < 0) continue;
        const auto to = static_cast<std::size_t>(wiring.outputs[row]);
        if (rows.size() <= to) rows.resize(to + 1, -1);
        rows[to] = static_cast<int>(row);
    }
}

void Performer::Act::point(std::span<const float* const> inputs, std::span<float* const> outputs, int done)
{
    const int nobody = static_cast<int>(out.size());
    for (std::size_t i = 0; i < in.size(); ++i) {
        const float* const from = channel<const float*>(inputs, wiring.inputs[i]);
        in[i] = from ? from + done : nullptr;
    }
    for (std::size_t o = 0; o < out.size(); ++o) {
        float* const to = channel<float*>(outputs, wiring.outputs[o]);
        out[o] = to ? to + done : sound[nobody];
    }
}

Performer::Performer(std::unique_ptr<Graph> first, double rate, Wiring wiring) : rate_(rate), newest_(first.get())
{
    running_ = new Act(std::move(first), std::move(wiring));
}

Performer::~Performer()
{
    delete incoming_;
    delete running_;
}

void Performer::change(std::unique_ptr<Graph> graph, Wiring wiring)
{
    auto next = std::make_unique<Act>(std::move(graph), std::move(wiring));
    next->takeover = std::make_unique<Takeover>(*newest_, *next->graph);
    next->unheard = warm_up(*newest_, *next->graph, rate_);
    before_ = newest_;
    newest_ = next->graph.get();
    settled_.store(false, std::memory_order_release);
    hand_over_.offer(std::move(next));
}

void Performer::collect()
{
    for (const auto& gone : hand_over_.collect())
        if (gone->graph.get() == before_) before_ = nullptr; // settled() may not say so yet
    score_.collect();
}

void Performer::process(std::span<const float* const> inputs, std::span<float* const> outputs, int frames,
                        const TransportPlace& transport) noexcept
{
    if (!incoming_) incoming_ = hand_over_.take();
    running_->graph->pick_up();
    if (incoming_ && !begun_) take_next(frames);
    if (begun_) incoming_->graph->pick_up();
    score_.begin(transport); // after what was set by hand, which was designed without it
    for (int done = 0, some = 0; done < frames; done += some) {
        score_.perform(*running_->graph, begun_ ? incoming_->graph.get() : nullptr);
        some = score_.frames_until_next(std::min(frames - done, max_block));
        process_some(inputs, outputs, done, some);
        score_.advance(some);
    }
    score_.end();
}

void Performer::take_next(int frames)
{
    for (int done = max_block; !incoming_->takeover->carry_ahead(); done += max_block)
        if (done >= frames) return; // longer blocks have the time for more
    incoming_->takeover->carry_out(incoming_->unheard);
    crossfade_left_ = static_cast<int>(std::lround(glide_ms / 1000 * rate_)) + incoming_->unheard;
    begun_ = true;
    score_.enter();
}

void Performer::process_some(std::span<const float* const> inputs, std::span<float* const> outputs, int done,
                             int frames)
{
    running_->point(inputs, outputs, done);
    if (begun_) { // first: outputs may lie where inputs do
        incoming_->point(inputs, outputs, done);
        incoming_->graph->process(incoming_->in.data(), incoming_->own.data(), frames, false);
    }
    running_->graph->process(running_->in.data(), running_->out.data(), frames);
    for (std::size_t o = 0; o < outputs.size(); ++o)
        if (running_->row(o) < 0) std::fill_n(outputs[o] + done, frames, 0.0f);
    if (begun_)
        crossfade(outputs, done, frames);
    else
        running_->graph->measure(frames);
    fade(outputs, done, frames);
}

void Performer::crossfade(std::span<float* const> outputs, int done, int frames)
{
    const float length = static_cast<float>(std::lround(glide_ms / 1000 * rate_));
    float shares[max_block];
    for (int i = 0; i < frames; ++i) {
        const float left = static_cast<float>(std::max(crossfade_left_ - 1 - i, 0)) / length;
        shares[i] = left == 0 ? 1 : left >= 1 ? 0 : 0.5f + 0.5f * std::cos(3.14159265f * left);
    }
    const auto mix = [&](float* to, const float* sound) {
        for (int i = 0; i < frames; ++i) {
            const float now = sound ? sound[i] : 0;
            to[i] = shares[i] == 1 ? now : to[i] + shares[i] * (now - to[i]);
        }
    };
    if (shares[frames - 1] == 0) { // not heard yet
        running_->graph->measure(frames);
    } else {
        for (std::size_t o = 0; o < outputs.size(); ++o) {
            const int row = incoming_->row(o);
            mix(outputs[o] + done, row < 0 ? nullptr : incoming_->own[static_cast<std::size_t>(row)]);
        }
        incoming_->takeover->measure(shares, frames);
    }
    crossfade_left_ = std::max(0, crossfade_left_ - frames);
    if (crossfade_left_ > 0) return;
    incoming_->takeover->carry_meters();
    if (!hand_over_.give_back(running_)) return;
    running_ = incoming_;
    incoming_ = nullptr;
    begun_ = false;
    settled_.store(true, std::memory_order_release);
}

void Performer::fade(std::span<float* const> outputs, int done, int frames)
{
    if (const int length = fade_out_frames_.load(std::memory_order_relaxed); length > 0 && level_step_ >= 0)
        level_step_ = -1.0f / static_cast<float>(length);
    if (level_ == 1 && level_step_ >= 0) return;
    for (int i = 0; i < frames; ++i) {
        level_ = std::clamp(level_ + level_step_, 0.0f, 1.0f);
        const float gain = level_ * level_ * (3 - 2 * level_);
        for (float* const output : outputs) output[done + i] *= gain;
    }
    if (level_ == 0 && level_step_ < 0) silent_.store(true, std::memory_order_release);
}

void Performer::fade_in(int frames)
{
    level_ = 0;
    level_step_ = 1.0f / static_cast<float>(std::max(frames, 1));
}

void Performer::interrupt()
{
    running_->graph->interrupt();
    if (incoming_) incoming_->graph->interrupt();
}

void Performer::fade_out(int frames) { fade_out_frames_.store(std::max(frames, 1), std::memory_order_relaxed); }
} // namespace fohd::dsp
