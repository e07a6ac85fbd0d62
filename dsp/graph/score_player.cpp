#include "dsp/graph/score_player.h"
#include <algorithm>

namespace fohd::dsp {
namespace {

Graph* reader_of(const Score::Staff& staff, Graph& running, Graph* incoming)
{
    if (running.serial() == staff.graph) return &running;
    return incoming && incoming->serial() == staff.graph ? incoming : nullptr;
}
} // namespace

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
    for (std::size_t s = 0; s < staves().size(); ++s) {
        const Score::Staff& staff = staves()[s];
        Graph* const graph = reader_of(staff, running, incoming);
        for (auto& next = next_[s]; next < staff.events.size() && staff.events[next].frame <= now_.frame; ++next)
            if (graph) graph->take_up(staff, staff.events[next]);
    }
}

void ScorePlayer::catch_up(Graph& running, Graph* incoming)
{
    const bool moved = std::exchange(moved_, false);
    const bool known = now_.frame >= score_->begin && now_.frame < score_->end; // else what stands is not known yet
    for (std::size_t s = 0; s < staves().size(); ++s) {
        const Score::Staff& staff = staves()[s];
        next_[s] = now_.frame < score_->end
                       ? static_cast<std::size_t>(
                             std::ranges::lower_bound(staff.events, now_.frame, {}, &Score::Event::frame) -
                             staff.events.begin())
                       : staff.events.size();
        Graph* const graph = reader_of(staff, running, incoming);
        if (!known || !graph) continue;
        const std::uint64_t late = graph->take_up(staff, next_[s], moved ? score_->end : known_);
        if (graph == &running) now_.late += late; // what comes in is not heard yet
    }
}

int ScorePlayer::frames_until_next(int most) const
{
    if (!now_.rolls) return most;
    std::int64_t frames = most;
    for (std::size_t s = 0; s < staves().size(); ++s)
        if (next_[s] < staves()[s].events.size())
            frames = std::min(frames, staves()[s].events[next_[s]].frame - now_.frame);
    return static_cast<int>(frames);
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
