#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "daemon/backends/backend.h"
#include "dsp/rt/hand_over.h"

namespace fohd::daemon {

/// Who has which slot of one side, by the names of ports; a free slot has an empty one. Main thread.
class SlotNames {
public:
    SlotNames() = default;
    explicit SlotNames(const std::vector<Endpoint>& endpoints)
    {
        for (const Endpoint& endpoint : endpoints) names_.push_back(endpoint.port_name);
    }

    std::size_t size() const { return names_.size(); }
    const std::string& name(std::size_t slot) const { return names_[slot]; }

    /// The slot of each endpoint: its own, else the first that is free, else a new one behind all others.
    std::vector<int> add(const std::vector<Endpoint>& endpoints)
    {
        std::vector<int> slots;
        for (const Endpoint& endpoint : endpoints) {
            std::size_t slot = find(endpoint.port_name);
            if (slot == names_.size()) slot = find("");
            if (slot == names_.size()) names_.emplace_back();
            names_[slot] = endpoint.port_name;
            slots.push_back(static_cast<int>(slot));
        }
        return slots;
    }

    /// Frees the slots of all others; these are they.
    std::vector<std::size_t> retain(const std::vector<Endpoint>& endpoints)
    {
        std::vector<std::size_t> freed;
        for (std::size_t slot = 0; slot < names_.size(); ++slot) {
            bool stays = names_[slot].empty();
            for (const Endpoint& endpoint : endpoints) stays = stays || endpoint.port_name == names_[slot];
            if (stays) continue;
            names_[slot].clear();
            freed.push_back(slot);
        }
        return freed;
    }

private:
    std::size_t find(const std::string& name) const
    {
        std::size_t slot = 0;
        while (slot < names_.size() && names_[slot] != name) ++slot;
        return slot;
    }

    std::vector<std::string> names_;
};

/// What the callback goes by, exchanged under it: main offers a new T, the audio thread takes it up at the start of a
/// block, and the old one comes back to be freed.
template <class T> class CallbackTable {
public:
    /// Main thread, before callbacks: the first.
    explicit CallbackTable(std::unique_ptr<T> first) : current_(new Entry{std::move(first), 0}) {}
    CallbackTable(const CallbackTable&) = delete;
    CallbackTable& operator=(const CallbackTable&) = delete;
    ~CallbackTable() { delete current_; } ///< When the callbacks have ended.

    /// Main thread: the next one. Waits at most `deadline` for the audio thread to have it. Where callbacks stand still
    /// (false) the first that comes has it.
    bool replace(std::unique_ptr<T> next, std::chrono::milliseconds deadline)
    {
        hand_over_.collect();
        hand_over_.offer(std::make_unique<Entry>(Entry{std::move(next), ++offered_}));
        const auto end = std::chrono::steady_clock::now() + deadline;
        while (taken_.load(std::memory_order_acquire) != offered_) {
            if (std::chrono::steady_clock::now() >= end) return false;
            std::this_thread::sleep_for(std::chrono::microseconds(500)); // The audio thread may not wake anybody.
        }
        hand_over_.collect();
        return true;
    }

    /// Audio thread, once at the start of a block, wait-free: the newest.
    T& take()
    {
        // The old one finds room: main collects before it offers.
        if (Entry* next = hand_over_.take()) {
            hand_over_.give_back(std::exchange(current_, next));
            taken_.store(next->number, std::memory_order_release);
        }
        return *current_->table;
    }

private:
    struct Entry {
        std::unique_ptr<T> table;
        std::uint64_t number;
    };

    dsp::HandOver<Entry> hand_over_;
    Entry* current_; ///< Audio thread's.
    std::uint64_t offered_ = 0;
    std::atomic<std::uint64_t> taken_{0};
};

} // namespace fohd::daemon
