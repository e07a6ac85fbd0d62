#pragma once
#include "dsp/graph/plan.h"
#include "dsp/kernels/lane_processor.h"
#include <array>
#include <memory>

namespace fohd::dsp {

/// Aligned planar buffers of max_block floats each.
class Buffers {
public:
    explicit Buffers(int count);
    float* operator[](int buffer) const { return memory_.get() + buffer * max_block; }

private:
    struct Free {
        void operator()(float* memory) const;
    };
    std::unique_ptr<float, Free> memory_;
};

/// Like segments, compiled: their kernels and where each lane's sound comes from and goes.
class LaneGroup {
public:
    /// Control thread. `kernels` is of the plan's width; `buffers` must outlive the group.
    LaneGroup(const GroupPlan& plan, const Kernels& kernels, const Buffers& buffers);

    /// Audio thread. count <= max_block.
    void run(int count, std::uint64_t clock);

    const GroupPlan& plan() const { return plan_; }
    /// The kernel of a `run` step, else nullptr.
    LaneProcessor* processor(std::size_t step) { return steps_[step].processor.get(); }
    const LaneProcessor* processor(std::size_t step) const { return steps_[step].processor.get(); }
    /// Whether somebody hears what a tap step writes; else it writes nothing. Audio thread, or before it runs.
    void wake_tap(std::size_t step, bool is_heard) { steps_[step].asleep = !is_heard; }
    /// Wet share of a lane at an end_bypass step: glides there over `frames`. Audio thread, or before it runs.
    void aim_wet(std::size_t step, int lane, float wet, int frames);
    /// Goes on where another group's lane stopped. Audio thread.
    void take_wet(std::size_t step, int lane, const LaneGroup& from, std::size_t from_step, int from_lane);

private:
    struct Wet {
        alignas(alignment) std::array<float, max_lanes> now, goal, lead;
        bool engaged = false; ///< Some lane is not all wet.
    };
    struct CompiledStep {
        Step::Kind kind;
        bool on_key, hears_key;
        std::unique_ptr<LaneProcessor> processor;
        std::array<float*, max_lanes> side{};
        std::unique_ptr<Wet> wet; ///< end_bypass
        std::size_t other = 0;    ///< begin_bypass: the step of its end
        bool asleep = false;      ///< tap: nobody hears it
    };
    void blend(Wet& wet, const float* dry, int count);

    GroupPlan plan_;
    const Kernels& kernels_;
    std::vector<CompiledStep> steps_;
    std::array<const float*, max_lanes> in_{};
    std::array<float*, max_lanes> out_{};
    alignas(alignment) std::array<float, max_lanes * max_block> sound_{}, key_{}, dry_{};
};
} // namespace fohd::dsp
