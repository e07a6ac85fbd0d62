#pragma once
#include "dsp/graph/description.h"
#include "dsp/rt/newest_slot.h"
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace fohd::dsp {

/// What the audio thread tells of the graph that is heard: written by it about every 10 ms, read by any thread, wait-free both ways.
class GraphReadings {
public:
    /// Of what occurs in both, by the names of strips and processors, the readings are those of `before`, if any: so they go on
    /// where another graph takes over, whichever of the two is heard. Control thread.
    explicit GraphReadings(const Description& description, const GraphReadings* before = nullptr);

    /// Amplitude of a strip's channel at its end; falls back by 20 dB in 1.7 s.
    std::atomic<float>& peak(int strip, int channel) { return meter(strip, channel).peak; }
    /// Mean square over 300 ms.
    std::atomic<float>& mean_square(int strip, int channel) { return meter(strip, channel).mean_square; }
    /// The highest amplitude since the strip began.
    std::atomic<float>& top(int strip, int channel) { return meter(strip, channel).top; }
    /// Samples at or over full scale since the strip began.
    std::atomic<float>& clips(int strip, int channel) { return meter(strip, channel).clips; }
    /// dB >= 0 of a processor with a reduction, else 0.
    std::atomic<float>& reduction(int strip, int node, int channel) { return reduced(strip, node, channel).now; }
    /// The most that it ever was.
    std::atomic<float>& most_reduction(int strip, int node, int channel) { return reduced(strip, node, channel).most; }
    /// A value that a processor tells: of its readings one after another, as ProcessorType::values_before() says.
    std::atomic<float>& told(int strip, int node, int value) { return at(strip, node).told[value]; }
    /// What a processor of a type that learns has learned for good, each time all of it as it was at one time: written by the audio
    /// thread where it has changed, and once at first; read by one thread. Null of all others.
    NewestSlot<std::vector<float>>* learned(int strip, int node) { return at(strip, node).learned.get(); }
    /// Samples that were not finite: arrived at an input, or came out of a strip, since the first graph began.
    std::atomic<std::uint64_t>& bad_samples() { return *bad_samples_; }

private:
    struct Meter {
        std::atomic<float> peak{0}, mean_square{0}, top{0}, clips{0};
    };
    struct Reduction {
        std::atomic<float> now{0}, most{0};
    };
    struct Processor {
        std::string name;
        const ProcessorType* type;
        std::vector<std::shared_ptr<Reduction>> reductions; ///< By channel.
        std::shared_ptr<std::atomic<float>[]> told;
        std::shared_ptr<NewestSlot<std::vector<float>>> learned;
    };
    struct Place {
        std::string address;                        ///< of the strip
        std::vector<std::shared_ptr<Meter>> meters; ///< By channel.
        std::vector<Processor> chain;
    };
    Meter& meter(int strip, int channel)
    {
        return *places_[static_cast<std::size_t>(strip)].meters[static_cast<std::size_t>(channel)];
    }
    Processor& at(int strip, int node)
    {
        return places_[static_cast<std::size_t>(strip)].chain[static_cast<std::size_t>(node)];
    }
    Reduction& reduced(int strip, int node, int channel)
    {
        return *at(strip, node).reductions[static_cast<std::size_t>(channel)];
    }

    std::vector<Place> places_; ///< By strip.
    std::shared_ptr<std::atomic<std::uint64_t>> bad_samples_;
};
} // namespace fohd::dsp
