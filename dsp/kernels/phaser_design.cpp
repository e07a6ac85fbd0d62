#include "dsp/kernels/phaser_design.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fohd::dsp {

PhaserCoeffs<float> design_phaser(const PhaserValues& values, double rate)
{
    const auto warped = [&](double hz) {
        return std::log2(std::tan(std::numbers::pi * std::min(hz / rate, 0.45))) / 2;
    };
    const double reach = std::exp2(values.octaves / 2), middle = warped(values.centre_hz),
                 low = warped(values.centre_hz / reach), high = warped(values.centre_hz * reach);
    PhaserCoeffs<float> c{.step = static_cast<float>(values.rate_hz / rate * 0x1p32),
                          .behind = static_cast<float>(values.turns_behind),
                          .middle = static_cast<float>(middle),
                          .half = static_cast<float>((high - low) / 2),
                          .bend = static_cast<float>((high + low) / 2 - middle),
                          .feedback = static_cast<float>(values.feedback),
                          .dry = static_cast<float>(1 - std::abs(values.mix)),
                          .wet = static_cast<float>(values.mix * std::sqrt(1 - values.feedback * values.feedback)),
                          .on = {}};
    std::fill_n(c.on, values.stages / 2, 1.0f);
    return c;
}
} // namespace fohd::dsp
