#pragma once
#include <atomic>
#include <cstdint>

namespace fohd::dsp {

/// The newest value from one writing thread to one reading thread; values in between may never be seen (a triple
/// buffer). Every method is wait-free, without a system call. Nothing is copied after construction: the sides swap
/// places in three values, so T may own memory, which stays where it is.
template <class T> class NewestSlot {
public:
    /// All three places start as copies of `initial`, the only allocation that T's memory may need. Any thread.
    explicit NewestSlot(const T& initial) : places_{{initial}, {initial}, {initial}} {}
    NewestSlot(const NewestSlot&) = delete;
    NewestSlot& operator=(const NewestSlot&) = delete;

    /// Writer, wait-free: the value being prepared, the writer's own until publish(). What it holds after publish() is
    /// stale, some earlier value: the writer refills whatever it does not want to be that old.
    T& back() { return places_[back_].value; }

    /// Writer, wait-free: makes back() the newest value and gives the writer another place.
    void publish()
    {
        back_ = middle_.exchange(static_cast<std::uint8_t>(back_ | fresh), std::memory_order_acq_rel) & place;
    }

    /// Reader, wait-free: moves front() to the newest value; true when there was one newer than front().
    bool refresh()
    {
        if (!(middle_.load(std::memory_order_relaxed) & fresh)) return false;
        front_ = middle_.exchange(front_, std::memory_order_acq_rel) & place;
        return true;
    }

    /// Reader, wait-free: the value of the last refresh(), or the initial one; stays as it is until the next refresh().
    const T& front() const { return places_[front_].value; }

private:
    static constexpr std::uint8_t place = 3, fresh = 4;

    struct alignas(64) Place {
        T value;
    };
    Place places_[3];
    alignas(64) std::uint8_t back_ = 0; ///< The writer's place.
    alignas(64) std::atomic<std::uint8_t> middle_ =
        1;                               ///< The place of neither, with `fresh` when published after front.
    alignas(64) std::uint8_t front_ = 2; ///< The reader's place.
};

} // namespace fohd::dsp
