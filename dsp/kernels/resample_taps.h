#pragma once
// Filters between a rate and its double, computed by the compiler. A half-band filter is 1/2 in its middle, 0 at every other
// even distance, and symmetric: what is kept is one side at odd distances 1, 3, 5 …; the other half of the sounds needs no
// filter at all. Gain 1 at DC.

namespace fohd::dsp {

/// Without the standard library, for kernels; consteval, so that nothing of it is ever called.
template <int n> struct Taps {
    float tap[n];
};

namespace detail {
constexpr double bessel_i0(double x)
{
    double sum = 1, term = 1;
    for (int k = 1; k < 60; ++k) {
        term *= (x / (2 * k)) * (x / (2 * k));
        sum += term;
    }
    return sum;
}

constexpr double square_root(double x)
{
    double root = x > 1 ? x : 1;
    for (int i = 0; i < 60; ++i) root = (root + x / root) / 2;
    return root;
}

/// Kaiser's window at `x` in -1..1, unscaled. Source: Kaiser, "Nonrecursive digital filter design using the I0-sinh window
/// function", ISCAS 1974.
constexpr double kaiser(double attenuation_db, double x)
{
    return x * x >= 1 ? bessel_i0(0) : bessel_i0(0.1102 * (attenuation_db - 8.7) * square_root(1 - x * x));
}

constexpr double pi = 3.14159265358979323846;
} // namespace detail

/// Stopband of about `attenuation_db` > 50, flat up to where the window's width allows.
template <int pairs> consteval Taps<pairs> kaiser_half_band(double attenuation_db)
{
    double taps[pairs]{};
    double sum = 0;
    for (int i = 0; i < pairs; ++i) {
        const int distance = 2 * i + 1;
        const double sign = i % 2 ? -1 : 1;
        taps[i] = sign / (detail::pi * distance) * detail::kaiser(attenuation_db, distance / (2.0 * pairs));
        sum += 2 * taps[i];
    }
    Taps<pairs> scaled{};
    for (int i = 0; i < pairs; ++i) scaled.tap[i] = static_cast<float>(taps[i] / (2 * sum));
    return scaled;
}

/// Maximally flat: far below the lower rate's Nyquist frequency there are next to no images. Lagrange interpolation half way
/// between 2 * pairs samples.
template <int pairs> consteval Taps<pairs> flat_half_band()
{
    Taps<pairs> taps{};
    for (int i = 0; i < pairs; ++i) {
        double weight = 0.5;
        for (int j = -pairs; j < pairs; ++j)
            if (j != i) weight *= (-0.5 - j) / (i - j);
        taps.tap[i] = static_cast<float>(weight);
    }
    return taps;
}

inline constexpr int spline_taps = 8; ///< One side of a symmetric filter of 16.

/// Halves four times the rate after lines between samples and a quadratic spline, whose droop of (sin x / x)^5 it makes good:
/// a Kaiser low pass of 14 taps, then three taps that rise. One side, from the middle outwards.
consteval Taps<spline_taps> spline_decimator(double attenuation_db)
{
    constexpr int length = 14;
    constexpr double side_share = 5.0 / 24; // (sin x / x)^5 with x = w / 2 is 1 - 5/24 w^2 …, and this 1 + 5/24 w^2 …
    double low[length]{};
    double sum = 0;
    for (int i = 0; i < length; ++i) {
        const double from_middle = i - (length - 1) / 2.0, distance = from_middle < 0 ? -from_middle : from_middle;
        const int step = i < length / 2 ? length / 2 - 1 - i : i - length / 2;
        const double sign = step % 4 < 2 ? 1 : -1; // of sin(pi distance / 2), which is sqrt(1/2) at odd halves
        low[i] = sign / distance * detail::kaiser(attenuation_db, from_middle / (length / 2.0));
        sum += low[i];
    }
    double all[length + 2]{};
    for (int i = 0; i < length; ++i) {
        const double tap = low[i] / sum;
        all[i] -= tap * side_share;
        all[i + 1] += tap * (1 + 2 * side_share);
        all[i + 2] -= tap * side_share;
    }
    Taps<spline_taps> side{};
    for (int i = 0; i < spline_taps; ++i) side.tap[i] = static_cast<float>(all[8 + i]);
    return side;
}
} // namespace fohd::dsp
