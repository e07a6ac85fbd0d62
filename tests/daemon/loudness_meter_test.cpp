// The meter's own promises. Its readings of the standard's signals are in tests/conformance.
#include "daemon/loudness/meter.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <malloc.h>
#include <numbers>
#include <random>
#include <vector>

using namespace fohd::daemon::loudness;

namespace {

std::vector<float> sine(double level, double hertz, double seconds, unsigned channels, unsigned rate,
                        double radians = 0)
{
    std::vector<float> samples;
    for (double i = 0; i < seconds * rate; ++i)
        samples.insert(
            samples.end(), channels,
            static_cast<float>(std::pow(10, level / 20) * std::sin(2 * std::numbers::pi * hertz * i / rate + radians)));
    return samples;
}

/// Noise whose level wanders between −60 and −10 dBFS.
std::vector<float> programme(double seconds)
{
    std::mt19937 random(1);
    std::normal_distribution<float> noise;
    std::uniform_real_distribution<float> level(-60, -10);
    std::vector<float> samples;
    float gain = 0;
    for (int i = 0; i < static_cast<int>(seconds * 48'000); ++i) {
        if (i % 24'000 == 0) gain = std::pow(10.0f, level(random) / 20);
        samples.push_back(gain * noise(random));
        samples.push_back(gain * noise(random));
    }
    return samples;
}

void push_in(Meter& meter, const std::vector<float>& samples, std::size_t frames)
{
    for (std::span<const float> rest = samples; !rest.empty();) {
        const std::size_t count = std::min(frames * meter.channels(), rest.size());
        meter.push(rest.first(count));
        rest = rest.subspan(count);
    }
}

} // namespace

TEST_CASE("meter: readings are the same to the bit however the sound is cut, interleaved or planar", "[loudness]")
{
    const auto samples = programme(7);
    Meter whole(2, 48'000);
    whole.push(samples);
    const Reading expected = whole.reading();
    for (std::size_t frames : {1u, 17u, 64u, 1024u, 48'001u}) {
        Meter cut(2, 48'000);
        push_in(cut, samples, frames);
        for (const Quantity& quantity : quantities) {
            INFO(quantity.path << " in blocks of " << frames);
            REQUIRE(cut.reading().*quantity.value == expected.*quantity.value);
        }
    }
    std::vector<float> left, right;
    for (std::size_t i = 0; i < samples.size(); i += 2) left.push_back(samples[i]), right.push_back(samples[i + 1]);
    const float* const sides[] = {left.data(), right.data()};
    Meter planar(2, 48'000);
    planar.push(sides, left.size());
    for (const Quantity& quantity : quantities) REQUIRE(planar.reading().*quantity.value == expected.*quantity.value);
}

TEST_CASE("meter: holds no more memory after a minute of sound than after five seconds", "[loudness]")
{
    const auto samples = programme(5);
    Meter meter(2, 48'000);
    const auto after = [&](int times) {
        for (int i = 0; i < times; ++i) meter.push(samples);
        (void)meter.reading();
        return mallinfo2().uordblks;
    };
    const auto early = after(1), late = after(11);
    // A list would hold 550 blocks of 8 bytes and as many windows; the rest of the program may hold a few.
    CHECK(late < early + 1000);
}

TEST_CASE("meter: channels count as BS.1770 weighs them", "[loudness]")
{
    // −20 dBFS of 1 kHz in one channel is −23 LUFS, a surround channel 1.5 dB more; the LFE is not loud at all.
    const auto one_of = [](unsigned channels, unsigned which) {
        std::vector<float> samples;
        for (float x : sine(-20, 1000, 0.5, 1, 48'000))
            for (unsigned channel = 0; channel < channels; ++channel) samples.push_back(channel == which ? x : 0.0f);
        Meter meter(channels, 48'000);
        meter.push(samples);
        CHECK(meter.reading().max_truepeak == Approx(-20).margin(0.05)); // of every channel
        return meter.reading().momentary;
    };
    for (unsigned channels : {1u, 2u, 3u, 4u, 7u, 16u})
        for (unsigned which = 0; which < channels; ++which) CHECK(one_of(channels, which) == Approx(-23).margin(0.05));
    for (unsigned which : {0u, 1u, 2u}) CHECK(one_of(5, which) == Approx(-23).margin(0.05));
    for (unsigned which : {3u, 4u}) CHECK(one_of(5, which) == Approx(-21.5).margin(0.05));
    for (unsigned which : {0u, 1u, 2u}) CHECK(one_of(6, which) == Approx(-23).margin(0.05));
    CHECK(one_of(6, 3) == lowest);
    for (unsigned which : {4u, 5u}) CHECK(one_of(6, which) == Approx(-21.5).margin(0.05));
}

TEST_CASE("meter: true peak is of the last 400 ms, its maximum since the reset", "[loudness]")
{
    Meter meter(1, 48'000);
    meter.push(sine(-6, 1000, 0.1, 1, 48'000));
    meter.push(sine(-30, 1000, 0.29, 1, 48'000));
    CHECK(meter.reading().truepeak == Approx(-6).margin(0.05));
    meter.push(sine(-30, 1000, 0.12, 1, 48'000));
    CHECK(meter.reading().truepeak == Approx(-30).margin(0.05));
    CHECK(meter.reading().max_truepeak == Approx(-6).margin(0.05));
}

TEST_CASE("meter: a reset begins anew at its frame, without a trace and without a click in the true peak", "[loudness]")
{
    for (unsigned rate : {48'000u, 96'000u}) {
        Meter meter(2, rate);
        meter.push(sine(0, rate / 4.0, 3.333, 2, rate, std::numbers::pi / 4)); // ends within a hop
        meter.reset();
        CHECK(meter.reading().momentary == lowest);
        CHECK(meter.reading().shortterm == lowest);
        CHECK(meter.reading().integrated == lowest);
        CHECK(meter.reading().range == 0);
        CHECK(meter.reading().truepeak == lowest);
        CHECK(meter.reading().max_truepeak == lowest);
        // Goes on in phase: cut off at the reset, it would read 0.6 dB too high.
        meter.push(sine(0, rate / 4.0, 1, 2, rate, std::numbers::pi / 4));
        CHECK(meter.reading().max_truepeak == Approx(0).margin(0.2));
        meter.reset();
        meter.push(std::vector<float>(2 * rate));
        CHECK(meter.reading().integrated == lowest);
        CHECK(meter.reading().max_momentary < -50); // how the weighting filter rings on after the sound's sudden end
        CHECK(meter.reading().max_truepeak < -1);   // and the waveform itself
    }
}

TEST_CASE("meter: a pause holds integration and maxima, not the present", "[loudness]")
{
    Meter meter(2, 48'000);
    meter.push(sine(-30, 1000, 5, 2, 48'000));
    const Reading before = meter.reading();
    meter.pause(true);
    meter.push(sine(-10, 1000, 5, 2, 48'000));
    CHECK(meter.reading().momentary == Approx(-10).margin(0.05));
    CHECK(meter.reading().shortterm == Approx(-10).margin(0.05));
    CHECK(meter.reading().truepeak == Approx(-10).margin(0.05));
    for (const char* held : {"integrated", "range", "max/momentary", "max/shortterm", "max/truepeak"})
        for (const Quantity& quantity : quantities)
            if (std::string_view(held) == quantity.path)
                CHECK(meter.reading().*quantity.value == before.*quantity.value);
    meter.reset(); // while paused: still paused
    meter.push(sine(-10, 1000, 1, 2, 48'000));
    CHECK(meter.reading().integrated == lowest);
    meter.push(sine(-30, 1000, 5, 2, 48'000));
    meter.pause(false);
    meter.push(sine(-30, 1000, 5, 2, 48'000));
    CHECK(meter.reading().integrated == Approx(-30).margin(0.1));
}

TEST_CASE("meter: what is not a number is silence and stays nowhere", "[loudness]")
{
    Meter meter(2, 48'000);
    auto samples = sine(-20, 1000, 2, 2, 48'000);
    samples[1000] = std::numeric_limits<float>::quiet_NaN();
    samples[2001] = std::numeric_limits<float>::infinity();
    samples[3003] = -std::numeric_limits<float>::infinity();
    meter.push(samples);
    CHECK(meter.reading().integrated == Approx(-20).margin(0.1));
    CHECK(meter.reading().max_truepeak == Approx(-20).margin(2)); // the waveform over a missing sample
}

TEST_CASE("true peak: any sine below 0.43 of the rate, in any phase, reads within 0.2 dB", "[loudness]")
{
    for (unsigned rate : {44'100u, 48'000u, 88'200u, 96'000u, 192'000u})
        for (double part : {0.02, 0.1, 0.1667, 0.25, 0.3333, 0.40, 0.43})
            for (double phase : {0.0, 0.4, 0.785, 1.3}) {
                TruePeak peak(1, rate);
                const auto sound = sine(0, part * rate, 0.05, 1, rate, phase);
                peak.push(sound.data(), 64); // its sudden start is not the sine
                peak.reset();
                peak.push(sound.data() + 64, sound.size() - 64);
                const double level = 20 * std::log10(peak.take());
                INFO(rate << " Hz, " << part << " of the rate, phase " << phase << ": " << level << " dB");
                CHECK(level < 0.06);
                CHECK(level > (rate < 80'000 ? -0.2 : -0.6));
            }
}

TEST_CASE("meter: a new rate goes on with loudness, range and maxima over all sound", "[loudness]")
{
    // 10 s at -20 and 10 s at -30 LUFS: the mean energy is that of -22.6, and the quieter half is within 10 LU of it.
    Meter meter(2, 48'000);
    meter.push(sine(-20, 997, 10, 2, 48'000));
    meter.set_rate(44'100);
    meter.push(sine(-30, 997, 5, 2, 44'100));
    meter.set_rate(96'000);
    meter.push(sine(-30, 997, 5, 2, 96'000));
    const Reading reading = meter.reading();
    CHECK(reading.integrated == Approx(-22.6).margin(0.15)); // The window across a change is not whole.
    CHECK(reading.range == Approx(10).margin(0.3));
    CHECK(reading.shortterm == Approx(-30).margin(0.05));
    CHECK(reading.max_momentary == Approx(-20).margin(0.05));
    CHECK(reading.max_truepeak == Approx(-20).margin(0.2));
    CHECK(reading.truepeak == Approx(-30).margin(0.2));

    meter.set_rate(48'000); // A rate that was there before.
    meter.push(sine(-20, 997, 20, 2, 48'000));
    CHECK(meter.reading().integrated == Approx(10 * std::log10((3 * 0.01 + 0.001) / 4)).margin(0.15));
    meter.reset();
    CHECK(meter.reading().integrated == lowest);
    meter.push(sine(-26, 997, 4, 2, 48'000));
    CHECK(meter.reading().integrated == Approx(-26).margin(0.05));
}
