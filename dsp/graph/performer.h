#pragma once
#include "dsp/graph/score_player.h"
#include "dsp/graph/takeover.h"

namespace fohd::dsp {

/// Where the endpoints of a graph lie among the numbered channels that the performer is given; -1: nowhere, silence.
struct Wiring {
    std::vector<int> inputs, outputs;

    /// Endpoint n is channel n.
    static Wiring straight(const Plan& plan);
    bool operator==(const Wiring&) const = default;
};

/// Runs the newest graph. A new one starts beside the old and is crossfaded in over 20 ms, as old + w (new - old): so what is
/// alike in both stays as it was, to the bit. Both then see the same inputs; transitions do not overlap. Where latencies or the
/// chains of outputs change, the new one first runs unheard, as warm_up() says. Readings are those of the old one until the
/// crossfade has ended; loudness is measured of what is heard, of the crossfade too.
class Performer {
public:
    /// Control thread.
    Performer(std::unique_ptr<Graph> first, double rate, Wiring wiring);
    ~Performer();

    /// Control thread: the graph that runs or is coming in. Set values there.
    Graph& graph() { return *newest_; }
    /// Control thread: the graph that is heard while that one comes in, or nullptr. It is there until the next collect().
    Graph* before() { return settled() ? nullptr : before_; }
    /// Control thread: whether the last graph has been taken up and no crossfade goes on.
    bool settled() const { return settled_.load(std::memory_order_acquire); }
    /// Control thread, when settled: the next graph. Its channels must be among those that process() is given from now on.
    void change(std::unique_ptr<Graph> graph, Wiring wiring);
    /// Control thread: frees what the audio thread gave back.
    void collect();

    /// What plays values over time into the graphs, the one that is heard and the one that comes in. Control thread.
    ScorePlayer& score() { return score_; }

    /// Audio thread: any number of frames. A channel in from which nothing can come may be null. Writes every output; those that no graph uses are silent.
    void process(std::span<const float* const> inputs, std::span<float* const> outputs, int frames,
                 const TransportPlace& transport = {}) noexcept;
    /// Audio thread, or while none runs: of what is heard; see Graph.
    void publish_readings() { running_->graph->publish_readings(); }
    /// Audio thread, or while none runs: the sound fades in from silence over `frames`.
    void fade_in(int frames);
    /// While no audio thread runs: see PlanarProcessor.
    void interrupt();
    /// Any thread: the sound fades out over `frames`; then `silent()`.
    void fade_out(int frames);
    bool silent() const { return silent_.load(std::memory_order_acquire); }

private:
    /// A graph on its way to the audio thread and there.
    struct Act {
        Act(std::unique_ptr<Graph> with, Wiring wired);
        /// Audio thread: where its endpoints lie `done` frames into these channels.
        void point(std::span<const float* const> inputs, std::span<float* const> outputs, int done);
        /// Audio thread: the endpoint that writes this channel; -1: none.
        int row(std::size_t channel) const { return channel < rows.size() ? rows[channel] : -1; }

        std::unique_ptr<Graph> graph;
        std::unique_ptr<Takeover> takeover; ///< From the graph that is then running; none for the first.
        int unheard = 0;                    ///< frames
        Wiring wiring;
        std::vector<int> rows; ///< The endpoint of each channel out, up to the last that has one.
        /// One row an endpoint out, for the crossfade; then one to write to nobody.
        Buffers sound;
        std::vector<const float*> in;
        std::vector<float*> out, own;
    };

    void take_next(int frames);
    void process_some(std::span<const float* const> inputs, std::span<float* const> outputs, int done, int frames);
    void crossfade(std::span<float* const> outputs, int done, int frames);
    void fade(std::span<float* const> outputs, int done, int frames);

    double rate_;
    Act* running_ = nullptr;            ///< Audio thread's.
    Act* incoming_ = nullptr;           ///< Audio thread's, during a crossfade.
    bool begun_ = false;                ///< The incoming graph runs.
    Graph *newest_, *before_ = nullptr; ///< Control thread's.
    int crossfade_left_ = 0;            ///< And of what is unheard before it.
    HandOver<Act> hand_over_;
    ScorePlayer score_;
    std::atomic<bool> settled_{true}, silent_{false};
    float level_ = 1, level_step_ = 0; ///< Of the fades at start and stop.
    std::atomic<int> fade_out_frames_{0};
};
} // namespace fohd::dsp
