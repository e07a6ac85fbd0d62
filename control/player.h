#pragma once

#include "control/performance.h"
#include "control/timeline.h"

#include <memory>
#include <optional>
#include <string>

namespace fohd::control {

/// Plays an automation: sends the sound what comes, a second at a time, and lets the store follow, so that surfaces see values move.
/// Whoever else writes a value that is played takes it out until play() or locate(): nobody's hand is fought. What changes the shape
/// of the sound goes through the store when its time has come. Control thread, or in `render` the one that runs the blocks.
class Player {
public:
    Player() = default;
    Player(const Player&) = delete;
    Player& operator=(const Player&) = delete;

    /// What is played from now on, and where; what was before still exists. It goes on where it is.
    void rebind(Store& store, const Desk& desk, Performance& performance);
    /// Another automation; nullptr: none. It goes on where it is.
    void load(std::shared_ptr<const config::Automation> automation);
    const config::Automation* automation() const { return automation_.get(); }

    /// From where it stands; what was taken out is in again.
    void play();
    /// Stays where it is.
    void stop();
    void locate(double seconds);
    /// It rolls and stands where the transport of the audio system does.
    void follow(bool transport);
    bool follows() const { return command_.follows; }
    /// Stops by itself behind the last point; not while somebody records.
    void set_endless(bool endless) { endless_ = endless; }

    /// A hundred times a second, or before each block.
    void tend();

    bool rolls() const;
    /// It moves values now: what is told of them is its doing.
    bool is_moving_values() const { return setting_; }
    double seconds() const;
    /// Addresses that were taken out, and of the automation those that are not there.
    std::vector<std::string> released() const;
    std::vector<std::string> missing() const;
    std::uint64_t late() const { return late_; }

private:
    dsp::Playhead head() const;
    void retime();
    void command(std::int64_t frame, bool rolls);
    void take_all();
    void show(std::int64_t frame);
    void send(std::int64_t frame);
    void come_to_rest(std::int64_t frame);
    void changed(int parameter);

    Store* store_ = nullptr;
    const Desk* desk_ = nullptr;
    Performance* performance_ = nullptr;
    std::shared_ptr<const config::Automation> automation_;
    std::optional<Timeline> timeline_;
    int rate_ = 0;
    dsp::PlayCommand command_;
    std::vector<int> track_of_;  ///< By parameter of the surface; -1.
    std::vector<char> released_; ///< By track.
    std::int64_t sent_begin_ = 0, sent_end_ = 0, seen_ = 0;
    bool moving_ = false; ///< Something was sent that has not come to rest.
    bool stale_ = false;  ///< What was sent does not hold any more.
    bool setting_ = false, endless_ = false;
    std::uint64_t late_ = 0;
    Store::Listening changes_;
    Listeners<>::Listening publishing_;
};

} // namespace fohd::control
