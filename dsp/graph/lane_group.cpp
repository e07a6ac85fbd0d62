#include "dsp/graph/lane_group.h"
#include <algorithm>
#include <new>
#include <stdexcept>

namespace fohd::dsp {

Buffers::Buffers(int count)
    : memory_(static_cast<float*>(
          ::operator new (sizeof(float) * max_block * static_cast<std::size_t>(count), std::align_val_t{alignment})))
{
    std::fill_n(memory_.get(), max_block * count, 0.0f);
}

void Buffers::Free::operator()(float* memory) const { ::operator delete (memory, std::align_val_t{alignment}); }

LaneGroup::LaneGroup(const GroupPlan& plan, const Kernels& kernels, const Buffers& buffers)
    : plan_(plan), kernels_(kernels)
{
    for (std::size_t lane = 0; lane < plan.seats.size(); ++lane) {
        in_[lane] = buffers[plan.seats[lane].in];
        out_[lane] = buffers[plan.seats[lane].out];
    }
    std::size_t side = 0, begin = 0;
    for (const Step& step : plan.steps) {
        CompiledStep compiled{step.kind, step.on_key, step.hears_key, nullptr, {}, nullptr, 0};
        if (step.kind == Step::Kind::run) {
            compiled.processor.reset(kernels.make(step.stage.kernel, step.stage.size));
            if (!compiled.processor) throw std::logic_error("no kernel " + std::string(step.stage.kernel));
        }
        if (step.kind == Step::Kind::pack_key || step.kind == Step::Kind::tap) {
            for (std::size_t lane = 0; lane < plan.seats.size(); ++lane)
                compiled.side[lane] = buffers[plan.seats[lane].side[side]];
            ++side;
        }
        if (step.kind == Step::Kind::begin_bypass) begin = steps_.size();
        if (step.kind == Step::Kind::end_bypass) {
            steps_[begin].other = steps_.size();
            compiled.wet = std::make_unique<Wet>();
            compiled.wet->now.fill(1);
            compiled.wet->goal.fill(1);
            compiled.wet->lead.fill(0);
        }
        steps_.push_back(std::move(compiled));
    }
}

void LaneGroup::run(int count, std::uint64_t clock)
{
    float* const sound = sound_.data();
    float* const key = key_.data();
    kernels_.pack(in_.data(), sound, count);
    for (CompiledStep& step : steps_) {
        switch (step.kind) {
        case Step::Kind::run:
            if (step.on_key)
                step.processor->run(key, key, count, clock);
            else
                step.processor->run(sound, step.hears_key ? key : sound, count, clock);
            break;
        case Step::Kind::copy_key: kernels_.copy(sound, key, count); break;
        case Step::Kind::pack_key: kernels_.pack(step.side.data(), key, count); break;
        case Step::Kind::tap:
            if (!step.asleep) kernels_.unpack(sound, step.side.data(), count);
            break;
        case Step::Kind::begin_bypass:
            if (steps_[step.other].wet->engaged) kernels_.copy(sound, dry_.data(), count);
            break;
        case Step::Kind::end_bypass:
            if (step.wet->engaged) blend(*step.wet, step.hears_key ? key : dry_.data(), count);
            break;
        }
    }
    kernels_.unpack(sound, out_.data(), count);
}

void LaneGroup::blend(Wet& wet, const float* dry, int count)
{
    alignas(alignment) std::array<float, max_lanes> from = wet.now;
    wet.engaged = false;
    for (std::size_t l = 0; l < plan_.seats.size(); ++l) {
        const auto frames = static_cast<float>(count);
        wet.now[l] =
            wet.lead[l] > frames ? wet.now[l] + (wet.goal[l] - wet.now[l]) * (frames / wet.lead[l]) : wet.goal[l];
        wet.lead[l] = std::max(wet.lead[l] - frames, 0.0f);
        wet.engaged |= wet.now[l] != 1 || wet.goal[l] != 1;
    }
    kernels_.blend(sound_.data(), dry, from.data(), wet.now.data(), count);
}

void LaneGroup::aim_wet(std::size_t step, int lane, float share, int frames)
{
    Wet& wet = *steps_[step].wet;
    const auto l = static_cast<std::size_t>(lane);
    if (frames > 0 && wet.goal[l] == share) return;
    wet.goal[l] = share;
    wet.lead[l] = static_cast<float>(frames);
    if (frames == 0) wet.now[l] = share;
    wet.engaged |= wet.now[l] != 1 || share != 1;
}

void LaneGroup::take_wet(std::size_t step, int lane, const LaneGroup& from, std::size_t from_step, int from_lane)
{
    const Wet& source = *from.steps_[from_step].wet;
    Wet& wet = *steps_[step].wet;
    const auto l = static_cast<std::size_t>(lane), f = static_cast<std::size_t>(from_lane);
    wet.now[l] = source.now[f];
    wet.goal[l] = source.goal[f];
    wet.lead[l] = source.lead[f];
    wet.engaged |= source.engaged;
}
} // namespace fohd::dsp
