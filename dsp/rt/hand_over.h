#pragma once
#include "dsp/rt/ring.h"

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace fohd::dsp {

/// Hands whole objects from the thread that owns (makes and frees) them to the audio thread and back, by pointer: the
/// audio thread never allocates or frees. Only the newest offer counts. Wait-free on both sides, no system call but the
/// owner's own allocation.
template <class T> class HandOver {
public:
    /// `outstanding`: how many objects the audio thread may hold or have given back between two collect() calls.
    /// Any thread, before the two sides start.
    explicit HandOver(std::size_t outstanding = 16) : retired_(outstanding) {}
    HandOver(const HandOver&) = delete;
    HandOver& operator=(const HandOver&) = delete;

    /// Any thread, when both sides have stopped. What was taken and not given back is not freed here: whoever stops the
    /// audio thread has it give back first.
    ~HandOver()
    {
        delete offered_.load(std::memory_order_acquire);
        collect();
    }

    /// Owner, wait-free: the audio thread's next take() gets `object`. Returns an earlier offer that was not taken, or
    /// nullptr; an empty `object` so calls the offer back.
    std::unique_ptr<T> offer(std::unique_ptr<T> object)
    {
        return std::unique_ptr<T>(offered_.exchange(object.release(), std::memory_order_acq_rel));
    }

    /// Audio thread, wait-free: the newest offer, which it now holds until give_back(); nullptr when there is none.
    T* take()
    {
        if (!offered_.load(std::memory_order_relaxed)) return nullptr;
        return offered_.exchange(nullptr, std::memory_order_acq_rel);
    }

    /// Audio thread, wait-free: returns a held object to its owner; it may not be touched afterwards. False, and the
    /// object still held (try again at the next block), only when more than `outstanding` wait to be collected.
    bool give_back(T* object) { return retired_.write(std::span<T* const>(&object, 1)) == 1; }

    /// Owner: everything given back since the last call, oldest first, to be freed or read. Wait-free but for the
    /// vector's own memory.
    std::vector<std::unique_ptr<T>> collect()
    {
        std::vector<std::unique_ptr<T>> objects;
        for (T* object = nullptr; retired_.read(std::span<T*>(&object, 1)) == 1;) objects.emplace_back(object);
        return objects;
    }

private:
    alignas(64) std::atomic<T*> offered_{nullptr};
    Ring<T*> retired_;
};

} // namespace fohd::dsp
