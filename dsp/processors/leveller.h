#pragma once
#include "dsp/kernels/lane_chain.h"
#include "dsp/registry.h"

namespace fohd::dsp {

/// A slow gain that brings short-term loudness to a target; all channels of the strip share it. It measures its own input, by
/// ITU-R BS.1770 and EBU R 128 s1: K filters and the last thirty tenths of a second that the gate let pass. So it is exact in
/// `fohd render`, and never follows what comes after it: behind a limiter that holds it down, it does not run away.
/// The gain is a straight line through each tenth, aimed at its end: sums and gains do not depend on the block.
class Leveller final : public PlanarProcessor {
public:
    static constexpr std::string_view type = "leveller";
    static constexpr std::string_view text =
        "Slow gain that brings short-term loudness to a target; rests in pauses and brakes where it gets loud at once.";

    struct Params {
        Lufs target;
        Decibels max_boost, max_cut;
        Milliseconds speed;
        Lufs gate;
        Decibels brake;
    };
    using P = Params;
    static constexpr ParamTable<Params> params{
        {&P::target,
         "target",
         {-40_LUFS, -5_LUFS},
         -23_LUFS,
         Taper::linear,
         Glide::ramp,
         "Short-term loudness that the sound is brought to, measured before everything that follows in the chain."},
        {&P::max_boost, "max_boost", {0_dB, 30_dB}, 10_dB, Taper::linear, Glide::ramp, "Most gain there ever is."},
        {&P::max_cut, "max_cut", {0_dB, 30_dB}, 20_dB, Taper::linear, Glide::ramp, "Most reduction there ever is."},
        {&P::speed,
         "speed",
         {4000_ms, 60000_ms},
         10000_ms,
         Taper::log,
         Glide::ramp,
         "Time after which a step of 10 LU is at the target within 0.5 LU."},
        {&P::gate,
         "gate",
         {-70_LUFS, -20_LUFS},
         -50_LUFS,
         Taper::linear,
         Glide::ramp,
         "Below it is a pause: the gain rests and nothing is measured."},
        {&P::brake,
         "brake",
         {3_dB, 30_dB},
         8_dB,
         Taper::linear,
         Glide::ramp,
         "How far momentary loudness may come above the target before the gain falls by 20 dB a second, whatever the "
         "speed."},
    };
    static constexpr bool reduces = true;

    static Shape shape(const Params&, const Context&);
    static void design(const Params&, const Context&, CoeffWriter&);
    static std::unique_ptr<PlanarProcessor> make(const Params&, const Context&);

    explicit Leveller(const Context& context);
    void run(float* const* channels, int frames) override;
    void aim(std::span<const float> coeffs, bool now) override;
    void clear() override;
    void take(const PlanarProcessor& from) override;
    float reduction(int channel) const override;

private:
    struct Coeffs {
        float target, max_boost, max_cut; ///< LUFS, dB
        float pace;                       ///< Share of what is missing that a tenth brings.
        float gate, brake;                ///< LUFS, dB
    };
    static constexpr int in_short_term = 30, in_momentary = 4; ///< Tenths of a second.
    struct Memory {
        std::array<double, 16> sums{};             ///< Of squares in this tenth, by channel.
        std::array<double, in_short_term> heard{}; ///< The last tenths above the gate: mean squares.
        std::array<double, in_momentary> recent{}; ///< The last tenths.
        int heard_count = 0, heard_at = 0, recent_at = 0;
        int at = 0;               ///< Frames of this tenth.
        double gain_db = 0;       ///< At the end of this tenth.
        float from = 1, step = 0; ///< Gain: before the first frame of this tenth, and what each frame adds.
    };
    void end_tenth();

    int channels_, rows_, tenth_; ///< frames
    LaneChain weighting_;
    std::vector<PlanarBuffer> weighted_;
    std::vector<const float*> in_;
    std::vector<float*> out_;
    std::array<double, 16> weights_{};
    Coeffs coeffs_{};
    Memory memory_;
};
} // namespace fohd::dsp
