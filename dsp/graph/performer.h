#pragma once
#include "dsp/graph/takeover.h"
#include "dsp/rt/hand_over.h"

namespace fohd::dsp {

/// A graph on its way to the audio thread, with the way it takes over from the one before it.
struct NextGraph {
    std::unique_ptr<Graph> graph;
    std::unique_ptr<Takeover> takeover; ///< From the graph that is then running; none for the first.
};

/// Runs the newest graph. A new one starts beside the old and is crossfaded in over 20 ms, as old + w (new - old): so what is
/// alike in both stays as it was, to the bit. Both then see the same inputs; transitions do not overlap. Where latencies
/// change, the new one first runs unheard for as long as its latency: its longer delays are still empty.
class Performer {
public:
    /// Control thread. `outputs`: the endpoints out of every graph that will come.
    Performer(std::unique_ptr<Graph> first, int outputs, double rate);
    ~Performer();

    /// Control thread: the graph that runs or is coming in. Set values there.
    Graph& graph() { return *newest_; }
    /// Control thread: whether the last graph has been taken up and no crossfade goes on.
    bool settled() const { return settled_.load(std::memory_order_acquire); }
    /// Control thread, when settled: the next graph, of as many endpoints.
    void change(std::unique_ptr<Graph> graph);
    /// Control thread: frees what the audio thread gave back.
    void collect();

    /// Audio thread: any number of frames.
    void process(const float* const* inputs, float* const* outputs, int frames) noexcept;
    /// Audio thread, or while none runs: the sound fades in from silence over `frames`.
    void fade_in(int frames);
    /// Any thread: the sound fades out over `frames`; then `silent()`.
    void fade_out(int frames);
    bool silent() const { return silent_.load(std::memory_order_acquire); }

private:
    void take_next();
    void process_some(const float* const* inputs, float* const* outputs, int frames);
    void fade(float* const* outputs, int frames);

    double rate_;
    int output_count_;
    NextGraph* running_ = nullptr;  ///< Audio thread's.
    NextGraph* incoming_ = nullptr; ///< Audio thread's, during a crossfade.
    Graph* newest_;                 ///< Control thread's.
    int crossfade_left_ = 0;        ///< And of what is unheard before it.
    HandOver<NextGraph> hand_over_;
    std::atomic<bool> settled_{true}, silent_{false};
    Buffers mix_;
    std::vector<const float*> in_;
    std::vector<float*> out_, incoming_out_;
    float level_ = 1, level_step_ = 0; ///< Of the fades at start and stop.
    std::atomic<int> fade_out_frames_{0};
};
} // namespace fohd::dsp
