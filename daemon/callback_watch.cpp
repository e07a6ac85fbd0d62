#include "daemon/callback_watch.h"

#include <utility>

namespace fohd::daemon {

using State = AudioStatus::State;

std::string_view name_of(State state)
{
    constexpr std::string_view names[] = {"running", "lost", "held", "stalled"};
    return names[static_cast<std::size_t>(state)];
}

void CallbackWatch::begin_anew()
{
    state_ = State::running;
    called_.reset(), served_.reset();
    quiet_looks_ = held_looks_ = 0;
}

CallbackWatch::Need CallbackWatch::look(const Sight& sight)
{
    called_ <<= 1, served_ <<= 1;
    called_[0] = std::exchange(cycles_, sight.cycles) != sight.cycles;
    served_[0] = std::exchange(clock_, sight.clock) != sight.clock;
    quiet_looks_ = called_[0] ? 0 : quiet_looks_ + 1;

    // A server that waits for a client that is frozen does one round in five seconds: that is not running.
    if (static_cast<int>(called_.count()) >= (state_ == State::running ? 1 : steady)) {
        state_ = State::running;
        held_looks_ = 0;
        reopened_ = false;
        return Need::nothing;
    }
    if (state_ == State::running && quiet_looks_ < quiet) return Need::nothing;
    if (sight.inside && quiet_looks_ >= reopen) return Need::callback_is_lost;
    if (sight.inside && quiet_looks_ >= quiet) return Need::nothing;
    state_ = static_cast<int>(served_.count()) >= steady ? State::held : State::stalled;
    if (state_ == State::stalled) return Need::nothing; // A new client would stand still too.
    ++held_looks_;
    if (held_looks_ >= hopeless && reopened_) return Need::server_is_lost;
    if (held_looks_ >= reopen && !std::exchange(reopened_, true)) return Need::reopen;
    return held_looks_ % quiet == 1 ? Need::set_aside : Need::nothing;
}

} // namespace fohd::daemon
