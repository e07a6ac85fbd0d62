#include "tests/conformance/ebu_signals.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <numbers>
#include <numeric>
#include <stdexcept>

namespace fohd::conformance {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double silence = -1000; // dBFS

struct Tone {
    double seconds, level; ///< dBFS, of the sine's peak.
};

double amplitude(double level) { return level > silence ? std::pow(10.0, level / 20.0) : 0.0; }

/// Appends 1 kHz tones, in phase on every channel. A channel may be quieter than the tone by `trims` dB.
void append(Signal& signal, const std::vector<Tone>& tones, std::vector<double> trims = {0, 0})
{
    for (const Tone& tone : tones) {
        const auto frames = std::lround(tone.seconds * signal.rate);
        for (long frame = 0; frame < frames; ++frame) {
            const double sine =
                amplitude(tone.level) * std::sin(2 * pi * 1000.0 * static_cast<double>(frame) / signal.rate);
            for (double trim : trims) signal.samples.push_back(static_cast<float>(sine * amplitude(trim)));
        }
    }
}

/// ±0.1 for loudness, of the reading as the signal ends.
void expect_at_end(Signal& signal, std::initializer_list<std::string_view> readings, double expected,
                   double tolerance = 0.1)
{
    for (std::string_view reading : readings)
        signal.checks.push_back({reading, signal.seconds(), signal.seconds(), expected, tolerance, tolerance});
}

using Maker = std::function<void(Signal&)>;

Maker steady(double level)
{
    return [=](Signal& signal) {
        append(signal, {{20, level}});
        expect_at_end(signal, {"momentary", "shortterm", "integrated"}, level);
    };
}

Maker integrated(std::vector<Tone> tones)
{
    return [=](Signal& signal) {
        append(signal, tones);
        expect_at_end(signal, {"integrated"}, -23);
    };
}

void surround(Signal& signal)
{
    signal.channels = 5;
    append(signal, {{20, 0}}, {-28, -28, -24, -30, -30});
    expect_at_end(signal, {"integrated"}, -23);
}

/// Two levels in turn, as long as the window together: the reading stands still once the window is full.
Maker constant(std::string_view reading, Tone high, Tone low, int times, double from)
{
    return [=](Signal& signal) {
        for (int i = 0; i < times; ++i) append(signal, {high, low});
        signal.checks.push_back({reading, from, signal.seconds(), -23, 0.1, 0.1});
    };
}

/// A tone as long as the window, `delay` after the start.
Maker burst(std::string_view maximum, double delay, double window)
{
    return [=](Signal& signal) {
        append(signal, {{delay, silence}, {window, -23}, {1, silence}});
        expect_at_end(signal, {maximum}, -23);
    };
}

/// Twenty such tones, each 1 dB louder, in one signal: each is the maximum from its end to the end of its segment.
Maker bursts(std::string_view maximum, double step, double window)
{
    return [=](Signal& signal) {
        for (int i = 0; i < 20; ++i) {
            append(signal, {{i * step, silence}, {window, -38.0 + i}});
            const double tone_end = signal.seconds();
            append(signal, {{window - i * step, silence}});
            signal.checks.push_back({maximum, tone_end, signal.seconds(), -38.0 + i, 0.1, 0.1});
        }
    };
}

/// A linear fade of 10 ms at both ends, then half a second of silence for the meter's filter to run out in.
void taper(Signal& signal)
{
    const std::size_t fade = signal.rate / 100, frames = signal.samples.size() / signal.channels;
    for (std::size_t i = 0; i < signal.samples.size(); ++i) {
        const std::size_t frame = i / signal.channels, edge = std::min(frame, frames - 1 - frame);
        if (edge < fade) signal.samples[i] *= static_cast<float>(edge) / static_cast<float>(fade);
    }
    signal.samples.resize(signal.samples.size() + signal.channels * (signal.rate / 2));
}

void expect_true_peak(Signal& signal, double expected)
{
    signal.checks.push_back({"max/truepeak", signal.seconds(), signal.seconds(), expected, 0.4, 0.2});
}

/// A sine with `period` samples a cycle.
Maker true_peak(double period, double peak, double degrees, double expected)
{
    return [=](Signal& signal) {
        for (unsigned frame = 0; frame < signal.rate; ++frame) {
            const double sine = peak * std::sin(2 * pi * frame / period + degrees / 180 * pi);
            signal.samples.insert(signal.samples.end(), 2, static_cast<float>(sine));
        }
        taper(signal);
        expect_true_peak(signal, expected);
    };
}

/// A sine of rate/6 at 0.5 with one cycle of rate/4 at 1 in its middle, made at four times the rate, band-limited to
/// half the rate and decimated by 4 from sample `offset` on: the same waveform, sampled at four places.
Maker one_cycle(int offset)
{
    return [=](Signal& signal) {
        constexpr int slow = 24, fast = 16, reach = 256; // samples at four times the rate
        const int half = static_cast<int>(signal.rate) * 2 / slow * slow, total = 2 * half + fast;
        std::vector<double> sound(static_cast<std::size_t>(total + 2 * reach)); // silence before and after
        for (int i = 0; i < total; ++i) {
            const bool in_cycle = i >= half && i < half + fast;
            sound[static_cast<std::size_t>(i + reach)] =
                in_cycle ? std::sin(2 * pi * (i - half) / fast)
                         : 0.5 * std::sin(2 * pi * (i < half ? i : i - half - fast) / slow);
        }
        std::vector<double> low_pass; // a sinc in a Blackman window
        for (int k = -reach; k <= reach; ++k) {
            const double x = pi * k / 4, w = pi * k / reach;
            low_pass.push_back((k ? std::sin(x) / x : 1.0) / 4 * (0.42 + 0.5 * std::cos(w) + 0.08 * std::cos(2 * w)));
        }
        for (int i = offset; i < total; i += 4) {
            const double sum = std::inner_product(low_pass.begin(), low_pass.end(), sound.begin() + i, 0.0);
            signal.samples.insert(signal.samples.end(), 2, static_cast<float>(sum));
        }
        taper(signal);
        expect_true_peak(signal, 0);
    };
}

Maker range(std::vector<double> levels, double expected)
{
    return [=](Signal& signal) {
        for (double level : levels) append(signal, {{20, level}});
        expect_at_end(signal, {"range"}, expected, 1);
    };
}

const std::vector<std::pair<std::string, Maker>>& makers()
{
    static const auto all = [] {
        std::vector<std::pair<std::string, Maker>> list{
            {"3341-1", steady(-23)},
            {"3341-2", steady(-33)},
            {"3341-3", integrated({{10, -36}, {60, -23}, {10, -36}})},
            {"3341-4", integrated({{10, -72}, {10, -36}, {60, -23}, {10, -36}, {10, -72}})},
            {"3341-5", integrated({{20, -26}, {20.1, -20}, {20, -26}})},
            {"3341-6", surround},
            {"3341-9", constant("shortterm", {1.34, -20}, {1.66, -30}, 5, 3)},
            {"3341-11", bursts("max/shortterm", 0.15, 3)},
            {"3341-12", constant("momentary", {0.18, -20}, {0.22, -30}, 25, 1)},
            {"3341-14", bursts("max/momentary", 0.02, 0.4)},
            {"3341-15", true_peak(4, 0.5, 0, -6)},
            {"3341-16", true_peak(4, 0.5, 45, -6)},
            {"3341-17", true_peak(6, 0.5, 60, -6)},
            {"3341-18", true_peak(8, 0.5, 67.5, -6)},
            {"3341-19", true_peak(4, 1.41, 45, 3)},
            {"3341-20", one_cycle(0)},
            {"3341-21", one_cycle(1)},
            {"3341-22", one_cycle(2)},
            {"3341-23", one_cycle(3)},
            {"3342-1", range({-20, -30}, 10)},
            {"3342-2", range({-20, -15}, 5)},
            {"3342-3", range({-40, -20}, 20)},
            {"3342-4", range({-50, -35, -20, -35, -50}, 15)},
        };
        for (int i = 0; i < 20; ++i) {
            list.emplace_back("3341-10-" + std::to_string(i), burst("max/shortterm", i * 0.15, 3));
            list.emplace_back("3341-13-" + std::to_string(i), burst("max/momentary", i * 0.02, 0.4));
        }
        return list;
    }();
    return all;
}

} // namespace

std::vector<std::string> signal_names()
{
    std::vector<std::string> names;
    for (const auto& [name, maker] : makers()) names.push_back(name);
    return names;
}

Signal make_signal(std::string_view name, unsigned rate)
{
    for (const auto& [known, maker] : makers())
        if (known == name) {
            Signal signal{.name = known, .rate = rate, .channels = 2, .samples = {}, .checks = {}};
            maker(signal);
            return signal;
        }
    throw std::invalid_argument("no EBU test signal is called " + std::string(name));
}

} // namespace fohd::conformance
