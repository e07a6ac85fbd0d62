#include "dsp/kernels/dynamics_design.h"

#include <algorithm>
#include <cmath>

namespace fohd::dsp {
namespace {

constexpr double octave_db = 6.020599913279624;
constexpr double infinite_ratio = 100;
constexpr double shortest_gate_hold_ms = 10;
constexpr double expander_fall_ms = 20;

float kept(double ms, double rate) { return static_cast<float>(std::exp(-1000 / (ms * rate))); }

float frames(double ms, double rate) { return static_cast<float>(std::round(ms * rate / 1000)); }

float amplitude(double db) { return static_cast<float>(std::exp2(db / octave_db)); }

double slope_above(double ratio) { return ratio >= infinite_ratio ? 1 : 1 - 1 / ratio; }

double knee_width_db(double knee_db)
{
    return std::max(knee_db, 1e-3); // the knee is a divisor
}

/// Falling, the reduction passes two poles: the peak hold's and the lag's. Which first pole makes both together take
/// `release_ms` to 63 %? With x and y the poles over the release time, y e^(-1/y) - x e^(-1/x) = (y - x) / e.
double release_pole_ms(double release_ms, double lag_ms)
{
    const double x = lag_ms / release_ms, lag_part = x * std::exp(-1 / x);
    double low = 0.4, high = 1; // holds the answer for every x up to 1/3
    for (int i = 0; i < 30; ++i) {
        const double y = (low + high) / 2;
        (y * std::exp(-1 / y) - lag_part > (y - x) * std::exp(-1) ? high : low) = y;
    }
    return release_ms * (low + high) / 2;
}
} // namespace

bool wants_programme(const CompressorValues& values) { return values.rms || values.auto_release || values.hold_ms > 0; }

double steady_reduction_db(const CompressorValues& values, double level_db)
{
    const double knee = knee_width_db(values.knee_db);
    const double above_foot = std::max(0.0, level_db - values.threshold_db + knee / 2),
                 in_knee = std::min(above_foot, knee);
    return std::min(values.range_db,
                    slope_above(values.ratio) * (in_knee * in_knee / (2 * knee) + above_foot - in_knee));
}

CompressorCoeffs<float> design_compressor(const CompressorValues& values, double rate)
{
    constexpr double power_db = octave_db / 2;
    const double knee = knee_width_db(values.knee_db);
    const double fall_ms =
        std::min(values.attack_ms, values.release_ms / 3); // a slow attack does not delay the release
    const double makeup_db = values.makeup_db + (values.auto_makeup ? steady_reduction_db(values, 0) / 2 : 0);
    return {.link = static_cast<float>(values.link),
            .foot = static_cast<float>((values.threshold_db - knee / 2) / power_db),
            .knee = static_cast<float>(knee / power_db),
            .slope = static_cast<float>(slope_above(values.ratio) / 2),
            .range = static_cast<float>(values.range_db / octave_db),
            .release = kept(release_pole_ms(values.release_ms, fall_ms), rate),
            .attack = kept(values.attack_ms, rate),
            .fall = kept(fall_ms, rate),
            .makeup = static_cast<float>(makeup_db / octave_db),
            .mix = static_cast<float>(values.mix)};
}

ProgrammeCompressorCoeffs<float> design_programme_compressor(const CompressorValues& values, double rate)
{
    return {.common = design_compressor(values, rate),
            .kept_power = values.rms ? kept(values.window_ms, rate) : 0.0f,
            .hold = frames(values.hold_ms, rate),
            .automatic = values.auto_release ? 1.0f : 0.0f,
            .charge = kept(5 * values.release_ms, rate),
            .recover = kept(9 * values.release_ms, rate)}; // ten with the peak hold's own, whose fall it follows
}

bool wants_expander(const GateValues& values) { return values.ratio < infinite_ratio; }

GateCoeffs<float> design_gate(const GateValues& values, double rate)
{
    const float floor = amplitude(-values.range_db);
    return {.open = amplitude(values.threshold_db),
            .close = amplitude(values.threshold_db - values.hysteresis_db),
            .link = values.pair ? 1.0f : 0.0f,
            .hold = frames(std::max(values.hold_ms, shortest_gate_hold_ms), rate),
            .opened = values.duck ? floor : 1.0f,
            .closed = values.duck ? 1.0f : floor,
            .attack = kept(values.attack_ms, rate),
            .release = kept(values.release_ms, rate)};
}

ExpanderCoeffs<float> design_expander(const GateValues& values, double rate)
{
    const double slope = std::min(values.ratio, infinite_ratio) - 1;
    return {.common = design_gate(values, rate),
            .fall = kept(expander_fall_ms, rate),
            .threshold = static_cast<float>(values.threshold_db / octave_db),
            .slope = static_cast<float>(values.duck ? -slope : slope)};
}
} // namespace fohd::dsp
