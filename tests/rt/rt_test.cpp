// The lock-free tools between two real threads. What the other thread finds is checked there and reported after the
// join: Catch2's assertions belong to one thread. Built with FOHD_SANITIZE=thread, a missing order is a data race here.
#include "dsp/rt/hand_over.h"
#include "dsp/rt/newest_slot.h"
#include "dsp/rt/ring.h"

#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <numeric>
#include <thread>
#include <vector>

using namespace fohd;

TEST_CASE("ring: first in, first out, over its end, and never more than fits", "[rt]")
{
    dsp::Ring<int> ring(5);
    REQUIRE(ring.capacity() == 8);
    std::vector<int> numbers(12), got(12);
    std::iota(numbers.begin(), numbers.end(), 0);

    REQUIRE(ring.read(got) == 0);
    REQUIRE(ring.write(std::span(numbers).first(6)) == 6);
    REQUIRE(ring.read(std::span(got).first(4)) == 4);
    REQUIRE(ring.writable() == 6);
    REQUIRE(ring.write(std::span(numbers).subspan(6)) == 6);
    REQUIRE(ring.writable() == 0);
    REQUIRE(ring.write(numbers) == 0);
    REQUIRE(ring.readable() == 8);
    REQUIRE(ring.read(std::span(got).subspan(4)) == 8);
    REQUIRE(got == numbers);
    REQUIRE(ring.readable() == 0);
}

TEST_CASE("ring: nothing is lost, doubled or torn between two threads", "[rt]")
{
    struct Item { // wider than any single store, so that reading too early shows
        std::uint32_t number = 0, squared = 0, inverse = 0;
        bool operator==(const Item&) const = default;
    };
    const auto item = [](std::uint32_t i) { return Item{i, i * i, ~i}; };
    constexpr std::uint32_t count = 400'000;
    dsp::Ring<Item> ring(64);
    int broken_promises = 0;

    std::thread writer([&] {
        std::array<Item, 37> chunk;
        for (std::uint32_t next = 0; next < count;) {
            const std::size_t size = std::min<std::size_t>(1 + next % chunk.size(), count - next);
            for (std::size_t i = 0; i < size; ++i) chunk[i] = item(next + static_cast<std::uint32_t>(i));
            const std::size_t sure = std::min(ring.writable(), size),
                              written = ring.write(std::span(chunk).first(size));
            broken_promises += written < sure;
            next += static_cast<std::uint32_t>(written);
            if (written == 0) std::this_thread::yield();
        }
    });

    std::uint32_t next = 0, wrong = 0;
    std::array<Item, 41> chunk;
    while (next < count && wrong == 0) {
        const std::size_t sure = std::min(ring.readable(), chunk.size()), got = ring.read(chunk);
        wrong += got < sure;
        for (std::size_t i = 0; i < got; ++i) wrong += chunk[i] != item(next++);
        if (got == 0) std::this_thread::yield();
    }
    writer.join();
    REQUIRE(wrong == 0);
    REQUIRE(broken_promises == 0);
    REQUIRE(next == count);
}

TEST_CASE("newest slot: the reader has the initial value, then the newest, once", "[rt]")
{
    dsp::NewestSlot<std::vector<int>> slot({1, 2});
    REQUIRE_FALSE(slot.refresh());
    REQUIRE(slot.front() == std::vector{1, 2});

    slot.back() = {3};
    REQUIRE_FALSE(slot.refresh()); // not published yet
    slot.publish();
    slot.back() = {4};
    slot.publish();
    REQUIRE(slot.front() == std::vector{1, 2}); // not refreshed yet
    REQUIRE(slot.refresh());
    REQUIRE(slot.front() == std::vector{4});
    REQUIRE_FALSE(slot.refresh());
    REQUIRE(slot.front() == std::vector{4});
}

TEST_CASE("newest slot: values arrive whole, only newer ones, and the last of all", "[rt]")
{
    using Value = std::array<std::uint32_t, 48>; // three cache lines of the same number
    constexpr std::uint32_t last = 200'000;
    dsp::NewestSlot<Value> slot(Value{});

    std::thread writer([&] {
        for (std::uint32_t number = 1; number <= last; ++number) {
            slot.back().fill(number);
            slot.publish();
        }
    });

    std::uint32_t seen = 0, torn = 0, not_newer = 0;
    while (seen < last && torn + not_newer == 0) {
        if (!slot.refresh()) {
            std::this_thread::yield();
            continue;
        }
        const Value& value = slot.front();
        for (std::uint32_t number : value) torn += number != value[0];
        not_newer += value[0] <= seen;
        seen = value[0];
    }
    writer.join();
    REQUIRE(torn == 0);
    REQUIRE(not_newer == 0);
    REQUIRE(seen == last);
    REQUIRE_FALSE(slot.refresh());
}

namespace {

/// An object as a graph is: made and freed by its owner alone, used by the audio thread.
struct Passenger {
    Passenger(int n, int& living) : number(n), contents(16, n), living_count(living) { ++living_count; }
    ~Passenger()
    {
        if (std::this_thread::get_id() != maker) freed_elsewhere = true;
        --living_count;
    }
    int number;
    std::vector<int> contents;
    int& living_count; ///< The owner's, without an order of its own: freeing elsewhere is a race.
    std::thread::id maker = std::this_thread::get_id();
    static inline std::atomic<bool> freed_elsewhere = false;
};

} // namespace

TEST_CASE("hand-over: the newest offer wins, and the owner gets everything back", "[rt]")
{
    int living = 0;
    {
        dsp::HandOver<Passenger> hand_over(2);
        REQUIRE(hand_over.take() == nullptr);
        REQUIRE(hand_over.offer(std::make_unique<Passenger>(1, living)) == nullptr);
        const auto untaken = hand_over.offer(std::make_unique<Passenger>(2, living));
        REQUIRE(untaken);
        REQUIRE(untaken->number == 1);

        Passenger* held = hand_over.take();
        REQUIRE(held->number == 2);
        REQUIRE(hand_over.take() == nullptr);
        REQUIRE(hand_over.collect().empty());
        REQUIRE(hand_over.give_back(held));
        hand_over.offer(std::make_unique<Passenger>(3, living));
        REQUIRE(hand_over.give_back(hand_over.take()));

        hand_over.offer(std::make_unique<Passenger>(4, living));
        held = hand_over.take();
        REQUIRE_FALSE(hand_over.give_back(held)); // two wait already
        const auto retired = hand_over.collect();
        REQUIRE(retired.size() == 2);
        REQUIRE(retired[0]->number == 2);
        REQUIRE(retired[1]->number == 3);
        REQUIRE(hand_over.give_back(held)); // left in the queue, as is the next in the slot: freed with it
        hand_over.offer(std::make_unique<Passenger>(5, living));
    }
    REQUIRE(living == 0);
}

TEST_CASE("hand-over: two threads swap objects that are freed once and by their owner", "[rt]")
{
    constexpr int last = 20'000;
    int living = 0, came_back = 0, never_taken = 0;
    Passenger::freed_elsewhere = false;
    dsp::HandOver<Passenger> hand_over(4);

    int out_of_order = 0, damaged = 0, taken = 0;
    std::thread audio([&] {
        Passenger* playing = nullptr;
        for (int number = 0; number < last;) {
            Passenger* newer = hand_over.take();
            if (newer) {
                out_of_order += newer->number <= number;
                number = newer->number;
                ++taken;
                while (playing && !hand_over.give_back(playing)) std::this_thread::yield(); // owner behind: it collects
                playing = newer;
            }
            if (playing) { // uses it, and would see its owner's hand in it
                const int expected = playing->contents[0];
                for (int& sample : playing->contents) damaged += sample++ != expected;
            }
            if (!newer) std::this_thread::yield();
        }
        while (!hand_over.give_back(playing)) std::this_thread::yield();
    });

    for (int number = 1; number <= last; ++number) {
        never_taken += hand_over.offer(std::make_unique<Passenger>(number, living)) != nullptr;
        came_back += static_cast<int>(hand_over.collect().size());
        if (number % 3 == 0) std::this_thread::yield();
    }
    while (came_back + never_taken < last) {
        came_back += static_cast<int>(hand_over.collect().size());
        std::this_thread::yield();
    }
    audio.join();

    REQUIRE(out_of_order == 0);
    REQUIRE(damaged == 0);
    REQUIRE(taken == came_back);
    REQUIRE(living == 0);
    REQUIRE_FALSE(Passenger::freed_elsewhere);
}
