#pragma once
#include "tests/support/rooms.h"
#include <array>
#include <random>

namespace fohd::test {

/// A loudspeaker, a room and a microphone: what comes out of an amplifier that clips at full scale comes back after 8 to 14 ms, band-limited,
/// with early reflections and a tail of 0.5 s, heard for 0.1 s. At `margin_db` 0 the loop is on the verge of howling.
class FeedbackLoop {
public:
    FeedbackLoop(double rate, unsigned seed, double margin_db)
    {
        std::mt19937 generator(seed);
        std::uniform_real_distribution<double> any(-1, 1);
        const auto direct = static_cast<std::size_t>((0.011 + 0.003 * any(generator)) * rate);
        std::vector<double> response(static_cast<std::size_t>(0.1 * rate));
        response[direct] = 1;
        for (int echo = 1; echo <= 6; ++echo)
            response[direct + static_cast<std::size_t>((0.004 * echo + 0.0015 * (1 + any(generator))) * rate)] +=
                0.4 * any(generator) / std::sqrt(echo);
        for (std::size_t i = direct; i < response.size(); ++i)
            response[i] += 0.25 * std::sqrt(48000 / rate) * 0.06 * any(generator) *
                           std::exp(-6.9 * static_cast<double>(i - direct) / rate / 0.5);
        // A horn's band, and two resonances such as every loudspeaker and microphone has.
        filter(response, rate, 150, 0.7, 0, true), filter(response, rate, 7000, 0.7, 0, false);
        for (int r = 0; r < 2; ++r) bell(response, rate, 300 * std::exp2(1.9 * (1 + any(generator))), 3, 4);
        std::vector<double> padded(static_cast<std::size_t>(std::exp2(std::ceil(std::log2(rate)))));
        std::ranges::copy(response, padded.begin());
        const double loudest = highest(padded);
        const double gain = std::pow(10, margin_db / 20) / loudest;
        response_.assign(response.begin() + static_cast<std::ptrdiff_t>(direct / 2), response.end());
        for (double& sample : response_) sample *= gain;
        late_ = direct / 2;
        start();
    }

    /// What the microphone gets of the past; before `sent` of the same block. count <= 64.
    void microphone(float* to, int count)
    {
        for (int i = 0; i < count; ++i) {
            float sums[8] = {};
            const float* const newest = past_.data() + at_ + static_cast<std::size_t>(i) - late_;
            std::size_t k = 0;
            for (; k + 8 <= taps_.size(); k += 8)
                for (std::size_t l = 0; l < 8; ++l)
                    sums[l] += taps_[k + l] * newest[static_cast<std::ptrdiff_t>(k + l) - last_];
            for (int l = 0; l < 8; ++l) to[i] += sums[l];
        }
    }
    void sent(const float* from, int count)
    {
        for (int i = 0; i < count; ++i) past_[at_++] = std::clamp(from[i], -1.0f, 1.0f);
        if (at_ + 64 < past_.size()) return;
        const std::size_t kept = response_.size() + late_;
        std::copy_n(past_.end() - static_cast<std::ptrdiff_t>(past_.size() - at_ + kept), kept, past_.begin());
        at_ = kept;
    }

private:
    void start()
    {
        while (response_.size() % 8) response_.push_back(0);
        taps_.assign(response_.rbegin(), response_.rend());
        last_ = static_cast<std::ptrdiff_t>(taps_.size()) - 1;
        past_.assign(4 * (response_.size() + late_ + 64), 0.0f);
        at_ = response_.size() + late_;
    }
    static void run(std::vector<double>& sound, double b0, double b1, double b2, double a1, double a2)
    {
        double x1 = 0, x2 = 0, y1 = 0, y2 = 0;
        for (double& s : sound) {
            const double x = s, y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
            x2 = x1, x1 = x, y2 = y1, y1 = y;
            s = y;
        }
    }
    static void filter(std::vector<double>& sound, double rate, double hz, double q, double, bool high)
    {
        const double w = 2 * std::numbers::pi * hz / rate, a = std::sin(w) / (2 * q), c = std::cos(w), n = 1 + a;
        const double b = (high ? 1 + c : 1 - c) / 2 / n;
        run(sound, b, high ? -2 * b : 2 * b, b, -2 * c / n, (1 - a) / n);
    }
    static void bell(std::vector<double>& sound, double rate, double hz, double q, double db)
    {
        const double w = 2 * std::numbers::pi * hz / rate, al = std::sin(w) / (2 * q), c = std::cos(w),
                     g = std::pow(10, db / 40);
        const double n = 1 + al / g;
        run(sound, (1 + al * g) / n, -2 * c / n, (1 - al * g) / n, -2 * c / n, (1 - al / g) / n);
    }
    static double highest(const std::vector<double>& response)
    {
        std::vector<std::complex<double>> bins(response.size());
        for (std::size_t i = 0, reversed = 0; i < bins.size(); ++i) {
            bins[reversed] = response[i];
            std::size_t bit = bins.size() / 2;
            for (; bit && (reversed & bit); bit /= 2) reversed ^= bit;
            reversed |= bit;
        }
        for (std::size_t half = 1; half < bins.size(); half *= 2)
            for (std::size_t k = 0; k < half; ++k) {
                const auto turn =
                    std::polar(1.0, -std::numbers::pi * static_cast<double>(k) / static_cast<double>(half));
                for (std::size_t i = k; i < bins.size(); i += 2 * half) {
                    const auto other = bins[i + half] * turn;
                    bins[i + half] = bins[i] - other;
                    bins[i] += other;
                }
            }
        double most = 0;
        for (std::size_t k = 0; k < bins.size() / 2; ++k) {
            const auto phase = std::arg(bins[k]);
            if (std::abs(phase) < 0.5) most = std::max(most, std::abs(bins[k])); // where it comes back in phase
        }
        return most;
    }

    std::vector<double> response_;
    std::vector<float> past_, taps_;
    std::size_t late_ = 0, at_ = 0;
    std::ptrdiff_t last_ = 0;
};
} // namespace fohd::test
