#pragma once
#include "dsp/graph/description.h"
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace fohd::dsp {

/// What the audio thread tells of a graph: written by it about every 10 ms, read by any thread, wait-free both ways.
class GraphReadings {
public:
    explicit GraphReadings(const Description& description);
    /// Before they are used: counts and tops go on from those of another graph, by strip and processor.
    void go_on(GraphReadings& from);

    /// Amplitude of a strip's channel at its end; falls back by 20 dB in 1.7 s.
    std::atomic<float>& peak(int strip, int channel) { return at(strip, channel).peak; }
    /// Mean square over 300 ms.
    std::atomic<float>& mean_square(int strip, int channel) { return at(strip, channel).mean_square; }
    /// The highest amplitude since the graph began.
    std::atomic<float>& top(int strip, int channel) { return at(strip, channel).top; }
    /// Samples at or over full scale since the graph began.
    std::atomic<float>& clips(int strip, int channel) { return at(strip, channel).clips; }
    /// dB >= 0 of a processor with a reduction, else 0.
    std::atomic<float>& reduction(int strip, int node, int channel);
    /// The most that it ever was.
    std::atomic<float>& most_reduction(int strip, int node, int channel);
    /// A value that a processor tells: of its readings one after another, as ProcessorType::values_before() says.
    std::atomic<float>& told(int strip, int node, int value);
    /// Samples that were not finite: arrived at an input, or came out of a strip, since the graph began.
    std::atomic<std::uint64_t> bad_samples{0};

private:
    struct Meter {
        std::atomic<float> peak{0}, mean_square{0}, top{0}, clips{0};
    };
    struct Reduction {
        std::atomic<float> now{0}, most{0};
    };
    Meter& at(int strip, int channel)
    {
        return meters_[static_cast<std::size_t>(first_meter_[static_cast<std::size_t>(strip)] + channel)];
    }
    std::size_t reduction_index(int strip, int node, int channel) const;

    struct Place {
        std::string address; ///< of the strip
        std::vector<std::string> chain;
        std::vector<int> first_told; ///< By processor.
    };
    std::vector<Place> places_;                                 ///< By strip.
    std::vector<int> first_meter_, first_reduction_, channels_; ///< By strip.
    std::unique_ptr<Meter[]> meters_;
    std::unique_ptr<Reduction[]> reductions_;
    std::unique_ptr<std::atomic<float>[]> told_;
};
} // namespace fohd::dsp
