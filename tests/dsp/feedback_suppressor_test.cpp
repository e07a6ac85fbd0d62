// Feedback suppressor: a loop that howls is quiet within a second, and music is left alone.
#include "dsp/processors/feedback_suppressor.h"
#include "tests/bench/speech.h"
#include "tests/support/adversarial.h"
#include "tests/support/feedback_loop.h"
#include "tests/support/figures.h"
#include "tests/support/flushed_denormals.h"
#include "tests/support/graph_rig.h"
#include "tests/support/levels.h"
#include <cstdlib>

using namespace fohd;
using test::db;

namespace {

/// The processor alone, as the graph runs it.
struct Rig {
    explicit Rig(double rate, int channels = 1, dsp::FeedbackSuppressor::Params p = dsp::FeedbackSuppressor::params.initial())
        : processor({.rate = rate, .channels = channels}), rate(rate), rows(static_cast<std::size_t>(channels))
    {
        set(p, true);
    }
    void set(const dsp::FeedbackSuppressor::Params& p, bool now = false)
    {
        std::array<float, 64> coeffs{};
        dsp::CoeffWriter out(coeffs.data());
        dsp::FeedbackSuppressor::design(p, {.rate = rate}, out);
        processor.aim(coeffs, now);
    }
    /// In place.
    void run(std::vector<std::vector<float>>& sound, int block)
    {
        for (std::size_t done = 0; done < sound[0].size();) {
            const int count = static_cast<int>(std::min(sound[0].size() - done, static_cast<std::size_t>(block)));
            std::vector<float*> to;
            for (std::size_t c = 0; c < rows.size(); ++c) {
                std::copy_n(sound[c].data() + done, count, rows[c].of.data());
                to.push_back(rows[c].of.data());
            }
            processor.run(to.data(), count);
            for (std::size_t c = 0; c < rows.size(); ++c) std::copy_n(rows[c].of.data(), count, sound[c].data() + done);
            done += static_cast<std::size_t>(count);
        }
    }
    int used() const { return static_cast<int>(processor.reading(dsp::FeedbackSuppressor::used, 0)); }
    float hz(int filter) const { return processor.reading(dsp::FeedbackSuppressor::frequencies, filter); }
    float depth(int filter) const { return processor.reading(dsp::FeedbackSuppressor::depths, filter); }

    dsp::FeedbackSuppressor processor;
    double rate;
    std::vector<dsp::PlanarBuffer> rows;
};

/// The level in dBFS of each hundredth of a second of what the loudspeaker gets while the loop runs.
std::vector<double> levels_in_loop(Rig& rig, test::FeedbackLoop& loop, const std::vector<float>& programme, bool suppress)
{
    const test::FlushedDenormals flushed;
    std::vector<double> levels;
    double sum = 0;
    int counted = 0;
    alignas(64) float sound[64];
    float* const rows[] = {sound};
    for (std::size_t i = 0; i + 64 <= programme.size(); i += 64) {
        std::copy_n(programme.data() + i, 64, sound);
        loop.microphone(sound, 64);
        if (suppress) rig.processor.run(rows, 64);
        for (float& s : sound) s = std::clamp(s, -1.0f, 1.0f), sum += static_cast<double>(s) * static_cast<double>(s);
        loop.sent(sound, 64);
        if ((counted += 64) >= rig.rate / 100) levels.push_back(10 * std::log10(sum / counted + 1e-12)), sum = 0, counted = 0;
    }
    return levels;
}
} // namespace

TEST_CASE("feedback suppressor: explore", "[.explore]")
{
    for (const double margin : {0.5, 3.0, 6.0})
        for (unsigned seed = 1; seed <= 5; ++seed)
            for (int kind = 0; kind < 2; ++kind) {
                const double rate = 48000;
                test::FeedbackLoop loop(rate, seed, margin);
                loop.start();
                Rig rig(rate);
                auto sound = kind ? bench::speech(4 * 48000, rate, seed, 0.3) : test::noise(4 * 48000, 0.001f, seed);
                const auto levels = levels_in_loop(rig, loop, sound, true);
                std::printf("margin %g seed %u kind %d used %d:", margin, seed, kind, rig.used());
                for (std::size_t i = 9; i < levels.size(); i += 20) std::printf(" %.0f", levels[i]);
                for (int n = 0; n < 24; ++n) if (rig.hz(n) > 0) std::printf(" [%.0f %.0f]", rig.hz(n), rig.depth(n));
                std::printf("\n");
            }
}
