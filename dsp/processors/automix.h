#pragma once
#include "dsp/registry.h"
#include <cmath>

namespace fohd::dsp {

/// Who speaks gets the gain: that of a microphone is its level over the level of the sum of all of its group, in dB; so all together
/// they amplify like one that is open. Source: Dugan, "Automatic Microphone Mixing", JAES 23(6) 1975. Levels are mean squares over
/// 10 ms, which fall within 100 ms, taken every 32 frames of the clock; gains are straight lines between.
class Automix final : public JointProcessor {
public:
    static constexpr std::string_view type = "automix";
    static constexpr std::string_view text =
        "Shares one gain among the microphones of a group, as they are loud: all together amplify like one open.";

    enum class Priority { normal, high, highest };
    static constexpr std::array<std::string_view, 3> priorities{"normal", "high", "highest"};

    struct Params {
        Decibels weight;
        Choice<Priority> priority;
        Toggle on;
        Decibels depth;
    };
    using P = Params;
    static constexpr ParamTable<Params> params{
        {&P::weight,
         "weight",
         {-12_dB, 12_dB},
         0_dB,
         Taper::linear,
         Glide::ramp,
         "Added to its level where the gain is shared out, not to its sound."},
        {&P::priority, "priority", priorities, Priority::normal, Glide::ramp,
         "The others fall by another 10 or 20 dB while it speaks, as if it had so much more weight."},
        {&P::on, "on", true, Glide::ramp, "Off: it neither takes part nor is turned down."},
        {&P::depth, "depth", {0_dB, 60_dB}, 60_dB, Taper::linear, Glide::ramp, "Most that it is turned down."},
    };
    static constexpr SettingSpec settings[] = {
        {"group", SettingSpec::Kind::text, "Microphones of one name share one gain; without, those without a name."}};
    static constexpr bool reduces = true;

    static Shape shape(const Params&, const Context&)
    {
        Shape shape;
        shape.planar_coeffs = sizeof(Coeffs) / sizeof(float);
        return shape;
    }
    static void design(const Params& p, const Context&, CoeffWriter& out)
    {
        const float priority = 10 * static_cast<float>(p.priority.get());
        out(Coeffs{.weight = std::pow(10.0f, (p.weight.value + priority) / 10),
                   .on = p.on.on() ? 1.0f : 0.0f,
                   .deepest = std::pow(10.0f, -p.depth.value / 20)});
    }
    static std::unique_ptr<JointProcessor> make_joint(std::span<const Member> members, double rate)
    {
        return std::make_unique<Automix>(members, rate);
    }

    Automix(std::span<const Member> members, double rate);
    void run(const float* const* in, float* const* out, int frames, std::uint64_t clock) override;
    void aim(int member, float wet, std::span<const float> coeffs, bool now) override;
    void clear(int member) override;
    void take(int member, const JointProcessor& from, int from_member) override;
    float reduction(int member) const override;

private:
    /// Weights and shares are of power.
    struct Coeffs {
        float weight;  ///< What its level counts.
        float on;      ///< 0 or 1; 0 leaves the mix.
        float deepest; ///< Gain that it never falls below, 0..1.
    };
    static constexpr int segment_ = 32, columns_ = 8;
    using Squares = std::array<float, columns_>; ///< Sums of a channel in this segment, by frame.
    struct Memory {
        float mean = 0, level = 0; ///< Mean square; the same, held.
        float share = 1;           ///< Its gain among all, smoothed.
        float gain = 1, step = 0;  ///< Before the first frame of this segment, and what each frame adds.
        float on = 1;              ///< Of the glide.
        bool fresh = true;         ///< Its share is not known yet.

        float heard() const { return on == 0 ? 1.0f : 1.0f + on * (share - 1.0f); }
    };
    static void run_segment(const float* from, float* to, const Memory& memory, Squares& squares);
    std::span<Squares> squares_of(std::size_t member);
    void end_segment();
    void settle();
    float part(std::size_t member) const; ///< What it is in the sum of all.
    float sum() const;
    float share_of(std::size_t member, float all, float inverse) const; ///< Of all, and 1 over it.

    std::vector<Member> members_;
    std::vector<Coeffs> goals_, coeffs_;
    std::vector<Memory> memories_;
    std::vector<Squares> squares_;        ///< A channel each.
    std::vector<float> scales_;           ///< By member: 1 over the samples of a segment.
    std::vector<std::size_t> first_rows_; ///< There, by member.
    float mean_, fall_, smooth_, glide_;  ///< Shares of the way a segment.
    bool fresh_ = true;
};
} // namespace fohd::dsp
