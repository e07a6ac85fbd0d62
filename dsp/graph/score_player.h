#pragma once
#include "dsp/graph/graph.h"
#include "dsp/graph/score.h"
#include "dsp/rt/hand_over.h"
#include <array>

namespace fohd::dsp {

/// Plays the newest score into the graphs of a performer, each event at its frame, and keeps the clock of what is played. While a
/// graph comes in both play it, each from its own staff: what is heard is on time, and what comes is where that is.
class ScorePlayer {
public:
    ScorePlayer() : playhead_(Playhead{}) {}
    ~ScorePlayer();
    ScorePlayer(const ScorePlayer&) = delete;
    ScorePlayer& operator=(const ScorePlayer&) = delete;

    /// Control thread: this is played from the next block on, instead of what was handed over before. What of it lies before the
    /// clock by then is taken up at once, of each part the last. A score for a graph that is yet to come in may come before it.
    void play(std::unique_ptr<Score> score)
    {
        collect();
        hand_over_.offer(std::move(score));
    }
    /// Control thread: frees what the audio thread gave back.
    void collect() { hand_over_.collect(); }
    /// Control thread.
    Playhead playhead();

    /// Audio thread, at the start of each block.
    void begin(const TransportPlace& transport);
    /// Audio thread: a graph began to run, and takes up what stands.
    void enter() { catches_up_ = moved_ = true; }
    /// Audio thread: gives the graphs that run what is due now. `incoming` may be nullptr.
    void perform(Graph& running, Graph* incoming);
    /// Audio thread: how many frames, 1 to `most`, there are until something is due.
    int frames_until_next(int most) const;
    /// Audio thread: so many frames have sounded, no more than frames_until_next().
    void advance(int frames);
    /// Audio thread, at the end of each block.
    void end();

private:
    void take_next();
    void obey(const PlayCommand& command, const TransportPlace& transport);
    void move(std::int64_t frame);
    void catch_up(Graph& running, Graph* incoming);
    std::span<const Score::Staff> staves() const
    {
        return score_ ? std::span<const Score::Staff>(score_->staves) : std::span<const Score::Staff>();
    }

    Score *score_ = nullptr, *old_ = nullptr;            ///< Audio thread's; the old one is to be given back.
    std::array<std::size_t, Score::most_staves> next_{}; ///< By staff: of its events the first that is to come.
    std::int64_t known_ = 0;                             ///< Up to here scores had come in time.
    bool catches_up_ = false;                            ///< What lies before the clock is to be taken up.
    bool moved_ = false;                                 ///< And is not late, since the clock or the graph is another.
    Playhead now_;
    HandOver<Score> hand_over_;
    NewestSlot<Playhead> playhead_;
};
} // namespace fohd::dsp
