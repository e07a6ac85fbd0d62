#include "dsp/kernels/reverb_design.h"
#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

namespace fohd::dsp {
namespace {

constexpr double speed_of_sound = 343;              // m/s
constexpr double largest_size = 30;                 // m for each second of decay: it has a dozen passes, not three
constexpr double modulated_seconds = 0.0004;        // to either side
constexpr double deepest_absorption = -100;         // dB a pass
constexpr double butterworth = std::numbers::sqrt2; // 1 / q

/// Lines' lengths between two bounds, and early reflections, all in units of the time from one reflection to the next.
struct Kind {
    double shortest, longest;
    std::array<double, reverb_echoes> echoes;
    double echo_step; ///< dB from one to the next
};
constexpr std::array<Kind, 3> kinds{
    Kind{0.5, 1.6, {.101, .173, .262, .331, .449, .523, .661, .778, .931, 1.067, 1.281, 1.497}, -1.0},
    Kind{0.45, 1.75, {.221, .367, .499, .613, .787, .941, 1.083, 1.271, 1.433, 1.619, 1.811, 1.999}, -0.7},
    Kind{0.3, 1.1, {.013, .041, .073, .109, .157, .203, .257, .311, .379, .443, .521, .601}, -0.4}};

/// Neighbouring lines are of unlike lengths, no ratio is a simple one.
constexpr std::array<double, reverb_lines> ranks{0.3,  8.1, 4.4,  12.2, 2.1,  10.3, 6.2, 14.1,
                                                 15.7, 7.3, 11.4, 3.2,  13.3, 5.1,  9.2, 1.4};

double power(double amplitude) { return amplitude * amplitude; }
double gain_of(double db) { return std::pow(10, db / 20); }

/// A shelf of `db` below or above f (Simper, "Solving the continuous SVF equations using trapezoidal integration", 2013), which has
/// half of its dB at f.
struct Shelf {
    double g, direct, by_band, by_low;

    static Shelf low(double db, double tangent)
    {
        const double a = gain_of(db / 2);
        return {tangent / std::sqrt(a), 1, butterworth * (a - 1), a * a - 1};
    }
    static Shelf high(double db, double tangent)
    {
        const double a = gain_of(db / 2);
        return {tangent * std::sqrt(a), a * a, butterworth * (1 - a) * a, 1 - a * a};
    }
    double db_at(double tangent) const
    {
        const std::complex<double> s(0, tangent / g);
        return 20 * std::log10(std::abs(direct + (by_band * s + by_low) / (s * s + butterworth * s + 1.0)));
    }
    void write(ReverbShelf& rows, int line, double gain) const
    {
        const double a1 = 1 / (1 + g * (g + butterworth)), a2 = g * a1, a3 = g * a2;
        rows.keep[line] = static_cast<float>(2 * a1 - 1);
        rows.band[line] = static_cast<float>(2 * a2);
        rows.low[line] = static_cast<float>(2 * a3);
        rows.direct[line] = static_cast<float>(gain * direct);
        rows.by_band[line] = static_cast<float>(gain * by_band / 2);
        rows.by_low[line] = static_cast<float>(gain * by_low / 2);
    }
};

bool is_prime(int n)
{
    if (n % 2 == 0) return n == 2;
    for (int d = 3; d * d <= n; d += 2)
        if (n % d == 0) return false;
    return true;
}

void place_taps(const ReverbValues& v, double rate, ReverbTaps& taps)
{
    const Kind& kind = kinds[static_cast<std::size_t>(v.kind)];
    const double frames = std::min(v.size, largest_size * v.decay) / speed_of_sound * rate;
    for (int l = 0; l < reverb_lines; ++l) {
        const double part = ranks[static_cast<std::size_t>(l)] / reverb_lines;
        const auto taken = [&](int n) {
            return std::find(taps.line, taps.line + l, static_cast<float>(n)) != taps.line + l;
        };
        int length = prime_near(frames * kind.shortest * std::pow(kind.longest / kind.shortest, part));
        while (taken(length) || !is_prime(length)) ++length;
        taps.line[l] = static_cast<float>(length);
    }
    taps.pre_delay = static_cast<float>(std::round(v.pre_delay * rate));
    double energy = 0;
    for (int k = 0; k < reverb_echoes; ++k) energy += power(gain_of(k * kind.echo_step));
    for (int k = 0; k < reverb_echoes; ++k) {
        const int sign = k % 3 == 1 ? -1 : 1;
        taps.echo[k] = static_cast<float>(frames * kind.echoes[static_cast<std::size_t>(k)]);
        taps.echo_gain[k] = static_cast<float>(sign * gain_of(k * kind.echo_step) / std::sqrt(energy));
    }
}

/// Absorbs, and returns the mean power that is left after a pass.
double absorb(const ReverbValues& v, double rate, const ReverbTaps& taps, ReverbTone& tone)
{
    const auto tangent = [&](double hz) { return std::tan(std::numbers::pi * hz / rate); };
    const double low = tangent(v.low_crossover), high = tangent(v.high_crossover),
                 middle = tangent(std::sqrt(v.low_crossover * v.high_crossover));
    double left = 0;
    for (int l = 0; l < reverb_lines; ++l) {
        const double a_pass = -60 * static_cast<double>(taps.line[l]) / (rate * v.decay);
        const double wanted = std::max(a_pass, deepest_absorption),
                     low_db = std::max(a_pass / v.low_multiplier, deepest_absorption) - wanted,
                     high_db = std::max(a_pass / v.high_multiplier, deepest_absorption) - wanted;
        const Shelf low_shelf = Shelf::low(low_db, low), high_shelf = Shelf::high(high_db, high);
        const double level = wanted - low_shelf.db_at(middle) - high_shelf.db_at(middle);
        low_shelf.write(tone.low, l, gain_of(level));
        high_shelf.write(tone.high, l, 0.25);
        left += power(gain_of(wanted)) / reverb_lines;
    }
    return left;
}
} // namespace

double longest_modulation(double rate) { return 2 * std::ceil(modulated_seconds * rate); }

int prime_near(double frames)
{
    constexpr int least = 17;
    const int middle = std::max(least, static_cast<int>(std::lround(frames)));
    for (int away = 0;; ++away) {
        if (is_prime(middle + away)) return middle + away;
        if (middle - away >= least && is_prime(middle - away)) return middle - away;
    }
}

ReverbCoeffs design_reverb(const ReverbValues& v, double rate, int channels)
{
    ReverbCoeffs c{};
    place_taps(v, rate, c.taps);
    const double left = absorb(v, rate, c.taps, c.tone);
    const double shortest = v.decay * std::min({1.0, v.low_multiplier, v.high_multiplier});
    for (int k = 0; k < reverb_diffusers; ++k) {
        constexpr double most = 0.75;
        const double slowest = std::max(reverb_diffuser_delays[0][k], reverb_diffuser_delays[1][k]);
        c.tone.diffusion[k] = static_cast<float>(std::min(most * v.diffusion, gain_of(-240 * slowest / shortest)));
    }
    c.tone.early = static_cast<float>(v.early);
    // At the entrance, so that neither a tail that sounds gets louder with a new decay or size nor its lines do.
    c.tone.enter = static_cast<float>(std::sqrt(1 - left));
    c.tone.late = static_cast<float>(v.late / std::sqrt(reverb_lines));
    // Channels that have nothing in common keep their power: (middle^2 + (channels - 1) side^2) / channels = 1.
    c.tone.side = static_cast<float>(v.width);
    c.tone.middle = static_cast<float>(std::sqrt(channels - (channels - 1) * power(v.width)));
    c.tone.modulation = static_cast<float>(v.modulation * modulated_seconds * rate);
    c.turn = static_cast<float>(2 * reverb_chunk * v.modulation_rate / rate);
    c.mix = static_cast<float>(v.mix);
    return c;
}
} // namespace fohd::dsp
