#pragma once
#include "dsp/graph/shape.h"
#include "dsp/kernels/lane_processor.h"
#include <array>
#include <memory>

namespace fohd::dsp {

/// Rows of sound through the same kernels, each with coefficients of its own: for a planar processor that works on more
/// sounds than its strip has channels, such as bands. Rows 2n and 2n + 1 ride as a pair.
class LaneChain {
public:
    LaneChain() = default;
    /// Control thread. `rows` is even.
    LaneChain(std::vector<Stage> stages, int rows);

    /// Floats of one row: those of all stages.
    int coeffs() const;
    /// The row glides to these over `frames`; with 0 it has them at once. Audio thread, or before it runs.
    void aim(int row, std::span<const float> coeffs, int frames);
    /// Audio thread. One planar buffer of max_block floats, aligned, each row; `in` may be the same as `out`. What listens hears
    /// `key`, or without one the sound itself.
    void run(const float* const* in, const float* const* key, float* const* out, int frames);
    /// A row of the State of one stage's kernel, for readings. Audio thread.
    float state(int row, std::size_t stage, int state_row) const;
    /// Silent and at rest, but for the coefficients. Audio thread.
    void clear();
    /// Rows go on where those of another chain stopped, as far as both have the same kernels. Audio thread.
    void take(const LaneChain& from);

private:
    struct Rack {
        std::vector<std::unique_ptr<LaneProcessor>> stages;
    };
    Rack& rack_of(int row) { return racks_[static_cast<std::size_t>(row / width_)]; }

    std::vector<Stage> stages_;
    int rows_ = 0, width_ = 1;
    const Kernels* kernels_ = nullptr;
    std::vector<Rack> racks_;
    alignas(alignment) std::array<float, max_lanes * max_block> sound_{}, key_{};
    alignas(alignment) std::array<float, max_block> silence_{}, unheard_{};
    std::uint64_t clock_ = 0;
};
} // namespace fohd::dsp
