#pragma once
#include "dsp/kernels/swept_delay.h"
#include "dsp/processors/note_value.h"
#include "dsp/registry.h"

namespace fohd::dsp {

/// What chorus and flanger run as: they differ in what can be set.
class SweptDelayProcessor final : public PlanarProcessor {
public:
    SweptDelayProcessor(const Context& context, double longest_ms)
    {
        line_.prepare(context.rate, context.channels, static_cast<int>(longest_ms * context.rate / 1000) + 1);
    }

    static Shape shape()
    {
        Shape shape;
        shape.planar_coeffs = sizeof(SweptDelayCoeffs) / sizeof(float);
        return shape;
    }

    template <class Params> static void design(const Params& p, int voices, const Context& context, CoeffWriter& out)
    {
        const auto plain = [](auto quantity) { return static_cast<double>(quantity.value); };
        out(design_swept_delay({.rate_hz = sweep_rate(p.sync, context.tempo, p.rate),
                                .depth_frames = plain(p.depth) * context.rate / 1000,
                                .delay_frames = plain(p.delay) * context.rate / 1000,
                                .voices = voices,
                                .spread = plain(p.spread) / 100,
                                .feedback = plain(p.feedback) / 100,
                                .mix = plain(p.mix) / 100},
                               context.rate));
    }

    void run(float* const* channels, int frames) override { line_.process(channels, frames); }
    void aim(std::span<const float> coeffs, bool now) override
    {
        SweptDelayCoeffs c;
        std::memcpy(&c, coeffs.data(), sizeof c);
        line_.aim(c, now);
    }
    void clear() override { line_.clear(); }
    void take(const PlanarProcessor& from) override { line_.take(static_cast<const SweptDelayProcessor&>(from).line_); }

private:
    SweptDelay line_;
};
} // namespace fohd::dsp
