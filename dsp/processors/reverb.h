#pragma once
#include "dsp/kernels/reverb_tank.h"
#include "dsp/registry.h"

namespace fohd::dsp {

/// Reverb: dsp/kernels/reverb.h runs it, planar.
class ReverbProcessor final : public PlanarProcessor {
public:
    static constexpr std::string_view type = "reverb";
    static constexpr bool rings = true;
    static constexpr std::string_view text =
        "Reverb of a room, a hall or a plate, whose decay is as set in three bands; equally loud at every decay.";

    static constexpr std::array<std::string_view, 3> kinds{"room", "hall", "plate"};

    struct Params {
        Choice<ReverbKind> kind;
        Metres size;
        Milliseconds pre_delay, decay;
        Plain low_multiplier;
        Hertz low_crossover;
        Plain high_multiplier;
        Hertz high_crossover;
        Percent diffusion, modulation;
        Hertz modulation_rate;
        Percent width;
        Decibels early, late;
        Percent mix;
    };
    static constexpr Silence silent{-60_dB}; ///< Where a level is off.
    using P = Params;
    static constexpr ParamTable<Params> params{
        {&P::kind, "kind", kinds, ReverbKind::hall, Glide::fade,
         "room has early reflections near and loud, hall wide apart, plate dense from the first moment."},
        {&P::size,
         "size",
         {3_metres, 30_metres},
         15_metres,
         Taper::log,
         Glide::fade,
         "Way from one reflection to the next, in the mean; at most 30 m for each second of decay."},
        {&P::pre_delay,
         "pre_delay",
         {0_ms, 250_ms},
         20_ms,
         Taper::linear,
         Glide::fade,
         "Time before all of the reverb; at least 16 frames."},
        {&P::decay,
         "decay",
         {100_ms, 20000_ms},
         1800_ms,
         Taper::log,
         Glide::ramp,
         "Time in which it decays by 60 dB between the crossovers."},
        {&P::low_multiplier,
         "low_multiplier",
         {0.2_plain, 3_plain},
         1.2_plain,
         Taper::log,
         Glide::ramp,
         "Times the decay, below the low crossover."},
        {&P::low_crossover,
         "low_crossover",
         {50_Hz, 1000_Hz},
         160_Hz,
         Taper::log,
         Glide::ramp,
         "Where the low multiplier is half in force."},
        {&P::high_multiplier,
         "high_multiplier",
         {0.1_plain, 2_plain},
         0.5_plain,
         Taper::log,
         Glide::ramp,
         "Times the decay, above the high crossover."},
        {&P::high_crossover,
         "high_crossover",
         {1_kHz, 16_kHz},
         6_kHz,
         Taper::log,
         Glide::ramp,
         "Where the high multiplier is half in force."},
        {&P::diffusion,
         "diffusion",
         {0_pct, 100_pct},
         80_pct,
         Taper::linear,
         Glide::ramp,
         "How soon single echoes become one sound."},
        {&P::modulation,
         "modulation",
         {0_pct, 100_pct},
         25_pct,
         Taper::linear,
         Glide::ramp,
         "Depth of slow movement, which takes away resonances; 100 % is 0.4 ms to either side."},
        {&P::modulation_rate,
         "modulation_rate",
         {0.1_Hz, 3_Hz},
         0.5_Hz,
         Taper::log,
         Glide::ramp,
         "Rate of the movement; each line has its own, up to 20 % off."},
        {&P::width, "width", {0_pct, 100_pct}, 100_pct, Taper::linear, Glide::ramp, "0 % is mono, at the same level."},
        {&P::early,
         "early",
         {silent, 6_dB},
         -9_dB,
         Taper::linear,
         Glide::ramp,
         "Level of the early reflections; off at -60 dB."},
        {&P::late, "late", {silent, 6_dB}, 0_dB, Taper::linear, Glide::ramp, "Level of the late sound; off at -60 dB."},
        {&P::mix,
         "mix",
         {0_pct, 100_pct},
         30_pct,
         Taper::linear,
         Glide::ramp,
         "Share of the reverb; 100 % on a bus that sends feed."},
    };

    static Shape shape(const Params&, const Context&)
    {
        Shape shape;
        shape.planar_coeffs = sizeof(ReverbCoeffs) / sizeof(float);
        return shape;
    }

    /// To -30 dB, or as far as it gets in a second: of a longer one, what is missing then comes in its own time.
    static double memory(const Params& p, const Context&);

    static void design(const Params& p, const Context& context, CoeffWriter& out);

    static std::unique_ptr<PlanarProcessor> make(const Params&, const Context& context)
    {
        return std::make_unique<ReverbProcessor>(context);
    }

    explicit ReverbProcessor(const Context& context) { tank_.prepare(context.rate, context.channels); }

    void run(float* const* channels, int frames) override { tank_.process(channels, frames); }
    void aim(std::span<const float> coeffs, bool now) override
    {
        ReverbCoeffs c;
        std::memcpy(&c, coeffs.data(), sizeof c);
        tank_.aim(c, now);
    }
    void clear() override { tank_.clear(); }
    bool take_ahead(const PlanarProcessor& from, int frames) override
    {
        constexpr int as_a_delay = 4; // channels that it copies so many frames of
        return tank_.take_ahead(static_cast<const ReverbProcessor&>(from).tank_, as_a_delay * frames);
    }
    void take(const PlanarProcessor& from) override { tank_.take(static_cast<const ReverbProcessor&>(from).tank_); }

private:
    ReverbTank tank_;
};
} // namespace fohd::dsp
