#pragma once
#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>

namespace fohd::dsp {

/// A first-in, first-out queue from one writing thread to one reading thread.
/// Every method is wait-free: a bounded number of steps plus the copy, whatever the other side does, no system call.
/// Memory is allocated by the constructor alone.
template <class T> class Ring {
    static_assert(std::is_trivially_copyable_v<T>, "items are copied while nobody may throw");

public:
    /// Holds at least `capacity` items: rounded up to a power of two. Any thread, before the two sides start.
    explicit Ring(std::size_t capacity)
        : capacity_(std::bit_ceil(std::max<std::size_t>(capacity, 1))), items_(std::make_unique<T[]>(capacity_))
    {}
    Ring(const Ring&) = delete;
    Ring& operator=(const Ring&) = delete;

    std::size_t capacity() const { return capacity_; }

    /// Writer, wait-free: as many of `from`, in order, as there is room for; returns how many.
    std::size_t write(std::span<const T> from)
    {
        const std::size_t at = written_.load(std::memory_order_relaxed);
        // The reader's last known place first: its cache line is touched only when that is not enough.
        if (capacity_ - (at - read_seen_) < from.size()) read_seen_ = read_.load(std::memory_order_acquire);
        const std::size_t count = std::min(from.size(), capacity_ - (at - read_seen_));
        const std::size_t start = at & (capacity_ - 1), first = std::min(count, capacity_ - start);
        std::copy_n(from.data(), first, items_.get() + start);
        std::copy_n(from.data() + first, count - first, items_.get());
        written_.store(at + count, std::memory_order_release);
        return count;
    }

    /// Writer, wait-free: how many items write() is sure to take now; the reader can only make it more.
    std::size_t writable() const
    {
        return capacity_ - (written_.load(std::memory_order_relaxed) - read_.load(std::memory_order_acquire));
    }

    /// Reader, wait-free: fills `into` from the front with as many items as there are; returns how many.
    std::size_t read(std::span<T> into)
    {
        const std::size_t at = read_.load(std::memory_order_relaxed);
        if (written_seen_ - at < into.size()) written_seen_ = written_.load(std::memory_order_acquire);
        const std::size_t count = std::min(into.size(), written_seen_ - at);
        const std::size_t start = at & (capacity_ - 1), first = std::min(count, capacity_ - start);
        std::copy_n(items_.get() + start, first, into.data());
        std::copy_n(items_.get(), count - first, into.data() + first);
        read_.store(at + count, std::memory_order_release);
        return count;
    }

    /// Reader, wait-free: how many items read() is sure to give now; the writer can only make it more.
    std::size_t readable() const
    {
        return written_.load(std::memory_order_acquire) - read_.load(std::memory_order_relaxed);
    }

private:
    // Both places only ever count up (and may wrap round): their difference is the fill, so no slot is lost to tell
    // full from empty. Each side's own variables share one cache line, away from the other's.
    const std::size_t capacity_;
    const std::unique_ptr<T[]> items_;
    alignas(64) std::atomic<std::size_t> written_{0};
    std::size_t read_seen_ = 0;
    alignas(64) std::atomic<std::size_t> read_{0};
    std::size_t written_seen_ = 0;
};

} // namespace fohd::dsp
