#include "control/outbox.h"

#include <catch2/catch.hpp>
#include <vector>

using namespace fohd::control;
using namespace std::chrono_literals;

namespace {

/// What a flush sends when every packet has so many bytes.
std::vector<int> flush(Outbox& outbox, Outbox::Clock::time_point now, std::size_t bytes = 36)
{
    std::vector<int> sent;
    const auto send = [&](int entry) {
        sent.push_back(entry);
        return bytes;
    };
    outbox.flush(now, send, send);
    return sent;
}

} // namespace

TEST_CASE("the newest change goes first, each value once")
{
    Outbox outbox;
    for (const int entry : {1, 2, 3, 1}) outbox.mark(entry);
    CHECK(flush(outbox, Outbox::Clock::now()) == std::vector<int>{1, 3, 2});
    CHECK(outbox.empty());
}

TEST_CASE("changes go before what was asked, and spare the answer")
{
    Outbox outbox;
    outbox.ask(std::vector<int>{5, 6, 7, 5});
    outbox.mark(6);
    CHECK(flush(outbox, Outbox::Clock::now()) == std::vector<int>{6, 5, 7});
    CHECK_FALSE(outbox.asking());
}

TEST_CASE("answers are paced, and what changes meanwhile is not delayed by them")
{
    Outbox outbox;
    std::vector<int> many(10000);
    for (int i = 0; i < 10000; ++i) many[static_cast<std::size_t>(i)] = i;
    outbox.ask(many);
    auto now = Outbox::Clock::now();
    std::size_t sent = 0;
    for (int step = 0; step < 200; ++step, now += 5ms) {
        outbox.mark(step);
        const auto entries = flush(outbox, now, 72);
        CHECK(entries.at(0) == step);
        sent += entries.size() - 1;
    }
    // A second of packets of 100 bytes at 250 kB/s, and the first burst.
    CHECK(sent == Approx(2500 + 56).margin(60));
}
