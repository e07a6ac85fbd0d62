#pragma once
#include "dsp/kernels/dither_design.h"
#include "dsp/registry.h"

namespace fohd::dsp {

/// Rounds to whole steps of 16, 20 or 24 bits, with noise that makes the error independent of the sound: dsp/kernels/dither.h.
/// Equal sounds give equal bits, each channel has noise of its own, and digital silence stays it.
struct DitherProcessor {
    static constexpr std::string_view type = "dither";
    static constexpr std::string_view text =
        "Rounds to 16, 20 or 24 bits with noise under the last; the very last processor of a "
        "chain, after `fader`.";

    enum class Bits { sixteen, twenty, twenty_four };
    enum class NoiseShape { none, tpdf, shaped };
    static constexpr std::array<std::string_view, 3> bit_names{"16", "20", "24"};
    static constexpr std::array<std::string_view, 3> noise_shapes{"none", "tpdf", "shaped"};

    struct Params {
        Choice<Bits> bits;
        Choice<NoiseShape> shape;
    };
    static constexpr ParamTable<Params> params{
        {&Params::bits, "bits", bit_names, Bits::twenty_four, Glide::rebuild, "Of what the sound is converted to."},
        {&Params::shape, "shape", noise_shapes, NoiseShape::tpdf, Glide::rebuild,
         "none rounds; tpdf adds white noise of 2 steps peak to peak; shaped moves the noise to where it is heard "
         "least."},
    };

    static Shape shape(const Params& p, const Context&)
    {
        constexpr std::array kernels{Stage{"round", 0, sizeof(DitherCoeffs<float>) / sizeof(float)},
                                     Stage{"dither", 0, sizeof(DitherCoeffs<float>) / sizeof(float)},
                                     Stage{"shaped_dither", 0, sizeof(ShapedDitherCoeffs<float>) / sizeof(float)}};
        Shape shape;
        shape.core = {kernels[static_cast<std::size_t>(p.shape.get())]};
        shape.core[0].size = 16 + 4 * static_cast<int>(p.bits.get());
        return shape;
    }

    static void design(const Params& p, const Context& context, CoeffWriter& out)
    {
        if (p.shape.get() == NoiseShape::shaped)
            out(design_shaped_dither(context.channel, context.rate));
        else
            out(design_dither(context.channel, context.rate));
    }
};
} // namespace fohd::dsp
