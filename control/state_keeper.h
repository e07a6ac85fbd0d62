#pragma once

#include "control/address_space.h"
#include "control/kept_values.h"
#include "control/shelf.h"

#include <boost/asio/steady_timer.hpp>
#include <chrono>

namespace fohd::control {

/// Saves what was set: within 300 ms of a change, and no more often than five times a second while values move. Control thread.
class StateKeeper {
public:
    static constexpr std::chrono::milliseconds first_wait{50}, interval{200};
    /// Of what an automation plays.
    static constexpr std::chrono::milliseconds played_wait{2000};
    /// Values without an address for now are forgotten beyond so many, the oldest first.
    static constexpr std::size_t max_orphans = 50'000;

    /// What is saved beside values: fills in a state's other parts, and may say where a value is going that still moves.
    struct Others {
        std::function<void(config::SavedState&)> complete;
        std::function<std::optional<float>(int parameter)> goal;
    };

    StateKeeper(boost::asio::io_context& context, Shelf& shelf, Others others);

    /// These are what changes from now on. `orphans`: what was kept for addresses that these do not have.
    void rebind(Store& store, AddressSpace& space, std::vector<config::KeptValue> orphans);
    /// All that was set and differs from the file, orphans included: what restore() takes for another layout.
    std::vector<config::KeptValue> kept() const;

    /// Something changed that is saved.
    void save_soon() { save_in(first_wait); }
    /// Hands to the shelf what has not been handed to it.
    void save_now();

private:
    void save_in(std::chrono::milliseconds wait);
    std::vector<Override> moved() const;
    std::vector<config::KeptValue> switches() const;

    Shelf& shelf_;
    Others others_;
    Store* store_ = nullptr;
    AddressSpace* space_ = nullptr;
    std::vector<config::KeptValue> orphans_;
    boost::asio::steady_timer timer_;
    std::chrono::steady_clock::time_point saved_{};
    bool waits_ = false, waits_long_ = false;
    Store::Listening changes_;
    AddressSpace::Listening pauses_;
};

} // namespace fohd::control
