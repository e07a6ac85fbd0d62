#include "control/player.h"

#include <cmath>
#include <utility>

namespace fohd::control {
namespace {

constexpr int window = 1; // s; sent again when half of it is over

} // namespace

void Player::rebind(Store& store, const Desk& desk, Performance& performance)
{
    std::vector<std::string> released = this->released();
    store_ = &store;
    desk_ = &desk;
    performance_ = &performance;
    timeline_.reset(); // its parameters are those of the store before
    moving_ = false;
    changes_ = store.on_change([this](const Change& change) {
        if (!setting_) changed(change.parameter);
    });
    publishing_ = store.before_publish([this] {
        if (stale_ && head().rolls && moving_) send(head().frame);
    });
    retime();
    for (const std::string& address : released)
        if (const int parameter = store.layout().find(address); parameter >= 0)
            if (const int track = track_of_[static_cast<std::size_t>(parameter)]; track >= 0)
                released_[static_cast<std::size_t>(track)] = true;
    if (rolls() || command_.follows) send(head().frame); // what plays goes on without a gap
}

void Player::load(std::shared_ptr<const config::Automation> automation)
{
    come_to_rest(head().frame);
    automation_ = std::move(automation);
    retime();
}

void Player::retime()
{
    if (const int rate = performance_->rate(); rate != rate_ && rate_ > 0) { // the playhead begins anew
        const double at = static_cast<double>(seen_) / rate_;
        rate_ = rate;
        command_.number = 0;
        command(std::llround(at * rate), command_.rolls);
    }
    rate_ = performance_->rate();
    timeline_.reset();
    released_.clear();
    track_of_.assign(store_->layout().parameters.size(), -1);
    stale_ = true;
    if (!automation_) return;
    timeline_.emplace(*automation_, store_->layout(), rate_);
    released_.assign(static_cast<std::size_t>(timeline_->tracks()), false);
    for (int track = 0; track < timeline_->tracks(); ++track)
        track_of_[static_cast<std::size_t>(timeline_->parameter(track))] = track;
}

dsp::Playhead Player::head() const
{
    dsp::Playhead head = performance_->playhead();
    if (head.command != command_.number) { // has not come there yet
        head.frame = command_.frame;
        head.rolls = command_.rolls && !command_.follows;
    }
    return head;
}

void Player::command(std::int64_t frame, bool rolls)
{
    command_ = {command_.number + 1, frame, rolls, command_.follows};
    if (rolls) return send(frame);
    come_to_rest(frame);
    performance_->perform({}, command_);
}

void Player::take_all()
{
    released_.assign(released_.size(), false);
    stale_ = true;
}

void Player::play()
{
    take_all();
    if (command_.follows || rolls()) return;
    command(head().frame, true);
}

void Player::stop()
{
    if (rolls()) command(head().frame, false);
}

void Player::locate(double seconds)
{
    take_all();
    command(std::llround(seconds * rate_), rolls());
}

void Player::follow(bool transport)
{
    if (transport == command_.follows) return;
    const auto now = head();
    command_.follows = transport;
    take_all();
    command(now.frame, transport ? false : now.rolls);
}

void Player::tend()
{
    if (performance_->rate() != rate_) retime();
    const auto now = head();
    late_ = now.late;
    seen_ = now.frame;
    if (!timeline_) return;
    if (now.rolls)
        show(now.frame);
    else
        come_to_rest(now.frame);
    // Where it only waits for the transport what comes first is there already.
    if (now.rolls || command_.follows) {
        const std::int64_t margin = (sent_end_ - sent_begin_) / 2;
        if (stale_ || now.frame < sent_begin_ || now.frame + margin > sent_end_) send(now.frame);
    }
    if (now.rolls && !command_.follows && !endless_ && now.frame > timeline_->end() + rate_ / 10) stop();
}

/// The store is where the sound is.
void Player::show(std::int64_t frame)
{
    if (!timeline_) return;
    moving_ = true;
    setting_ = true;
    for (int track = 0; track < timeline_->tracks(); ++track) {
        if (released_[static_cast<std::size_t>(track)]) continue;
        const auto value = timeline_->value(track, frame);
        if (!value) continue;
        const int parameter = timeline_->parameter(track);
        if (timeline_->reshapes(track))
            store_->set(parameter, *value, 0);
        else
            store_->follow(parameter, *value);
    }
    setting_ = false;
}

/// What was moved stays where the store says: the audio thread may be a little farther, and what glides was sent ahead.
void Player::come_to_rest(std::int64_t frame)
{
    if (!std::exchange(moving_, false)) return;
    show(frame);
    moving_ = false;
    store_->publish();
    performance_->rest(command_);
    sent_begin_ = sent_end_ = 0;
    stale_ = true;
}

void Player::send(std::int64_t frame)
{
    stale_ = false;
    moving_ = moving_ || rolls();
    dsp::Passage passage;
    if (timeline_) passage = timeline_->passage(frame, frame + window * rate_, *desk_, store_->values(), released_);
    sent_begin_ = passage.begin;
    sent_end_ = passage.end;
    performance_->perform(std::move(passage), command_);
}

void Player::changed(int parameter)
{
    const int track = track_of_[static_cast<std::size_t>(parameter)];
    if (track >= 0 && rolls() && !std::exchange(released_[static_cast<std::size_t>(track)], true))
        stale_ = true;
    else if (desk_->is_resolved(parameter))
        stale_ = true;
}

bool Player::rolls() const { return head().rolls; }

double Player::seconds() const { return rate_ > 0 ? static_cast<double>(head().frame) / rate_ : 0; }

std::vector<std::string> Player::released() const
{
    std::vector<std::string> addresses;
    for (std::size_t track = 0; track < released_.size(); ++track)
        if (released_[track])
            addresses.push_back(store_->layout()
                                    .parameters[static_cast<std::size_t>(timeline_->parameter(static_cast<int>(track)))]
                                    .address);
    return addresses;
}

std::vector<std::string> Player::missing() const
{
    std::vector<std::string> addresses;
    if (automation_)
        for (const config::AutomationTrack& track : *automation_)
            if (store_->layout().find(track.address) < 0) addresses.push_back(track.address);
    return addresses;
}

} // namespace fohd::control
