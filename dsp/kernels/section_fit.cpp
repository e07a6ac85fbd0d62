#include "dsp/kernels/section_fit.h"
#include <array>
#include <span>

namespace fohd::dsp {
namespace {

constexpr double top = 0.75 * std::numbers::pi; ///< 0.375 of the rate: up to here the fit is asked to hold.
constexpr double exact = 1e4;                   ///< The weight that overrules all others.
constexpr std::size_t max_rows = 18;

/// Coefficients of the unknowns, then the right-hand side.
template <std::size_t columns> using Row = std::array<double, columns + 1>;

/// Householder reflections; overwrites `m`. The normal equations would square a condition number that is high for narrow bands.
template <std::size_t columns> std::array<double, columns> least_squares(std::span<Row<columns>> m)
{
    for (std::size_t c = 0; c < columns; ++c) {
        double square = 0;
        for (std::size_t r = c; r < m.size(); ++r) square += m[r][c] * m[r][c];
        const double norm = std::copysign(std::sqrt(square), -m[c][c]), pivot = m[c][c] - norm;
        for (std::size_t j = c + 1; j <= columns; ++j) {
            double dot = pivot * m[c][j];
            for (std::size_t r = c + 1; r < m.size(); ++r) dot += m[r][c] * m[r][j];
            dot /= norm * pivot;
            m[c][j] += dot * pivot;
            for (std::size_t r = c + 1; r < m.size(); ++r) m[r][j] += dot * m[r][c];
        }
        m[c][c] = norm;
    }
    std::array<double, columns> x{};
    for (std::size_t i = columns; i-- > 0;) {
        double rest = m[i][columns];
        for (std::size_t j = i + 1; j < columns; ++j) rest -= m[i][j] * x[j];
        x[i] = rest / m[i][i];
    }
    return x;
}

/// |s^2 + k s + 1|^2 with the poles of the impulse-invariant design: where they are nearly right, nothing need be found.
Quadratic matched_poles(double w, double k, const FrequencyAxis& axis)
{
    const double at = std::min(w, 0.96 * std::numbers::pi), damping = k / 2, turn = 1 - damping * damping;
    const double root = std::sqrt(std::abs(turn)) * at, radius = std::exp(-damping * at);
    const double z1 =
        turn >= 0 ? -2 * radius * std::cos(root) : -std::exp(root - damping * at) - std::exp(-root - damping * at);
    const double z2 = radius * radius, a0 = 1 + z1 + z2, a1 = 2 * (1 - z2) / a0, a2 = (1 - z1 + z2) / a0;
    return {1, (a1 * a1 - 2 * a2) * axis.x0, a2 * a2 * axis.x0 * axis.x0};
}

/// What is to be matched: base + scale * shape, where `shape` is fitted.
struct Target {
    PowerRatio shape;
    double base, scale;
};

class Anchors {
public:
    void add(double w, double weight = 1) { at_[count_++] = {w, weight}; }
    /// Heeded in the band only, unless it has a weight above it.
    void add_near(double w, double weight = 1, double weight_above = 0)
    {
        if (w <= top)
            add(w, weight);
        else if (weight_above > 0 && w < 0.96 * std::numbers::pi)
            add(w, weight_above);
    }
    struct Anchor {
        double w, weight;
    };
    std::span<const Anchor> all() const { return std::span(at_).first(count_); }

private:
    std::array<Anchor, max_rows - 2> at_;
    std::size_t count_ = 0;
};

/// (p0 + p1 y + p2 y^2) / (1 + d1 y + d2 y^2) by least squares of the error in dB at the anchors; p1 only with 4 columns.
/// The error is linear after division by the denominator: the analogue one at first, then the one just found (Sanathanan,
/// Koerner 1963). `poles` decide, by their small weight, where the sound does not: a needless pole would meet its zero
/// anywhere, also where no real filter has one.
template <std::size_t columns>
PowerRatio fit(const Target& target, const FrequencyAxis& axis, std::span<const Anchors::Anchor> anchors,
               const Quadratic& poles, double poles_weight)
{
    struct Point {
        double y, shape, weight;
    };
    std::array<Point, max_rows> points;
    const double norm = target.shape.under.c0, p0 = target.shape.over.c0 / norm;
    for (std::size_t i = 0; i < anchors.size(); ++i) {
        const double u = axis.u(anchors[i].w), under = target.shape.under.at(u),
                     shape = target.shape.over.at(u) / under;
        const double power = target.base + target.scale * shape;
        points[i] = {axis.y(anchors[i].w), shape, anchors[i].weight / power};
    }
    PowerRatio found{};
    std::array<Row<columns>, max_rows> m;
    for (int pass = 0; pass < 2; ++pass) {
        for (std::size_t i = 0; i < anchors.size(); ++i) {
            const auto& [y, shape, weight] = points[i];
            const double under =
                pass == 0 ? target.shape.under.at(axis.u(anchors[i].w)) / norm : std::abs(found.under.at(y));
            const double w = weight / under;
            if constexpr (columns == 4)
                m[i] = {w * y, w * y * y, -w * shape * y, -w * shape * y * y, w * (shape - p0)};
            else
                m[i] = {w * y * y, -w * shape * y, -w * shape * y * y, w * (shape - p0)};
        }
        const double w1 = poles_weight / poles.at(1), w2 = poles_weight / poles.c2;
        Row<columns>&first = m[anchors.size()], &second = m[anchors.size() + 1];
        first = second = {};
        first[columns - 2] = w1, first[columns] = w1 * poles.c1;
        second[columns - 1] = w2, second[columns] = w2 * poles.c2;
        const auto v = least_squares<columns>(std::span(m).first(anchors.size() + 2));
        found = {{p0, columns == 4 ? v[0] : 0, v[columns - 3]}, {1, v[columns - 2], v[columns - 1]}};
    }
    return found;
}

/// |p s^2 + q s + r|^2 as a polynomial of the squared frequency.
Quadratic squared(double p, double q, double r) { return {r * r, q * q - 2 * p * r, p * p}; }

/// How far round a resonance its shape is looked at.
double reach(double k) { return std::exp2(std::min(1.5, k)); }

} // namespace

PowerRatio fit_peak(double k, const FrequencyAxis& axis)
{
    const Quadratic over{0, k * k, 0}, under = squared(1, k, 1);
    const double start = k * k * 4 * axis.x0 / (axis.w0 * axis.w0); // the slope at 0
    const double high = 2.35; // just off 0.375 of the rate, where a band would make two equations of one
    std::array<Row<3>, 3> m;
    const auto value = [&](double w) -> Row<3> {
        const double y = axis.y(w), u = axis.u(w), shape = over.at(u) / under.at(u), scale = 1 / over.at(u);
        return {y * y * scale, -shape * y * scale, -shape * y * y * scale, (shape - start * y) * scale};
    };
    m[0] = value(axis.placed);
    m[1] = value(high);
    const double y = axis.y(axis.placed), u = axis.u(axis.placed), shape = over.at(u) / under.at(u);
    const double dshape_du = (over.slope(u) - shape * under.slope(u)) / under.at(u);
    const double du_dw = 2 * axis.placed / (axis.w0 * axis.w0), dy_dw = axis.t0 * (1 + axis.x0) / axis.x0;
    const double slope = dshape_du * du_dw / dy_dw, scale = 1 / over.at(u);
    m[2] = {2 * y * scale, -(shape + slope * y) * scale, -(2 * shape + slope * y) * y * scale, (slope - start) * scale};
    const auto v = least_squares<3>(m);
    return {{0, start, v[0]}, {1, v[1], v[2]}};
}

PowerRatio fit_low_pass(double k, const FrequencyAxis& axis)
{
    Anchors at;
    at.add(axis.placed, exact);
    for (double part : {0.25, 0.5, 0.75, 1.0}) at.add(part * top);
    at.add_near(axis.w0 / reach(k));
    at.add_near(axis.w0 * reach(k));
    at.add_near(axis.w0 / 8);
    at.add(std::min(axis.w0, top) / 3);
    const Target target{{{1, 0, 0}, squared(1, k, 1)}, 0, 1};
    return fit<4>(target, axis, at.all(), matched_poles(axis.w0, k, axis), 0.02);
}

PowerRatio fit_high_pass(double k, const FrequencyAxis& axis)
{
    Anchors at; // weights found by search: with both zeros at 0 it has a coefficient less
    at.add(axis.placed, exact);
    for (double part : {0.35, 0.5, 0.6}) at.add(part * top);
    at.add(top, 1.7);
    at.add_near(axis.w0 / reach(k), 1.8);
    at.add_near(axis.w0 * reach(k));
    at.add_near(axis.w0 / 8, 2.3);
    at.add(std::min(axis.w0, top) / 3);
    const Target target{{{0, 0, 1}, squared(1, k, 1)}, 0, 1};
    return fit<3>(target, axis, at.all(), matched_poles(axis.w0, k, axis), 0.05);
}

PowerRatio fit_high_shelf(double a, double k, const FrequencyAxis& axis)
{
    const double root = std::sqrt(a),
                 above = 0.1 * std::min(1.0, 0.03 / (k * k)); // only a narrow peak above is heard below
    Anchors at;
    for (double part : {0.25, 0.5, 0.75, 1.0}) at.add(part * top);
    for (double resonance : {axis.w0 / root, axis.w0 * root}) {
        at.add_near(resonance, 1, above);
        at.add_near(resonance / reach(k), 1, above);
        at.add_near(resonance * reach(k), 1, above);
    }
    at.add_near(axis.w0);
    at.add_near(axis.w0 / 8);
    at.add(std::min(axis.w0, top) / 3);
    const Target target{{{0, a * (k * k - 2), a * a + 1}, squared(1, root * k, a)}, 1, a * a - 1};
    const PowerRatio shape = fit<4>(target, axis, at.all(), matched_poles(axis.w0 * root, k, axis), 0.02);
    return {shape.under.plus(a * a - 1, shape.over), shape.under};
}
} // namespace fohd::dsp
