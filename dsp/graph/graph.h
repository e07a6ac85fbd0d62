#pragma once
#include "dsp/graph/lane_group.h"
#include "dsp/graph/path_gain.h"
#include "dsp/graph/plan.h"
#include "dsp/graph/readings.h"
#include "dsp/graph/score.h"
#include "dsp/rt/newest_slot.h"

namespace fohd::dsp {

/// How long a change of a value glides, ms.
inline constexpr double glide_ms = 20;

/// Where a strip's sound goes to be measured.
class SoundTap {
public:
    /// Audio thread: `frames` samples of each channel.
    virtual void write(const float* const* channels, int frames) noexcept = 0;

protected:
    ~SoundTap() = default;
};

/// A description, compiled: it runs sound. Made, set and freed on the control thread; the audio thread runs it.
class Graph {
public:
    /// Control thread. Allocates all that the graph will ever need, and designs every coefficient from `values` (as
    /// `layout` says). Uses the builds of kernels given, or this computer's. Graphs of one description may share
    /// readings, so that those go on where one takes over from another.
    Graph(const Description& description, double rate, std::span<const float> values,
          std::span<const Kernels* const> kernels = usable_kernels(),
          std::shared_ptr<GraphReadings> readings = nullptr);
    ~Graph();
    Graph(const Graph&) = delete;
    Graph& operator=(const Graph&) = delete;

    const Description& description() const { return description_; }
    const Layout& layout() const { return layout_; }
    const Plan& plan() const { return plan_; }
    GraphReadings& readings() { return *readings_; }
    /// No other graph has it, nor ever had.
    std::uint64_t serial() const { return serial_; }

    /// Control thread: whether these slices' values only move coefficients. Otherwise the graph must be made anew.
    bool fits(std::span<const float> values, std::span<const int> slices) const;
    /// Control thread: designs the coefficients of these slices, and publishes them all at once. Wait-free but for the
    /// designs' own time.
    void set(std::span<const float> values, std::span<const int> slices);
    /// Control thread: has a planar processor act, at the start of a block. Wait-free; what was told already and not done is done once.
    void act(int strip, int node, int action);
    /// Control thread, while no audio thread runs: see PlanarProcessor.
    void interrupt();
    /// Control thread, before the audio thread has the graph: a planar processor begins with this, see PlanarProcessor::learn(). What
    /// it takes over from the graph before counts more.
    void teach(int strip, int node, std::span<const float> items);
    /// Control thread, before the audio thread has the graph: who measures a strip with `loudness`.
    void connect_loudness(int strip, SoundTap* tap);
    /// Control thread, while the audio thread runs: what the actions of a planar processor came to; see PlanarProcessor. What
    /// was told and has not begun is under way too.
    Finding find(int strip, int node, int block);

    /// Audio thread, at the start of each block: takes up the newest published coefficients, which then glide.
    void pick_up();
    /// Audio thread: the coefficients of an event of a staff for this graph, which then glide.
    void take_up(const Score::Staff& staff, const Score::Event& event);
    /// Audio thread: what stands after the first so many events; answers how many of those from the frame `late` on were still to
    /// be taken up.
    std::uint64_t take_up(const Score::Staff& staff, std::size_t events, std::int64_t late);
    /// Audio thread: one pointer an endpoint, null for one from which nothing can come; frames <= max_block. A graph that is not
    /// `heard` writes no readings.
    void process(const float* const* inputs, float* const* outputs, int frames, bool heard = true);
    /// Audio thread: the `frames` that process() gave last go to who measures them.
    void measure(int frames);
    /// Audio thread: readings are otherwise published about every 10 ms.
    void publish_readings();
    std::uint64_t clock() const { return clock_; }

private:
    friend class Takeover;

    struct Snapshot {
        std::vector<float> coeffs;
        std::vector<std::uint32_t> versions; ///< By part.
    };
    /// A row of coefficients of a part that goes to a lane.
    struct Aim {
        LaneGroup* group;
        int step, lane, first, count; ///< `first` in the coefficients; count 0: the wet share of an end_bypass
    };
    using Line = std::vector<float>; ///< A ring: alignment.
    struct Planar {
        std::unique_ptr<PlanarProcessor> processor;
        std::vector<std::vector<float>> dry;   ///< A ring a channel, as long as the latency.
        std::unique_ptr<Buffers> late;         ///< The sound as late as the processor, where there is latency.
        std::vector<PathGain> openings;        ///< By channel: of what it hears; open but in a transition.
        std::vector<float> learned, published; ///< What it has learned now, and as it was published last.
        bool is_published = false;
        float wet = 1, goal = 1;
        int lead = 0, latency = 0;
    };
    struct Joint {
        std::unique_ptr<JointProcessor> processor;
        std::vector<const float*> from;
        std::vector<float*> to; ///< A channel each, members in order.
    };
    /// Of a part whose processor is joint.
    struct Membership {
        int joint = -1, member = 0;
    };
    /// What was heard last of a strip with `loudness`, by channel.
    struct Measured {
        int strip, channels;
        Buffers sound;
    };

    /// A tap of a lane group that nobody but paths hears: it sleeps while they are silent.
    struct TapWatch {
        LaneGroup* group;
        std::size_t step;
        std::vector<int> paths; ///< Parts.
    };

    void compile(std::span<const Kernels* const> kernels);
    void join(const JointOp& op);
    void list_aims(LaneGroup& group);
    void list_watches(LaneGroup& group);
    std::size_t planar_at(int strip, int node) const;
    void redesign(int part, std::span<const float> values);
    void publish();
    void act_as_told();
    /// A part's own coefficients.
    std::span<const float> own(int part, std::span<const float> coeffs) const;
    void aim(int part, std::span<const float> own, int frames);
    void run(const Op& op, std::size_t index, const float* const* inputs, float* const* outputs, int frames,
             bool heard);
    void run_input(const InputOp& op, PathGain& opening, const float* input, int frames, bool heard);
    void open(PathGain& opening, float* sound, int frames) const;
    void run_line(Line& line, const float* from, float* to, int frames);
    void run_planar(Planar& planar, const PlanarOp& op, const float* const* inputs, int frames);
    void run_send(const SendOp& op, PathGain& gain, float* output, int frames);
    void look_after(bool heard);
    void heal(LaneGroup& group, int step, bool heard);
    void read_meters(LaneGroup& group, int step);
    void read_reductions(LaneGroup& group, int step);
    void read_planar();
    void read_planar(const PlanarOp& op, Planar& planar);
    void read_learned(const PlanarOp& op, Planar& planar);
    void read_reduction(int strip, int node, int channel, float reduction);
    void clear_strip(int strip);

    Description description_;
    Layout layout_;
    Plan plan_;
    int glide_;
    const Kernels* planar_kernels_ = nullptr;
    Buffers buffers_;
    std::shared_ptr<GraphReadings> readings_;
    std::vector<std::unique_ptr<LaneGroup>> groups_;
    std::vector<std::size_t>
        slots_; ///< By op: which line, planar or joint processor, gain of a send, what is measured.
    std::vector<Line> lines_;
    std::vector<PathGain> openings_;   ///< By endpoint in: open but in a transition.
    std::vector<PathGain> send_gains_; ///< By SendOp: open but in a transition.
    std::vector<Planar> planars_;
    std::vector<Joint> joints_;
    std::vector<Measured> measured_;
    std::vector<Membership> memberships_;      ///< By part.
    std::vector<std::vector<Aim>> aims_;       ///< By part.
    std::vector<std::vector<PathGain>> gains_; ///< By part: a path's.
    std::vector<int> planar_of_part_;
    std::unique_ptr<std::atomic<std::uint32_t>[]> told_; ///< By planar processor: the actions to do, a bit each.
    std::vector<TapWatch> watches_;
    std::vector<char> sounding_;  ///< By part: a path of which not every gain rests at zero.
    std::vector<SoundTap*> taps_; ///< By strip.

    Snapshot designed_;         ///< Control thread's.
    std::vector<float> before_; ///< Control thread: coefficients of a part, while it is designed anew.
    NewestSlot<Snapshot> slot_;
    std::vector<std::uint32_t> taken_; ///< Audio thread's: version of each part.
    std::vector<float> aimed_;         ///< Audio thread's: the coefficients that each part is at, or glides to.
    std::vector<char> seen_;           ///< Audio thread's: by part, in take_up().
    std::uint64_t serial_;
    std::uint64_t clock_ = 0;
    int until_readings_ = 0;
    int reading_interval_;
};
} // namespace fohd::dsp
