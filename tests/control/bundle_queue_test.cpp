#include "control/osc/bundle_queue.h"

#include "tests/control/clients.h"

#include <catch2/catch.hpp>

using namespace fohd::control;
using namespace fohd::control::test;
using namespace std::chrono_literals;
using Due = BundleQueue::Due;

namespace {

struct Queue {
    boost::asio::io_context context;
    std::vector<std::string> acted;
    BundleQueue queue{context, [this](const Peer&, const Bundle& bundle) {
                          acted.push_back(std::get<Message>(bundle.elements.at(0).content).address);
                      }};

    Due add(std::string address, TimeTag time) { return queue.add({}, {time, {{Message{std::move(address), {}}}}}); }
    Due add(std::string address, std::chrono::system_clock::duration ahead)
    {
        return add(std::move(address), to_time_tag(std::chrono::system_clock::now() + ahead));
    }
};

} // namespace

TEST_CASE("a time tag counts seconds from 1900")
{
    // 2000-01-01 00:00:00.5 UTC is 3,155,673,600.5 in NTP's count (RFC 5905, table of interesting dates).
    const auto moment = std::chrono::system_clock::from_time_t(946684800) + 500ms;
    CHECK(to_time_tag(moment) == TimeTag{3155673600ull << 32 | 0x80000000u});
}

TEST_CASE("now, late and far away")
{
    Queue queue;
    CHECK(queue.add("/now", TimeTag{1}) == Due::now);
    CHECK(queue.add("/zero", TimeTag{0}) == Due::now);
    CHECK(queue.add("/late", -1s) == Due::now);
    CHECK(queue.add("/years late", TimeTag{1ull << 40}) == Due::now);
    CHECK(queue.add("/ahead", 9900ms) == Due::later);
    CHECK(queue.add("/too far", 10100ms) == Due::too_far);
    CHECK(queue.queue.size() == 1);
}

TEST_CASE("bundles act at their time and in its order")
{
    Queue queue;
    const auto begin = std::chrono::steady_clock::now();
    CHECK(queue.add("/second", 60ms) == Due::later);
    CHECK(queue.add("/first", 30ms) == Due::later);
    CHECK(run_until(queue.context, [&] { return !queue.acted.empty(); })); // Both, on a busy machine.
    CHECK(std::chrono::steady_clock::now() - begin >= 29ms);
    CHECK(run_until(queue.context, [&] { return queue.acted.size() == 2; }));
    CHECK(std::chrono::steady_clock::now() - begin >= 59ms);
    CHECK(queue.acted == std::vector<std::string>{"/first", "/second"});
}

TEST_CASE("no more bundles wait than the queue holds")
{
    Queue queue;
    for (std::size_t i = 0; i < BundleQueue::max_bundles; ++i) REQUIRE(queue.add("/a", 5s) == Due::later);
    CHECK(queue.add("/a", 5s) == Due::full);
}
