#pragma once
#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <random>
#include <string>
#include <vector>

namespace fohd::test {

/// Sound that is hard on a limiter: peaks between samples, sudden, dense or at odds with any smooth gain. Amplitude 4, that is 12 dBFS,
/// where the recipe says 1.
struct Adversary {
    std::string name;
    std::vector<float> sound;
};

inline std::vector<Adversary> adversaries(double rate, double seconds)
{
    using std::numbers::pi;
    constexpr double loud = 4;
    const int frames = static_cast<int>(rate * seconds);
    std::vector<Adversary> all;
    std::mt19937 generator(1);
    const auto noise = [&] { return std::uniform_real_distribution<double>(-1, 1)(generator); };
    const auto add = [&](std::string name, const std::function<double(int)>& sample) {
        auto& sound = all.emplace_back(Adversary{std::move(name), {}}).sound;
        for (int n = 0; n < frames; ++n) sound.push_back(static_cast<float>(loud * sample(n)));
    };
    const auto tone = [&](double cycles_per_frame, double phase) {
        return [=](int n) { return std::sin(2 * pi * (cycles_per_frame * n + phase)); };
    };
    const auto square = [](double cycles_per_frame, int n) {
        return std::fmod(cycles_per_frame * n, 1.0) < 0.5 ? 1.0 : -1.0;
    };
    const auto burst = [&](int n, int period, int length, const std::function<double(double)>& shape) {
        const int at = n % period;
        return at < length ? shape(at - (length - 1) / 2.0) : 0.0;
    };
    const auto sinc_sign = [](double t) { return std::sin(pi * t) / (pi * t) < 0 ? -1.0 : 1.0; };

    add("a quarter of the rate at 45 degrees: 3 dB between samples", tone(1.0 / 4, 1.0 / 8));
    add("a quarter of the rate, a hertz off: every phase", tone(1.0 / 4 + 1 / rate, 0));
    add("a sixth of the rate at 30 degrees", tone(1.0 / 6, 1.0 / 12));
    add("a sixth of the rate at 60 degrees", tone(1.0 / 6, 1.0 / 6));
    add("a third of the rate at 90 degrees", tone(1.0 / 3, 1.0 / 4));
    add("two fifths of the rate, a hertz off", tone(2.0 / 5 + 1 / rate, 0));
    add("bursts of a quarter of the rate, 24 frames",
        [&](int n) { return n % 997 < 24 ? tone(1.0 / 4, 1.0 / 8)(n) : 0.0; });
    add("a quarter of the rate, its loudness at 1 kHz",
        [&](int n) { return tone(1.0 / 4, 1.0 / 8)(n) * (0.5 + 0.5 * std::sin(2 * pi * 1000 / rate * n)); });
    add("noise, clipped", [&](int) { return std::clamp(8 * noise(), -1.0, 1.0); });
    add("noise of random signs", [&](int) { return noise() < 0 ? -1.0 : 1.0; });
    add("white noise", [&](int) { return noise(); });
    add("noise in bursts of 1 ms",
        [&](int n) { return std::fmod(n, rate / 50) < rate / 1000 ? noise() : 0.01 * noise(); });
    add("impulses", [](int n) { return n % 211 == 7 ? 1.0 : 0.0; });
    add("impulses of random height and place", [&](int) { return noise() > 0.98 ? noise() : 0.0; });
    add("pairs of impulses", [](int n) { return n % 307 < 2 ? 1.0 : 0.0; });
    add("alternating impulses, five frames apart", [](int n) { return n % 5 ? 0.0 : n % 10 ? -1.0 : 1.0; });
    add("bursts aligned with an interpolator, 12 frames", [&](int n) { return burst(n, 501, 12, sinc_sign); });
    add("bursts aligned with an interpolator, 40 frames", [&](int n) { return burst(n, 1013, 40, sinc_sign); });
    add("bursts aligned with an interpolator, back to back", [&](int n) { return burst(n, 12, 12, sinc_sign); });
    add("steps of DC", [](int n) { return n / 700 % 3 - 1.0; });
    add("square wave of 1 kHz", [&](int n) { return square(1000 / rate, n); });
    add("square wave of 7 kHz", [&](int n) { return square(7000 / rate, n); });
    add("50 Hz", tone(50 / rate, 0));
    add("sweep, 20 Hz to 20 kHz", [&](int n) {
        const double octaves = std::log2(1000.0), at = double(n) / frames;
        return std::sin(2 * pi * 20 * frames / rate / (octaves * std::log(2.0)) * (std::exp2(octaves * at) - 1));
    });
    add("997 Hz that jumps by 30 dB", [&](int n) { return tone(997 / rate, 0)(n) * (n / 1500 % 2 ? 1.0 : 0.0316); });
    return all;
}

/// Music-like: a kick, a bass, chords with a soft attack, a hi-hat that rolls off from 7 kHz; peaks near 9 dBTP.
inline std::vector<float> programme(double rate, double seconds)
{
    using std::numbers::pi;
    std::mt19937 generator(2);
    std::normal_distribution<double> noise;
    std::vector<float> sound;
    const double beat = rate / 4, smooth = 1 - std::exp(-2 * pi * 7000 / rate);
    double hat = 0, hat_smoothed = 0, hat_before = 0;
    for (int n = 0; n < rate * seconds; ++n) {
        const double t = n / rate, in_beat = std::fmod(n, beat) / rate;
        const double kick =
            1.1 * std::exp(-in_beat * 18) * std::sin(2 * pi * (50 * in_beat + 4 * (1 - std::exp(-in_beat * 40))));
        const double bass = 0.4 * std::sin(2 * pi * 82.4 * t + 0.8 * std::sin(2 * pi * 164.8 * t));
        double chord = 0;
        for (double f : {329.6, 415.3, 493.9, 659.3})
            for (int partial = 1; partial <= 12; ++partial)
                chord += 0.12 / partial * std::sin(2 * pi * f * partial * t + partial) * (1 - std::exp(-in_beat * 60)) *
                         std::exp(-in_beat * 3);
        hat += smooth * (noise(generator) - hat);
        hat_smoothed += smooth * (hat - hat_smoothed);
        const double sizzle = (hat_smoothed - hat_before) * 0.8 * std::exp(-std::fmod(in_beat, beat / rate / 2) * 60);
        hat_before = hat_smoothed;
        sound.push_back(static_cast<float>(1.2 * (kick + bass + chord + sizzle)));
    }
    return sound;
}
} // namespace fohd::test
