#include "control/state_keeper.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>

namespace fohd::control {

StateKeeper::StateKeeper(boost::asio::io_context& context, Shelf& shelf, Others others)
    : shelf_(shelf), others_(std::move(others)), timer_(context)
{}

void StateKeeper::rebind(Store& store, AddressSpace& space, std::vector<config::KeptValue> orphans)
{
    store_ = &store;
    space_ = &space;
    orphans_ = std::move(orphans);
    if (orphans_.size() > max_orphans) orphans_.erase(orphans_.begin(), orphans_.end() - max_orphans);
    for (const auto& each : orphans_) {
        const int entry = space.find(each.address);
        if (entry >= 0 && space.entry(entry).kind == Entry::Kind::loudness_pause)
            space.set(entry, {each.value == "on"}, 0);
    }
    std::erase_if(orphans_, [&](const auto& each) { return space.find(each.address) >= 0; });
    changes_ = store.on_change([this](const Change& change) { save_in(change.followed ? played_wait : first_wait); });
    pauses_ = space.on_switch([this](int, Writer) { save_soon(); });
}

std::vector<Override> StateKeeper::moved() const
{
    std::vector<float> values(store_->values().begin(), store_->values().end());
    for (std::size_t p = 0; p < values.size(); ++p)
        if (const auto goal = others_.goal(static_cast<int>(p))) values[p] = *goal;
    return overrides(store_->layout(), values);
}

std::vector<config::KeptValue> StateKeeper::switches() const
{
    std::vector<config::KeptValue> on;
    for (std::size_t e = 0; e < space_->entries().size(); ++e) {
        const auto& entry = space_->entries()[e];
        if (entry.kind == Entry::Kind::loudness_pause &&
            std::get<bool>(space_->message(static_cast<int>(e)).arguments[0]))
            on.push_back({entry.address, "on", "off"});
    }
    return on;
}

std::vector<config::KeptValue> StateKeeper::kept() const
{
    auto all = orphans_;
    for (const auto& each : moved()) all.push_back(to_text(each));
    for (auto& each : switches()) all.push_back(std::move(each));
    return all;
}

void StateKeeper::save_in(std::chrono::milliseconds wait)
{
    const bool is_long = wait > interval;
    if (waits_ && (is_long || !waits_long_)) return;
    waits_ = true;
    waits_long_ = is_long;
    timer_.expires_at(std::max(std::chrono::steady_clock::now() + wait, saved_ + interval));
    timer_.async_wait([this](boost::system::error_code failure) {
        if (!failure) save_now();
    });
}

void StateKeeper::save_now()
{
    if (!std::exchange(waits_, false)) return;
    timer_.cancel();
    saved_ = std::chrono::steady_clock::now();
    config::SavedState state;
    others_.complete(state);
    state.values = switches();
    state.values.insert(state.values.end(), orphans_.begin(), orphans_.end());
    // Text is made where it is written: numbers of a thousand values take a millisecond.
    shelf_.write("state.yaml", [state = std::move(state), moved = moved()]() mutable {
        auto whole = state;
        for (const auto& each : moved) whole.values.push_back(to_text(each));
        return config::state_text(whole);
    });
}

} // namespace fohd::control
