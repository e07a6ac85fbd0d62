#include "dsp/graph/score_player.h"
#include <algorithm>

namespace fohd::dsp {

ScorePlayer::~ScorePlayer()
{
    delete score_;
    delete old_;
}

Playhead ScorePlayer::playhead()
{
    playhead_.refresh();
    return playhead_.front();
}

void ScorePlayer::begin(const TransportPlace& transport)
{
    take_next();
    if (score_) obey(score_->command, transport);
}

void ScorePlayer::take_next()
{
    if (old_ && !hand_over_.give_back(old_)) return;
    old_ = nullptr;
    Score* const next = hand_over_.take();
    if (!next) return;
    old_ = score_;
    score_ = next;
    known_ = old_ ? old_->end : 0;
    catches_up_ = true;
}

void ScorePlayer::obey(const PlayCommand& command, const TransportPlace& transport)
{
    const bool is_new = command.number != now_.command;
    now_.command = command.number;
    if (command.follows) {
        if (transport.frame != now_.frame) move(transport.frame);
        catches_up_ |= transport.rolls && !now_.rolls;
        now_.rolls = transport.rolls;
    } else if (is_new) {
        move(command.frame);
        now_.rolls = command.rolls;
    }
    moved_ |= is_new;
}

void ScorePlayer::move(std::int64_t frame)
{
    now_.frame = frame;
    catches_up_ = moved_ = true;
}

void ScorePlayer::perform(Graph& running, Graph* incoming)
{
    if (!score_ || !now_.rolls) return;
    if (std::exchange(catches_up_, false)) catch_up(running, incoming);
    for (; next_ < score_->events.size() && score_->events[next_].frame <= now_.frame; ++next_)
        for (Graph* const graph : {&running, incoming})
            if (graph && graph->serial() == score_->graph) graph->take_up(*score_, score_->events[next_]);
}

void ScorePlayer::catch_up(Graph& running, Graph* incoming)
{
    const auto& events = score_->events;
    next_ = now_.frame < score_->end
                ? static_cast<std::size_t>(std::ranges::lower_bound(events, now_.frame, {}, &Score::Event::frame) -
                                           events.begin())
                : events.size(); // of where the clock is nothing is known yet
    const bool moved = std::exchange(moved_, false);
    if (now_.frame < score_->begin || now_.frame >= score_->end) return;
    for (Graph* const graph : {&running, incoming})
        if (graph && graph->serial() == score_->graph)
            now_.late += graph->take_up(*score_, next_, moved ? score_->end : known_);
}

int ScorePlayer::frames_until_next(int most) const
{
    if (!score_ || !now_.rolls || next_ == score_->events.size()) return most;
    return static_cast<int>(std::min<std::int64_t>(most, score_->events[next_].frame - now_.frame));
}

void ScorePlayer::advance(int frames)
{
    if (now_.rolls) now_.frame += frames;
}

void ScorePlayer::end()
{
    playhead_.back() = now_;
    playhead_.publish();
}
} // namespace fohd::dsp
