#pragma once
#include "control/performance.h"
#include "control/readings.h"
#include "control/store.h"
#include "daemon/actions.h"
#include "daemon/backends/backend.h"
#include "daemon/held_values.h"
#include "daemon/learners.h"
#include "daemon/loudness/rack.h"
#include "dsp/graph/performer.h"
#include "dsp/graph/transition.h"

#include <map>
#include <memory>
#include <set>
#include <vector>

namespace fohd::daemon {

/// The graph that runs: built from a description, set from the store, run by a backend or by render. It is built anew where a
/// value changes its shape or the description is another, and then goes on where it was.
class Engine final : public Process, public control::Sound, public control::ReadingSource, public control::Performance {
public:
    /// Control thread. Allocates all that the audio thread will need. `rate` in Hz. `service`, if any, measures the taps. Processors
    /// begin with what was `learned`.
    Engine(const dsp::Description& description, int rate, loudness::Service* service = nullptr,
           config::LearnedMap learned = {});
    ~Engine() override;

    const dsp::Layout& layout() const { return layout_; }
    const dsp::Description& description() const { return description_; }
    int rate() const override { return rate_; }

    /// Control thread, while no audio thread runs: begins anew at another rate, silent, with the same values. Loudness goes on.
    void set_rate(int rate);

    /// Control thread: these values, all of the layout, of which the `changed` parameters are new. What only moves coefficients
    /// is heard from the next block on; what changes a shape waits for tend().
    void apply(std::span<const float> values, std::span<const int> changed) override;
    void follow(std::span<const float> values, std::span<const int> changed) override;

    void perform(dsp::Passage passage, const dsp::PlayCommand& command) override;
    void rest(const dsp::PlayCommand& command) override;
    dsp::Playhead playhead() override { return performer_->score().playhead(); }

    /// Control thread: another description with these values, one for each parameter of its layout. tend() builds it; the newest
    /// wins. What it has in common with the one before goes on, loudness too; what is gone and rings, rings out.
    /// `wiring` says where its endpoints lie among the channels that process() is given.
    void change(const dsp::Description& description, std::span<const float> values, dsp::Wiring wiring);

    void read(const control::Reading& reading, std::span<float> values) override;
    /// Control thread: nobody calls process() any more, so readings of the moment read silence until somebody does, and whatever
    /// waits for a finding is answered that there is none.
    void stand_still(bool still);
    void reset_loudness(int strip) override;
    void pause_loudness(int strip, bool paused) override;
    void act(int strip, int processor, int action) override;
    /// Control thread, a few times a second (offline: before each block): builds the graph anew where it must be, for shapes at
    /// most five times a second of sound, and frees what the audio thread gave back. True when a new graph was handed over.
    bool tend();
    /// Control thread, while no audio thread runs, after the sound was away: see dsp::PlanarProcessor.
    void interrupt();
    /// Control thread: what actions of processors came to since the last call, by the processor's address.
    std::vector<std::pair<std::string, dsp::Finding>> take_findings() { return actions_.take_findings(); }
    /// Control thread: what processors have learned for good; of those that are not there now, what they had.
    const config::LearnedMap& learned() const { return learners_.learned(); }
    /// Control thread: the addresses of those that have learned or forgotten something since the last call.
    std::set<std::string> take_learners();
    /// Frames of the last callback; 0 before the first, also of another rate. Any thread.
    int block() const { return block_.load(std::memory_order_relaxed); }
    /// Control thread: whether what was changed last is all that sounds: nothing waits, crossfades or rings on.
    bool settled() const;

    /// Audio thread.
    void process(std::span<const float* const> inputs, std::span<float* const> outputs, int frames) noexcept override;
    void follow(const Transport& transport) noexcept override { transport_.write(transport); }
    /// That of the newest block. Any thread.
    Transport transport() const { return transport_.read(); }
    /// See Performer.
    dsp::Performer& performer() { return *performer_; }
    /// Control thread.
    dsp::GraphReadings& readings() { return *readings_; }

    /// Taps of the strips with `loudness`, by strip. Control thread.
    const std::map<int, std::shared_ptr<loudness::Tap>>& taps() const { return rack_.taps(); }
    /// Samples that were not numbers, since the start. Any thread; as of the last tend().
    std::uint64_t bad_samples() const { return bad_samples_.load(std::memory_order_relaxed); }
    /// How often sound was not measured because the loudness thread came too late, since the start. Any thread; as of the last tend().
    std::uint64_t loudness_gaps() const { return loudness_gaps_.load(std::memory_order_relaxed); }
    /// Control thread: whether all that runs uses the channels of the wiring alone.
    bool is_wired() const { return performer_->settled() && !changed_ && graph_wiring_ == wiring_; }
    /// Of the newest graph, by the channels of the wiring. Control thread.
    Latency latency() const;
    /// Frames processed so far. Any thread.
    std::uint64_t frames() const { return frames_.load(std::memory_order_relaxed); }

private:
    void look();
    GraphPlaces places() const;
    /// A graph of the description, the values and, behind it, what leaves of the one that runs, if any, and may `ring`.
    std::unique_ptr<dsp::Graph> build(bool ring);
    void hand_over(bool ring);
    bool rings();
    template <class Visit> void each_graph(Visit visit);
    void play(const dsp::Graph& newest, const dsp::Graph* before);
    void play() { play(performer_->graph(), performer_->before()); }

    dsp::Description description_;
    dsp::Layout layout_;
    std::vector<float> values_; ///< As last applied.
    dsp::Wiring wiring_;
    int rate_;
    loudness::Rack rack_; ///< Before the graphs that write to it.

    HeldValues held_, held_before_; ///< Of the newest graph, and of the one that is heard until that has come in.
    dsp::Wiring graph_wiring_;
    int leaving_ = 0, ringing_ = 0;  ///< How many of the graph's last strips leave, and of them ring on.
    std::uint64_t silent_since_ = 0; ///< Frame since when nothing was heard of what rings on.
    std::shared_ptr<dsp::GraphReadings> readings_;

    std::unique_ptr<dsp::Performer> performer_;
    dsp::Passage passage_; ///< Of values over time: what is played now.
    dsp::PlayCommand command_;
    std::set<int> played_; ///< Slices that it moves.
    bool changed_ = false; ///< The description is not the graph's.
    bool still_ = false;
    Actions actions_;
    Learners learners_;
    std::atomic<int> block_ = 0;
    std::uint64_t built_at_ = 0;
    bool built_once_ = false;
    TransportSlot transport_;
    std::atomic<std::uint64_t> frames_{0}, bad_samples_{0}, loudness_gaps_{0};
};

} // namespace fohd::daemon
