#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <limits>
#include <semaphore>
#include <thread>
#include <vector>

#include "daemon/backends/backend.h"
#include "daemon/backends/pacer.h"

using namespace fohd::daemon;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

/// Notes when it was called, and says so after `wanted` calls.
class Witness : public Process {
public:
    explicit Witness(std::size_t wanted) : times(wanted) {}

    void process(std::span<const float* const> inputs, std::span<float* const> outputs, int frames) noexcept override
    {
        const std::size_t n = calls.fetch_add(1);
        if (n >= times.size()) return;
        times[n] = Clock::now();
        if (n == 0) first_sample = inputs[0][0];
        outputs[0][frames - 1] = 1;
        volatile float tiny = std::numeric_limits<float>::min();
        denormals = denormals || tiny * 0.5f != 0;
        if (n + 1 == times.size()) enough.release();
    }

    bool await() { return enough.try_acquire_for(60s); }

    std::vector<Clock::time_point> times;
    std::atomic<std::size_t> calls = 0;
    std::atomic<float> first_sample = -1;
    std::atomic<bool> denormals = false;
    std::binary_semaphore enough{0};
};

Endpoints two_by_one() { return {{{"in_1", {}}, {"in_2", {}}}, {{"out", {}}}}; }

} // namespace

TEST_CASE("the pacer's grid is exact for years")
{
    // 44,100 Hz and 64 frames: a period of 1,451,247.165… ns, which added up in whole nanoseconds would drift 0.1 ppm.
    Pacer pacer(44100, 64);
    CHECK(pacer.due() == 0);
    CHECK(pacer.take(0) == 0);
    CHECK(pacer.due() == 1'451'247);
    // 64 s are 44,100 blocks, three years a multiple of that: the grid begins anew there, to the nanosecond.
    const std::uint64_t three_years = 3ull * 365 * 86400 * 1'000'000'000;
    pacer.take(three_years);
    CHECK(pacer.due() == three_years + 1'451'247);
}

TEST_CASE("the pacer catches up a little lateness and skips much")
{
    Pacer pacer(48000, 48); // A block a millisecond.
    constexpr std::uint64_t ms = 1'000'000;
    CHECK(pacer.take(0) == 0);
    CHECK(pacer.take(5 * ms) == 0); // Block 1, four late.
    CHECK(pacer.due() == 2 * ms);   // At once.
    CHECK(pacer.take(5 * ms) == 0);
    CHECK(pacer.take(100 * ms) == 97); // Block 3 was due; block 100 is run.
    CHECK(pacer.due() == 101 * ms);
}

TEST_CASE("dummy keeps the clock's time without drift")
{
    Witness witness(1500); // Two seconds.
    BackendOptions options;
    const auto backend = open_backend(BackendKind::dummy, options, two_by_one());
    CHECK(backend->name() == "dummy");
    CHECK(backend->rate() == 48000);
    CHECK(backend->block() == 64);
    CHECK_FALSE(backend->status().running);
    const auto before = Clock::now();
    backend->start(witness);
    REQUIRE(witness.await());
    constexpr std::chrono::nanoseconds period(64'000'000'000 / 48000);
    // Never early: the grid begins after `before`. A block skipped makes the rest later, never earlier.
    for (std::size_t n = 0; n < witness.times.size(); ++n)
        if (witness.times[n] < before + static_cast<long>(n) * period) FAIL("call " << n << " came too early");
    if (backend->status().xruns == 0) {
        // Absolute times: the least lateness of the last half second is as small as that of the first, however late
        // single ones are on a busy computer. A relative sleep of 50 µs too much each time would have gathered 50 ms.
        const auto lateness = [&](std::size_t n) -> Clock::duration {
            return witness.times[n] - witness.times[0] - static_cast<long>(n) * period;
        };
        const auto least = [&](std::size_t from) {
            auto smallest = Clock::duration::max();
            for (std::size_t n = from; n < from + 375; ++n) smallest = std::min(smallest, lateness(n));
            return smallest;
        };
        CHECK(least(1125) - least(0) < 5ms);
    }
    CHECK(backend->status().cycles >= 1499);
    CHECK(backend->status().running);
    CHECK(backend->status().load_percent < 100);
    CHECK_FALSE(witness.denormals);
    CHECK(witness.first_sample == 0);
    CHECK(backend->stop(5s));
    const auto calls = witness.calls.load();
    CHECK_FALSE(backend->status().running);
    CHECK(calls == backend->status().cycles);
    CHECK(backend->stop(1s)); // Once more does nothing.
}

TEST_CASE("a process that hangs does not hang the stop")
{
    struct Hanging : Process {
        void process(std::span<const float* const>, std::span<float* const>, int) noexcept override
        {
            inside.release();
            go_on.acquire();
            left.release();
        }
        std::binary_semaphore inside{0}, go_on{0}, left{0};
    } hanging;
    const auto backend = open_backend(BackendKind::dummy, {}, two_by_one());
    backend->start(hanging);
    hanging.inside.acquire();
    CHECK_FALSE(backend->stop(20ms));
    hanging.go_on.release();
    hanging.left.acquire();
}

TEST_CASE("dummy's endpoints come and go while it runs")
{
    struct Counter : Process {
        void process(std::span<const float* const> inputs, std::span<float* const> outputs, int) noexcept override
        {
            in = inputs.size();
            out = outputs.size();
            if (out == 2) more.release();
        }
        std::atomic<std::size_t> in = 0, out = 0;
        std::counting_semaphore<> more{0};
    } counter;
    const auto backend = open_backend(BackendKind::dummy, {}, two_by_one());
    backend->start(counter);
    CHECK(backend->add({{{"in_2", {}}, {"in_3", {}}}, {{"new", {}}, {"out", {}}}}) == SlotMap{{1, 2}, {1, 0}});
    REQUIRE(counter.more.try_acquire_for(60s));
    CHECK(counter.in == 3);
    backend->retain({{{"in_3", {}}}, {{"out", {}}}});
    CHECK(backend->add({{{"in_4", {}}, {"in_5", {}}, {"in_6", {}}, {"in_3", {}}}, {}}) == SlotMap{{0, 1, 3, 2}, {}});
    CHECK(backend->stop(5s));
}

TEST_CASE("dummy hears its source, and refuses what it cannot do")
{
    BackendOptions options;
    options.source = "noise";
    Witness witness(2);
    const auto backend = open_backend(BackendKind::dummy, options, two_by_one());
    backend->start(witness);
    REQUIRE(witness.await());
    CHECK(backend->stop(5s));
    CHECK(witness.first_sample != 0);
    CHECK(witness.first_sample != -1);

    options.source = "/no/such.wav";
    CHECK_THROWS_AS(open_backend(BackendKind::dummy, options, two_by_one()), SourceError);
    options = {};
    options.rate = 0;
    CHECK_THROWS_WITH(open_backend(BackendKind::dummy, options, two_by_one()), Catch::Contains("8000 to 384000"));
    options = {};
    options.block = 100000;
    CHECK_THROWS_WITH(open_backend(BackendKind::dummy, options, two_by_one()), Catch::Contains("1 to 8192"));
}

TEST_CASE("names of backends")
{
    CHECK(backend_kind("jack") == BackendKind::jack);
    CHECK(backend_kind("auto") == BackendKind::automatic);
    CHECK_FALSE(backend_kind("JACK"));
    CHECK_THROWS_WITH(open_backend(BackendKind::alsa, {}, {}), Catch::Contains("alsa is not available yet"));
}
