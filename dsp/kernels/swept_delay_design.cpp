#include "dsp/kernels/swept_delay_design.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

namespace fohd::dsp {
namespace {

constexpr int unknowns = sweep_taps + 1; // the last one is the multiplier of "exact at 0 Hz"
using Equations = std::array<std::array<double, unknowns + 1>, unknowns>;

/// Sum over the frequencies of cos(w x), weighed by 1 / w^2.
double overlap(double x)
{
    constexpr int points = 64;
    constexpr double highest = 0.3 * 2 * std::numbers::pi;
    double sum = 0, weights = 0;
    for (int n = 0; n < points; ++n) {
        const double w = (n + 0.5) / points * highest;
        sum += std::cos(w * x) / (w * w);
        weights += 1 / (w * w);
    }
    return sum / weights;
}

/// Gauss, with the largest pivot: what stands in the last column becomes the solution.
void solve(Equations& m)
{
    for (unsigned c = 0; c < unknowns; ++c) {
        const auto larger = [&](const auto& a, const auto& b) { return std::abs(a[c]) < std::abs(b[c]); };
        std::swap(m[c], *std::max_element(m.begin() + c, m.end(), larger));
        for (unsigned r = 0; r < unknowns; ++r) {
            const double factor = r == c ? 0 : m[r][c] / m[c][c];
            for (unsigned k = c; k <= unknowns && factor != 0; ++k) m[r][k] -= factor * m[c][k];
        }
    }
    for (unsigned r = 0; r < unknowns; ++r) m[r][unknowns] /= m[r][r];
}

std::array<float, (sweep_fractions + 1) * sweep_taps> design_rows()
{
    std::array<float, (sweep_fractions + 1) * sweep_taps> rows{};
    std::array<double, sweep_taps> between{};
    for (unsigned k = 0; k < sweep_taps; ++k) between[k] = overlap(k);
    for (unsigned n = 0; n <= sweep_fractions; ++n) {
        Equations m{};
        for (unsigned j = 0; j < sweep_taps; ++j) {
            for (unsigned k = 0; k < sweep_taps; ++k) m[j][k] = between[j > k ? j - k : k - j];
            m[j][sweep_taps] = m[sweep_taps][j] = 1;
            m[j][unknowns] =
                overlap(sweep_taps / 2 - static_cast<double>(j) - static_cast<double>(n) / sweep_fractions);
        }
        m[sweep_taps][unknowns] = 1;
        solve(m);
        for (unsigned j = 0; j < sweep_taps; ++j) rows[n * sweep_taps + j] = static_cast<float>(m[j][unknowns]);
    }
    return rows;
}
} // namespace

const float* sweep_rows()
{
    static const auto rows = design_rows();
    return rows.data();
}

SweptDelayCoeffs design_swept_delay(const SweepValues& values, double rate)
{
    const double delay = std::max(values.delay_frames, static_cast<double>(sweep_nearest)), whole = std::floor(delay);
    const double k = values.feedback;
    SweptDelayCoeffs c{.step = static_cast<float>(values.rate_hz / rate * 0x1p32),
                       .whole = static_cast<float>(whole),
                       .part = static_cast<float>(delay - whole),
                       .swing = static_cast<float>(values.depth_frames / 2),
                       .spread = static_cast<float>(values.spread * (values.voices == 1 ? 0.25 : 0.5 / values.voices)),
                       .feedback = static_cast<float>(k),
                       .dry = static_cast<float>(1 - std::abs(values.mix)),
                       .wet = static_cast<float>(values.mix * std::sqrt(1 - k * k)),
                       .share = {},
                       .behind = {}};
    for (int v = 0; v < values.voices; ++v) {
        c.share[v] = 1.0f / static_cast<float>(values.voices);
        c.behind[v] = static_cast<float>(v) / static_cast<float>(values.voices);
    }
    return c;
}
} // namespace fohd::dsp
