#pragma once
#include "daemon/audio_status.h"

#include <bitset>

namespace fohd::daemon {

/// Judges from what is seen ten times a second whether callbacks come, and what is to be done where they do not. It counts looks
/// and not time: a process that was stopped and goes on has not waited. Any one thread.
class CallbackWatch {
public:
    static constexpr int quiet = 10;     ///< Looks without a callback: something is wrong.
    static constexpr int reopen = 50;    ///< Held by others for so long: perhaps a new client is called.
    static constexpr int hopeless = 150; ///< Nor was a new client.
    static constexpr int steady = 3;     ///< Of the last ten looks: what moves in so many of them, runs.

    struct Sight {
        std::uint64_t cycles; ///< Callbacks that came back.
        std::uint32_t clock;  ///< Moves while the server does its rounds.
        bool inside;          ///< A callback is under way.
    };
    enum class Need {
        nothing,
        set_aside, ///< Leave out what others send: one of them does not let the server call.
        reopen,    ///< Open another client.
        callback_is_lost,
        server_is_lost ///< It runs and calls no client of this program.
    };

    /// One look: what is needed now.
    Need look(const Sight& sight);
    /// running, held or stalled.
    AudioStatus::State state() const { return state_; }
    /// Another client is watched from now on. That one was opened because nobody called is remembered until somebody does.
    void begin_anew();

private:
    AudioStatus::State state_ = AudioStatus::State::running;
    std::bitset<10> called_, served_; ///< In which of the last looks it had moved.
    int quiet_looks_ = 0, held_looks_ = 0;
    bool reopened_ = false;
    std::uint64_t cycles_ = 0;
    std::uint32_t clock_ = 0;
};

} // namespace fohd::daemon
