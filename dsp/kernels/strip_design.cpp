#include "dsp/kernels/strip_design.h"
#include <cmath>

namespace fohd::dsp {

MeterCoeffs<float> design_meter(double rate)
{
    return {static_cast<float>(-20 / (20 * std::log10(2.0)) / (1.7 * rate)),
            static_cast<float>(-1 / (std::log(2.0) * 0.3 * rate))};
}
} // namespace fohd::dsp
