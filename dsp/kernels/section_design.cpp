#include "dsp/kernels/section_design.h"
#include "dsp/kernels/section_fit.h"

namespace fohd::dsp {
namespace {

/// The p^2 + q s + r, without zeros on the right, whose squared magnitude is given.
struct Factor {
    double p, q, r;
};

Factor factor(double c0, double c1, double c2)
{
    return {std::sqrt(c2), std::sqrt(std::max(c1 + 2 * std::sqrt(c0 * c2), 0.0)), std::sqrt(c0)};
}

Factor zeros(const Quadratic& power) { return factor(std::max(power.c0, 0.0), power.c1, std::max(power.c2, 0.0)); }

/// Poles have a quality below 1000 and stay below 1000 times the frequency of the filter: whatever a fit asks, it is stable.
Factor poles(const Quadratic& power, double x0)
{
    const double c2 = std::max(power.c2, power.c0 * x0 * x0 * 1e-6), middle = 2 * std::sqrt(power.c0 * c2);
    return factor(power.c0, std::max(power.c1, (5e-7 - 1) * middle), c2);
}

SectionCoeffs<float> realise(const Quadratic& over, const Quadratic& under, double gain, const FrequencyAxis& axis)
{
    const Factor n = zeros(over), d = poles(under, axis.x0);
    const double root = std::sqrt(d.r / d.p);
    return trapezoidal_section(axis.t0 * root, d.q / std::sqrt(d.r * d.p), gain * n.p / d.p, gain * n.q / (d.p * root),
                               gain * n.r / d.r);
}

/// (n1 s + n0) / (d1 s + d0), at one tan(w0 / 2) for s = 1, as a section: both sides times (d1 s + d0).
SectionCoeffs<float> first_order(double n1, double n0, double d1, double d0, double t0)
{
    return trapezoidal_section(t0 * d0 / d1, 2, n1 / d1, n1 / d1 + n0 / d0, n0 / d0);
}

SectionCoeffs<float> first_order_pass(PassType type, const FrequencyAxis& axis)
{
    const double high = 2.35, y0 = axis.y(axis.placed), y1 = axis.y(high);
    const auto low_power = [&](double w) { return 1 / (1 + axis.u(w)); };
    const double g0 = low_power(axis.placed), g1 = low_power(high);
    if (type == PassType::low) { // (1 + n y) / (1 + d y)
        const double d = ((1 - g0) / y0 - (1 - g1) / y1) / (g0 - g1), n = g0 * d - (1 - g0) / y0;
        return first_order(std::sqrt(std::max(n, 0.0)), 1, std::sqrt(std::max(d, 0.0)), 1, axis.t0);
    }
    // n y / (1 + d y), exact at f; n is between what would be exact at 0 and at the top
    const double h0 = 1 - g0, h1 = 1 - g1, top = (1 / y0 - 1 / y1) / (1 / h0 - 1 / h1);
    const double bottom = 4 * axis.x0 / (axis.w0 * axis.w0), n = std::pow(bottom, 0.7) * std::pow(top, 0.3),
                 d = n / h0 - 1 / y0;
    return first_order(std::sqrt(std::max(n, 0.0)), 0, std::sqrt(std::max(d, 0.0)), 1, axis.t0);
}

SectionCoeffs<float> design_bell(double gain_db, double k, const FrequencyAxis& axis)
{
    const double a = std::pow(10, std::abs(gain_db) / 40);
    const PowerRatio peak = fit_peak(k / a, axis); // a bell is 1 plus a peak, in power too
    const Quadratic over = peak.under.plus(a * a * a * a - 1, peak.over);
    return gain_db < 0 ? realise(peak.under, over, 1, axis) : realise(over, peak.under, 1, axis);
}

/// Every shelf is a high shelf that boosts, or its reciprocal; `gain` is that at low frequencies.
SectionCoeffs<float> design_shelf(double boost_db, bool reciprocal, double gain, double k, const FrequencyAxis& axis)
{
    const PowerRatio shelf = fit_high_shelf(std::pow(10, boost_db / 40), k, axis);
    return reciprocal ? realise(shelf.under, shelf.over, gain, axis) : realise(shelf.over, shelf.under, gain, axis);
}

/// Exact at f in phase and its slope: it has the width of the analogue one.
SectionCoeffs<float> design_all_pass(double k, const FrequencyAxis& axis)
{
    const double matched = k * axis.placed / std::sin(axis.placed);
    return trapezoidal_section(axis.t0, matched, 1, -matched, 1);
}
} // namespace

SectionCoeffs<float> trapezoidal_section(double g, double k, double direct, double band, double low)
{
    const double scale = 2 / (1 + g * (g + k)), damp = -g * (g + k) * scale, couple = g * scale, follow = g * couple;
    const double of_band = band - direct * k, of_low = low - direct; // of s / (s^2 + k s + 1) and 1 / (s^2 + k s + 1)
    const auto f = [](double x) { return static_cast<float>(x); };
    return {f(damp),
            f(couple),
            f(follow),
            f(direct + (of_band * couple + of_low * follow) / 2),
            f((of_band * (2 + damp) + of_low * couple) / 2),
            f(low)};
}

SectionCoeffs<float> design_band(BandType type, double hz, double gain_db, double q, double rate)
{
    const FrequencyAxis axis(2 * std::numbers::pi * hz / rate);
    const double k = 1 / q, boost = std::abs(gain_db), gain = std::pow(10, gain_db / 20);
    switch (type) {
    case BandType::bell: return design_bell(gain_db, k, axis);
    case BandType::low_shelf: return design_shelf(boost, gain_db > 0, gain, k, axis);
    case BandType::high_shelf: return design_shelf(boost, gain_db < 0, 1, k, axis);
    case BandType::tilt: return design_shelf(boost, gain_db < 0, 1 / std::sqrt(gain), k, axis);
    case BandType::all_pass: return design_all_pass(k, axis);
    case BandType::high_pass:
    case BandType::low_pass: {
        const PowerRatio pass = type == BandType::high_pass ? fit_high_pass(k, axis) : fit_low_pass(k, axis);
        return realise(pass.over, pass.under, 1, axis);
    }
    case BandType::notch:
    case BandType::band_pass: {
        const PowerRatio peak = fit_peak(k, axis);
        return realise(type == BandType::notch ? peak.under.plus(-1, peak.over) : peak.over, peak.under, 1, axis);
    }
    }
    return identity_section;
}

int butterworth(PassType type, int slope_db_per_octave, double hz, double rate, std::span<SectionCoeffs<float>> out)
{
    const int order = pass_order(slope_db_per_octave);
    const FrequencyAxis axis(2 * std::numbers::pi * hz / rate);
    std::ranges::fill(out, identity_section);
    std::size_t count = 0;
    if (order % 2 == 1) out[count++] = first_order_pass(type, axis);
    for (int pair = order % 2; pair < order;
         pair += 2) { // poles at the angles +-(pair + 1) pi / (2 order), from the axis
        const double k = 2 * std::cos((pair + 1) * std::numbers::pi / (2 * order));
        const PowerRatio pass = type == PassType::high ? fit_high_pass(k, axis) : fit_low_pass(k, axis);
        out[count++] = realise(pass.over, pass.under, 1, axis);
    }
    return static_cast<int>(count);
}
} // namespace fohd::dsp
