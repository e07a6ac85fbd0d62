#pragma once
#include "config/config.h"
#include "control/readings.h"
#include "control/store.h"
#include "daemon/backends/backend.h"
#include "daemon/loudness/tap.h"
#include "dsp/graph/performer.h"

#include <map>
#include <memory>
#include <set>
#include <vector>

namespace fohd::daemon {

/// The graph that runs: built from a config, set from the store, run by a backend or by render, rebuilt where a value changes
/// its shape.
class Engine final : public Process, public control::Sound, public control::ReadingSource {
public:
    /// Control thread. Allocates all that the audio thread will need. `rate` in Hz.
    Engine(const dsp::Description& description, int rate);
    ~Engine() override;

    const dsp::Layout& layout() const { return layout_; }
    const dsp::Description& description() const { return description_; }
    int rate() const { return rate_; }

    /// Control thread, while no audio thread runs: begins anew at another rate, silent, with the same values. Loudness goes on.
    void set_rate(int rate);

    /// Control thread: these values, all of the layout, of which the `changed` parameters are new. What only moves coefficients
    /// is heard from the next block on; what changes a shape waits for tend().
    void apply(std::span<const float> values, std::span<const int> changed) override;
    void read(const control::Reading& reading, std::span<float> values) override;
    void reset_loudness(int strip) override;
    void pause_loudness(int strip, bool paused) override;
    /// Control thread, a few times a second (offline: before each block): builds the graph anew where a shape changed, at most
    /// five times a second of sound, and frees what the audio thread gave back. True when a new graph was handed over.
    bool tend();

    /// Audio thread.
    void process(std::span<const float* const> inputs, std::span<float* const> outputs, int frames) noexcept override;
    /// See Performer.
    dsp::Performer& performer() { return *performer_; }
    /// Any thread: the same through every rebuild.
    dsp::GraphReadings& readings() { return *readings_; }

    /// Taps of the strips with `loudness`, by strip.
    const std::map<int, std::shared_ptr<loudness::Tap>>& taps() const { return taps_; }
    /// Frames by which each endpoint out is late. Control thread.
    std::vector<int> output_latency() const;
    /// Frames processed so far. Any thread.
    std::uint64_t frames() const { return frames_.load(std::memory_order_relaxed); }

private:
    class TapWriter;
    std::unique_ptr<dsp::Graph> build();

    dsp::Description description_;
    dsp::Layout layout_;
    int rate_;
    std::vector<float> values_; ///< As last applied.
    std::shared_ptr<dsp::GraphReadings> readings_;
    std::map<int, std::shared_ptr<loudness::Tap>> taps_;
    std::vector<std::unique_ptr<TapWriter>> writers_;
    std::unique_ptr<dsp::Performer> performer_;
    std::size_t output_count_ = 0; ///< Slots beyond these are silent.
    std::set<int> waiting_;        ///< Slices whose new shape is not yet in a graph.
    std::uint64_t built_at_ = 0;
    bool built_once_ = false;
    std::atomic<std::uint64_t> frames_{0};
};

/// The ports of a config's inputs and outputs, in the order of the graph's endpoints.
Endpoints endpoints_of(const config::Config& config);

} // namespace fohd::daemon
