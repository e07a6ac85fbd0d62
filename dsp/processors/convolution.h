#pragma once
#include "dsp/kernels/convolver.h"
#include "dsp/registry.h"
#include <optional>

namespace fohd::dsp {

/// Convolution with the response of a room or a correction for a loudspeaker, planar: dsp/kernels/convolver.h runs it.
class Convolution final : public PlanarProcessor {
public:
    static constexpr std::string_view type = "convolution";
    static constexpr bool rings = true;
    static constexpr std::string_view text =
        "Convolution with a sound file: a room, a plate, a loudspeaker's correction. No latency.";
    static constexpr SettingSpec settings[] = {{"file", SettingSpec::Kind::file,
                                                "Sound file of the response, up to 10 s, at any rate; a relative path "
                                                "starts where the configuration lies. One channel serves all "
                                                "of the strip; else there is one for each, or four on a pair: left to "
                                                "left, left to right, right to left, right to right.",
                                                true}};

    struct Params {
        Decibels gain;
        Toggle normalise;
        Milliseconds pre_delay, trim_start, length;
        Percent mix;
    };
    static constexpr Milliseconds longest_pre_delay = 250_ms, longest = 10000_ms;
    using P = Params;
    static constexpr ParamTable<Params> params{
        {&P::gain,
         "gain",
         {-40_dB, 40_dB},
         0_dB,
         Taper::linear,
         Glide::ramp,
         "Gain of the convolved sound; at 0 dB the response counts as it stands in the file."},
        {&P::normalise, "normalise", false, Glide::ramp,
         "Scales the response so that noise is as loud behind it as before; off for corrections."},
        {&P::pre_delay,
         "pre_delay",
         {0_ms, longest_pre_delay},
         0_ms,
         Taper::linear,
         Glide::fade,
         "Time before the convolved sound, in whole frames."},
        {&P::trim_start,
         "trim_start",
         {0_ms, 1000_ms},
         0_ms,
         Taper::linear,
         Glide::rebuild,
         "Cut off the beginning of the response, such as the silence before it."},
        {&P::length,
         "length",
         {5_ms, longest},
         longest,
         Taper::log,
         Glide::rebuild,
         "What is kept of the response after that; it ends in a fade."},
        {&P::mix,
         "mix",
         {0_pct, 100_pct},
         100_pct,
         Taper::linear,
         Glide::ramp,
         "Share of the convolved sound; 100 % for corrections, and for a room on a bus that sends feed."},
    };

    static Shape shape(const Params& p, const Context&)
    {
        Shape shape;
        shape.planar_coeffs = sizeof(Coeffs) / sizeof(float);
        shape.planar_made_with = {p.trim_start.value, p.length.value};
        return shape;
    }
    /// Until it has opened and the whole response has been heard.
    static double memory(const Params& p, const Context& context);
    static void design(const Params& p, const Context& context, CoeffWriter& out);
    static std::unique_ptr<PlanarProcessor> make(const Params& p, const Context& context)
    {
        return std::make_unique<Convolution>(p, context);
    }
    /// Whether a response of so many channels fits a strip.
    static constexpr bool fits(int impulse_channels, int strip_channels)
    {
        return impulse_channels == 1 || impulse_channels == strip_channels ||
               (impulse_channels == 4 && strip_channels == 2);
    }

    /// Without an impulse, or with one that does not fit, sound passes unchanged.
    Convolution(const Params& p, const Context& context);

    void run(float* const* channels, int frames) override;
    void aim(std::span<const float> coeffs, bool now) override;
    void clear() override;
    bool take_ahead(const PlanarProcessor& from, int frames) override;
    void take(const PlanarProcessor& from) override;

private:
    struct Coeffs {
        float gain, normalise, pre_delay, mix; ///< Factor, 0..1, frames, 0..1.
    };
    struct Levels {
        float dry = 0, wet = 1;
    };
    /// All that is small.
    struct Motion {
        Levels now, goal;
        int glide_left = 0;                        ///< Frames.
        int pre_delay = 0, next = 0, pending = -1; ///< Frames; `next` fades in, then `pending`, if any.
        int fade_left = 0;
        int opening = 0; ///< Frames until all of what comes in is heard.
    };
    void convolve(const float* const* in, float* const* out, int frames);
    void read_wet(int channel, float* to, int frames) const;
    void mix(float* const* channels, int frames);
    void advance(int frames);

    int channels_, ramp_;
    float normal_ = 1; ///< Gain that normalises.
    std::optional<Convolver> convolver_;
    FrameRing wet_;
    Motion m_;
};
} // namespace fohd::dsp
