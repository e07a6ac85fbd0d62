#pragma once
#include "dsp/graph/graph.h"
#include "dsp/graph/score.h"
#include "dsp/rt/hand_over.h"

namespace fohd::dsp {

/// Plays the newest score into the graphs of a performer, each event at its frame, and keeps the clock of what is played.
class ScorePlayer {
public:
    ScorePlayer() : playhead_(Playhead{}) {}
    ~ScorePlayer();
    ScorePlayer(const ScorePlayer&) = delete;
    ScorePlayer& operator=(const ScorePlayer&) = delete;

    /// Control thread: this is played from the next block on, instead of what was handed over before. What of it lies before the
    /// clock by then is taken up at once, of each part the last.
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

    Score *score_ = nullptr, *old_ = nullptr; ///< Audio thread's; the old one is to be given back.
    std::size_t next_ = 0;                    ///< Of the score's events: the first that is to come.
    std::int64_t known_ = 0;                  ///< Up to here scores had come in time.
    bool catches_up_ = false;                 ///< What lies before the clock is to be taken up.
    bool moved_ = false;                      ///< And is not late, since the clock or the graph is another.
    Playhead now_;
    HandOver<Score> hand_over_;
    NewestSlot<Playhead> playhead_;
};
} // namespace fohd::dsp
