#pragma once
#include "dsp/processors/feedback_suppressor.h"
#include <algorithm>
#include <array>
#include <vector>

namespace fohd::test {

/// The feedback suppressor alone, as the graph runs it.
struct SuppressorRig {
    explicit SuppressorRig(double hz, int channels = 1,
                           dsp::FeedbackSuppressor::Params p = dsp::FeedbackSuppressor::params.initial())
        : processor({.rate = hz, .channels = channels}), rate(hz), rows(static_cast<std::size_t>(channels))
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
} // namespace fohd::test
