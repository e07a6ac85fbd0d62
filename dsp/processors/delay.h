#pragma once
#include "dsp/kernels/delay_line.h"
#include "dsp/processors/note_value.h"
#include "dsp/registry.h"
#include <algorithm>
#include <array>
#include <cmath>

namespace fohd::dsp {

/// Delay for alignment and echoes, planar.
class DelayProcessor final : public PlanarProcessor {
public:
    static constexpr std::string_view type = "delay";
    static constexpr bool rings = true, follows_tempo = true;
    static constexpr std::string_view text =
        "Delay by time, distance or tempo, exact to the sample; with feedback an echo.";

    struct Params {
        Milliseconds time;
        Metres distance;
        Celsius temperature;
        Percent feedback;
        Toggle ping_pong;
        Hertz low_cut, high_cut;
        Percent mix;
        Choice<Sync> sync;
    };
    static constexpr Hertz lowest = 10_Hz, highest = 20_kHz; ///< Where the cuts are off.
    static constexpr double longest_seconds = 5;
    using P = Params;
    static constexpr ParamTable<Params> params{
        {&P::time,
         "time",
         {0.01_ms, 5000_ms},
         10_ms,
         Taper::log,
         Glide::fade,
         "Delay; at least one frame, and in force while the distance is 0 and sync is off."},
        {&P::distance,
         "distance",
         {0_metres, 1500_metres},
         0_metres,
         Taper::linear,
         Glide::fade,
         "Delay as the way of sound through air; above 0 it replaces the time."},
        {&P::temperature,
         "temperature",
         {-20_celsius, 50_celsius},
         20_celsius,
         Taper::linear,
         Glide::fade,
         "Of the air, for the distance."},
        {&P::feedback,
         "feedback",
         {0_pct, 95_pct},
         0_pct,
         Taper::linear,
         Glide::ramp,
         "Share of an echo that comes again."},
        {&P::ping_pong, "ping_pong", false, Glide::ramp,
         "Both sides of a pair enter on the left and echoes change sides."},
        {&P::low_cut,
         "low_cut",
         {lowest, highest},
         lowest,
         Taper::log,
         Glide::ramp,
         "Low cut in the feedback, 12 dB/oct; off at 10 Hz."},
        {&P::high_cut,
         "high_cut",
         {lowest, highest},
         highest,
         Taper::log,
         Glide::ramp,
         "High cut in the feedback, 12 dB/oct; off at 20 kHz."},
        {&P::mix, "mix", {0_pct, 100_pct}, 100_pct, Taper::linear, Glide::ramp, "Share of the delayed sound."},
        {&P::sync, "sync", delay_notes, Sync::off, Glide::fade,
         "Note value that the delay lasts at the tempo, in whole frames, instead of time and distance; 5 s at most."},
    };

    static Shape shape(const Params&, const Context&)
    {
        Shape shape;
        shape.planar_coeffs = sizeof(DelayCoeffs) / sizeof(float);
        return shape;
    }

    /// As long as it delays; what feedback brings again is no gap.
    static double memory(const Params& p, const Context& context)
    {
        const double note = note_seconds(p.sync, delay_notes, context.tempo);
        if (note > 0) return std::min(note, longest_seconds);
        return p.distance > 0_metres ? plain(p.distance) / speed_of_sound(plain(p.temperature)) : plain(p.time) / 1000;
    }

    static void design(const Params& p, const Context& context, CoeffWriter& out)
    {
        const double frames = memory(p, context) * context.rate;
        out(design_delay({.frames = note_seconds(p.sync, delay_notes, context.tempo) > 0 ? std::round(frames) : frames,
                          .feedback = plain(p.feedback) / 100,
                          .ping_pong = p.ping_pong.on(),
                          .low_cut_hz = p.low_cut > lowest ? plain(p.low_cut) : 0,
                          .high_cut_hz = p.high_cut < highest ? plain(p.high_cut) : 0,
                          .mix = plain(p.mix) / 100},
                         context.rate));
    }

    static std::unique_ptr<PlanarProcessor> make(const Params&, const Context& context)
    {
        return std::make_unique<DelayProcessor>(context);
    }

    explicit DelayProcessor(const Context& context)
    {
        line_.prepare(context.rate, context.channels, static_cast<int>(longest_seconds * context.rate));
    }

    void run(float* const* channels, int frames) override { line_.process(channels, frames); }
    void aim(std::span<const float> coeffs, bool now) override
    {
        DelayCoeffs c;
        std::memcpy(&c, coeffs.data(), sizeof c);
        line_.aim(c, now);
    }
    void clear() override { line_.clear(); }
    bool take_ahead(const PlanarProcessor& from, int frames) override
    {
        return line_.take_ahead(static_cast<const DelayProcessor&>(from).line_, frames);
    }
    void take(const PlanarProcessor& from) override { line_.take(static_cast<const DelayProcessor&>(from).line_); }

private:
    static double plain(auto quantity) { return static_cast<double>(quantity.value); }

    DelayLine line_;
};
} // namespace fohd::dsp
