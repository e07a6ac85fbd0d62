#include "dsp/kernels/crossover_design.h"
#include <cmath>
#include <numbers>

namespace fohd::dsp {
namespace {
/// A double pole: real (k = 2), or two of the complex pairs that a square has twice.
SectionCoeffs<float> pass(Branch branch, double g, double k)
{
    return branch == Branch::low ? trapezoidal_section(g, k, 0, 0, 1) : trapezoidal_section(g, k, 1, 0, 0);
}
} // namespace

void linkwitz_riley(Branch branch, int order, double hz, double rate, std::span<SectionCoeffs<float>> out)
{
    const double g = std::tan(std::numbers::pi * std::min(hz / rate, 0.45));
    std::ranges::fill(out, identity_section);
    std::size_t at = 0;
    if (order % 2 == 1) // (1 - s) / (1 + s) with both sides times 1 + s
        out[at++] = branch == Branch::both ? trapezoidal_section(g, 2, -1, 0, 1) : pass(branch, g, 2);
    for (int pair = order % 2; pair < order; pair += 2) {
        const double k = 2 * std::cos((pair + 1) * std::numbers::pi / (2 * order));
        if (branch == Branch::both) {
            out[at++] = trapezoidal_section(g, k, 1, -k, 1);
        } else {
            out[at++] = pass(branch, g, k);
            out[at++] = pass(branch, g, k);
        }
    }
    if (branch == Branch::high && order % 2 == 1) amplify(out[0], -1);
}
} // namespace fohd::dsp
