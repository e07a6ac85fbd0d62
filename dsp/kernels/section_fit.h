#pragma once
#include <algorithm>
#include <cmath>
#include <numbers>

// How an analogue response is matched by a digital section. In y = tan^2(pi f / rate) / x0 the squared magnitude of a digital
// section is a ratio of two quadratics, as that of the analogue one is in u = (f / f0)^2. So matching is fitting a ratio of
// quadratics, and what is asked of it at a frequency is linear in its coefficients (after Vicanek, "Matched second order
// digital filters", 2016, who fixes the poles first; here poles and zeros are fitted together).

namespace fohd::dsp {

struct Quadratic {
    double c0, c1, c2;
    double at(double x) const { return c0 + x * (c1 + x * c2); }
    double slope(double x) const { return c1 + 2 * x * c2; }
    Quadratic plus(double scale, const Quadratic& q) const
    {
        return {c0 + scale * q.c0, c1 + scale * q.c1, c2 + scale * q.c2};
    }
};

/// The squared magnitude over / under.
struct PowerRatio {
    Quadratic over, under;
};

/// The axes of frequency. Angles are in radians a sample; 0.96 pi is the highest that a filter is placed at.
struct FrequencyAxis {
    double w0, placed, t0, x0;
    explicit FrequencyAxis(double w)
        : w0(w), placed(std::min(w, 0.96 * std::numbers::pi)), t0(std::tan(placed / 2)), x0(t0 * t0)
    {}
    double u(double w) const { return w * w / (w0 * w0); }
    double y(double w) const
    {
        const double t = std::tan(w / 2);
        return t * t / x0;
    }
};

/// |k s / (s^2 + k s + 1)|^2, exact in value and slope at 0 and f0, in value at 0.374 of the rate.
PowerRatio fit_peak(double k, const FrequencyAxis& axis);
/// |1 / (s^2 + k s + 1)|^2 and |s^2 / (s^2 + k s + 1)|^2, exact at f0, the rest by least squares of the logarithm.
PowerRatio fit_low_pass(double k, const FrequencyAxis& axis);
PowerRatio fit_high_pass(double k, const FrequencyAxis& axis);
/// |a (a s^2 + sqrt(a) k s + 1) / (s^2 + sqrt(a) k s + a)|^2, a >= 1, exact at 0, the rest by least squares.
PowerRatio fit_high_shelf(double a, double k, const FrequencyAxis& axis);
} // namespace fohd::dsp
