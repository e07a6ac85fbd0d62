#include "dsp/processors/reverb.h"
#include <algorithm>
#include <cmath>

namespace fohd::dsp {

double ReverbProcessor::memory(const Params& p, const Context&)
{
    const auto seconds = [](Milliseconds time) { return static_cast<double>(time.value) / 1000; };
    return std::min(seconds(p.pre_delay) + seconds(p.decay) / 2, 1.0);
}

void ReverbProcessor::design(const Params& p, const Context& context, CoeffWriter& out)
{
    const auto plain = [](auto quantity) { return static_cast<double>(quantity.value); };
    const auto gain = [&](Decibels level) { return level > silent ? std::pow(10, plain(level) / 20) : 0.0; };
    out(design_reverb({.kind = p.kind.get(),
                       .size = plain(p.size),
                       .pre_delay = plain(p.pre_delay) / 1000,
                       .decay = plain(p.decay) / 1000,
                       .low_multiplier = plain(p.low_multiplier),
                       .high_multiplier = plain(p.high_multiplier),
                       .low_crossover = plain(p.low_crossover),
                       .high_crossover = plain(p.high_crossover),
                       .diffusion = plain(p.diffusion) / 100,
                       .modulation = plain(p.modulation) / 100,
                       .modulation_rate = plain(p.modulation_rate),
                       .width = plain(p.width) / 100,
                       .early = gain(p.early),
                       .late = gain(p.late),
                       .mix = plain(p.mix) / 100},
                      context.rate, context.channels));
}
} // namespace fohd::dsp
