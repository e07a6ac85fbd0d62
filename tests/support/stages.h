#pragma once
#include "dsp/registry.h"
#include "tests/support/sections.h"

namespace fohd::dsp::test {

/// The core stages of a lane processor without key, for a strip of one or two channels, at rest with the values.
class StageRig {
public:
    StageRig(const Kernels& kernels, const ProcessorType& type, std::span<const float> values, int channels,
             double rate)
        : shape_(type.shape(values, {rate, channels, 0}))
    {
        std::size_t count = 0;
        for (const Stage& stage : shape_.core) {
            rigs_.emplace_back(kernels, stage.kernel, stage.size);
            count += static_cast<std::size_t>(stage.coeffs);
        }
        for (int channel = 0; channel < channels; ++channel) {
            std::vector<float> coeffs(count);
            CoeffWriter out(coeffs.data());
            type.design(values, {rate, channels, channel}, out);
            written_ = out.end() == coeffs.data() + count;
            std::span<const float> rest(coeffs);
            for (std::size_t i = 0; i < rigs_.size(); ++i) {
                const auto own = static_cast<std::size_t>(shape_.core[i].coeffs);
                rigs_[i].aim_flat(channel, rest.first(own), 0);
                rest = rest.subspan(own);
            }
        }
    }
    /// In place; `right` is empty for one channel.
    void run(std::span<float> left, std::span<float> right, int block)
    {
        for (LaneRig& rig : rigs_) rig.run(left, right, block);
    }
    const Shape& shape() const { return shape_; }
    bool wrote_what_the_shape_says() const { return written_; }

private:
    Shape shape_;
    std::vector<LaneRig> rigs_;
    bool written_ = false;
};
} // namespace fohd::dsp::test
