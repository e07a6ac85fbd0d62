#pragma once
#include "dsp/processors/pass_filters.h"

namespace fohd::dsp {

/// Butterworth, matched to the analogue filter up to 0.375 of the rate.
struct HighPass {
    static constexpr std::string_view type = "high_pass",
                                      text = "Removes what is below its frequency: rumble, handling noise.";
    using Params = PassParams;
    static constexpr ParamTable<Params> params{
        {&Params::frequency,
         "frequency",
         {10_Hz, 20_kHz},
         80_Hz,
         Taper::log,
         Glide::ramp,
         "Where the sound is 3 dB down."},
        {&Params::slope,
         "slope",
         {6_per_oct, 48_per_oct},
         12_per_oct,
         Taper::linear,
         Glide::rebuild,
         "How steeply it falls below, in steps of 6."},
    };
    static Shape shape(const Params& p, const Context&) { return pass_shape(p); }
    static void design(const Params& p, const Context& context, CoeffWriter& out)
    {
        design_pass(PassType::high, p, context.rate, out);
    }
};
} // namespace fohd::dsp
