// The way of a reading from the audio thread to whoever asks: order, gaps, and two real threads.
#include "daemon/loudness/service.h"
#include "daemon/loudness/tap.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <memory>
#include <semaphore>
#include <thread>
#include <vector>

using namespace fohd::daemon::loudness;

namespace {

constexpr unsigned rate = 48'000;

/// A stereo sine of 1 kHz at `level` dBFS, which reads `level` LUFS.
struct Sine {
    std::vector<float> side;
    Sine(double level, std::size_t frames) : side(frames)
    {
        for (std::size_t i = 0; i < frames; ++i)
            side[i] = static_cast<float>(std::pow(10.0, level / 20) * std::sin(2 * M_PI * static_cast<double>(i) / 48));
    }
    void write(Tap& tap, std::size_t from, std::size_t frames) const
    {
        const float* const channels[] = {side.data() + from, side.data() + from};
        tap.write(channels, frames);
    }
};

} // namespace

TEST_CASE("tap: −120 before a reading, then what the meter reads", "[loudness]")
{
    Tap tap(2, rate);
    for (const Quantity& quantity : quantities)
        REQUIRE(tap.reading().*quantity.value == (quantity.value == &Reading::range ? 0.0f : lowest));
    Sine(-20, rate).write(tap, 0, rate);
    REQUIRE(tap.reading().momentary == lowest); // nobody has measured
    tap.measure();
    REQUIRE(tap.reading().momentary == Approx(-20).margin(0.05));
}

TEST_CASE("tap: a reset and a pause act at the frame of their moment, however late they are measured", "[loudness]")
{
    const Sine loud(-10, rate), quiet(-30, rate);
    Tap tap(2, rate, 5.0);
    loud.write(tap, 0, rate);
    tap.reset();
    quiet.write(tap, 0, rate);
    tap.pause(true);
    loud.write(tap, 0, rate);
    tap.pause(false);
    quiet.write(tap, 0, rate / 2);
    tap.measure(); // all four seconds at once

    const Reading reading = tap.reading();
    REQUIRE(reading.integrated == Approx(-30).margin(0.1));
    // One hop of the louder sound would raise it by 14 dB.
    REQUIRE(reading.max_momentary == Approx(-30).margin(0.05));
    REQUIRE(reading.max_truepeak == Approx(-30).margin(0.05));
    REQUIRE(reading.momentary == Approx(-30).margin(0.05));
}

TEST_CASE("tap: a full ring loses sound by whole frames, and says how much", "[loudness]")
{
    Tap tap(2, rate, 0.1); // 9600 floats, so 16384: 8192 frames
    const Sine sine(-20, 10'000);
    sine.write(tap, 0, 8192);
    REQUIRE(tap.gaps().count == 0);
    sine.write(tap, 8192, 1000);
    sine.write(tap, 8192, 500);
    REQUIRE(tap.gaps().count == 1); // one gap, as long as it lasts
    REQUIRE(tap.gaps().frames == 1500);
    tap.measure();
    sine.write(tap, 0, 90);
    REQUIRE(tap.gaps().count == 1);
    sine.write(tap, 0, 9984); // 126 blocks of 64 fit, then 38 frames would: half a block is not written
    REQUIRE(tap.gaps().count == 2);
    REQUIRE(tap.gaps().frames == 1500 + 9984 - 126 * 64);
    tap.measure();
    REQUIRE(tap.reading().max_truepeak == Approx(-20).margin(1)); // the sides never changed places
}

TEST_CASE("tap: who saves while the loudness thread measures takes nothing away from it", "[loudness]")
{
    constexpr std::size_t block = 480, blocks = 400; // 4 s
    const Sine sine(-20, block * blocks);
    const auto tap = std::make_shared<Tap>(2, rate, 5.0);
    {
        Service service;
        service.add(tap);
        std::thread audio([&] {
            for (std::size_t i = 0; i < blocks; ++i) sine.write(*tap, i * block, block);
        });
        std::uint64_t counted = 0;
        for (int i = 0; i < 50; ++i) {
            const auto integration = tap->integration();
            const auto now = integration.blocks.empty() ? 0 : integration.blocks.front().count;
            REQUIRE(now >= counted);
            counted = now;
        }
        audio.join();
    }
    Tap alone(2, rate, 5.0);
    sine.write(alone, 0, block * blocks);
    REQUIRE(tap->integration() == alone.integration());
    REQUIRE(alone.integration().blocks.front().count == 37);
}

TEST_CASE("tap: what is saved has everything that was written and commanded", "[loudness]")
{
    const Sine loud(-10, rate), quiet(-30, rate);
    Tap tap(2, rate, 5.0), other(2, rate, 5.0);
    loud.write(tap, 0, rate);
    CHECK(tap.integration().max_momentary == Approx(-10).margin(0.05));
    tap.reset();
    CHECK(tap.resets() == 1);
    quiet.write(tap, 0, rate);
    const auto saved = tap.integration();
    CHECK(saved.channels == 2);
    CHECK(saved.max_momentary == Approx(-30).margin(0.05));
    other.restore(saved);
    loud.write(other, 0, rate);
    CHECK(other.integration().max_momentary == Approx(-10).margin(0.05));
    CHECK(other.integration().blocks.front() == saved.blocks.front());
    CHECK(other.changes() != 0);
}

TEST_CASE("service: between threads every frame is measured, and commands in order with the sound", "[loudness]")
{
    constexpr std::size_t block = 64, blocks = 480; // 640 cycles: no jump
    const Sine loud(0, block * blocks), quiet(-20, block * blocks);
    const auto tap = std::make_shared<Tap>(2, rate, 3.0), other = std::make_shared<Tap>(1, rate);
    std::binary_semaphore loud_is_written{0}, reset_is_asked{0};
    {
        Service service;
        service.add(tap);
        service.add(other);
        std::thread audio([&] {
            for (std::size_t i = 0; i < blocks; ++i) loud.write(*tap, i * block, block);
            loud_is_written.release();
            reset_is_asked.acquire();
            for (std::size_t i = 0; i < blocks; ++i) quiet.write(*tap, i * block, block);
        });
        loud_is_written.acquire();
        tap->reset();
        reset_is_asked.release();
        while (tap->reading().max_truepeak > -1 || tap->reading().max_truepeak == lowest) std::this_thread::yield();
        audio.join();
        service.remove(other.get());
    } // measures the rest
    REQUIRE(tap->gaps().count == 0);
    REQUIRE(tap->reading().max_truepeak == Approx(-20).margin(0.1));
    REQUIRE(tap->reading().momentary == Approx(-20).margin(0.1));
    REQUIRE(other->reading().momentary == lowest);
}
