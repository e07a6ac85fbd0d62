#include "dsp/kernels/lane_chain.h"
#include <algorithm>
#include <stdexcept>

namespace fohd::dsp {

LaneChain::LaneChain(std::vector<Stage> stages, int rows) : stages_(std::move(stages)), rows_(rows)
{
    const auto usable = usable_kernels();
    const auto fits = std::ranges::find_if(usable, [&](const Kernels* build) { return build->lanes >= rows; });
    kernels_ = fits == usable.end() ? usable.back() : *fits;
    width_ = kernels_->lanes;
    racks_.resize(static_cast<std::size_t>((rows + width_ - 1) / width_));
    for (Rack& rack : racks_)
        for (const Stage& stage : stages_) {
            rack.stages.emplace_back(kernels_->make(stage.kernel, stage.size));
            if (!rack.stages.back()) throw std::logic_error("no kernel " + std::string(stage.kernel));
        }
}

int LaneChain::coeffs() const
{
    int count = 0;
    for (const Stage& stage : stages_) count += stage.coeffs;
    return count;
}

void LaneChain::aim(int row, std::span<const float> coeffs, int frames)
{
    Rack& rack = rack_of(row);
    for (std::size_t s = 0; s < stages_.size(); ++s) {
        const auto count = static_cast<std::size_t>(stages_[s].coeffs);
        rack.stages[s]->aim(row % width_, coeffs.first(count), frames);
        coeffs = coeffs.subspan(count);
    }
}

void LaneChain::run(const float* const* in, const float* const* key, float* const* out, int frames)
{
    for (int first = 0; first < rows_; first += width_) {
        std::array<const float*, max_lanes> from, listened;
        std::array<float*, max_lanes> to;
        for (int lane = 0; lane < width_; ++lane) {
            const auto l = static_cast<std::size_t>(lane);
            const bool used = first + lane < rows_;
            from[l] = used ? in[first + lane] : silence_.data();
            listened[l] = used && key ? key[first + lane] : silence_.data();
            to[l] = used ? out[first + lane] : unheard_.data();
        }
        kernels_->pack(from.data(), sound_.data(), frames);
        if (key) kernels_->pack(listened.data(), key_.data(), frames);
        for (auto& stage : rack_of(first).stages)
            stage->run(sound_.data(), key ? key_.data() : sound_.data(), frames, clock_);
        kernels_->unpack(sound_.data(), to.data(), frames);
    }
    clock_ += static_cast<std::uint64_t>(frames);
}

float LaneChain::state(int row, std::size_t stage, int state_row) const
{
    return racks_[static_cast<std::size_t>(row / width_)].stages[stage]->state(state_row, row % width_);
}

void LaneChain::clear()
{
    for (Rack& rack : racks_)
        for (auto& stage : rack.stages)
            for (int lane = 0; lane < width_; ++lane) stage->clear(lane);
}

void LaneChain::take(const LaneChain& from)
{
    clock_ = from.clock_;
    for (int row = 0; row < std::min(rows_, from.rows_); ++row)
        for (std::size_t s = 0, f = 0; s < stages_.size(); ++s) {
            while (f < from.stages_.size() && from.stages_[f] != stages_[s]) ++f;
            if (f == from.stages_.size())
                f = 0; // not there; the next one may be
            else
                rack_of(row).stages[s]->take(row % width_,
                                             *from.racks_[static_cast<std::size_t>(row / from.width_)].stages[f++],
                                             row % from.width_);
        }
}
} // namespace fohd::dsp
