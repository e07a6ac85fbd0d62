#include "control/tap_tempo.h"

#include <catch2/catch.hpp>
#include <random>

using namespace fohd::control;

namespace {

/// What `count` presses come to, each late or early by up to `jitter` seconds.
double tapped(double bpm, int count, double jitter, unsigned seed)
{
    std::mt19937 generator(seed);
    std::uniform_real_distribution<double> any(-jitter, jitter);
    TapTempo taps;
    double told = 0;
    for (int n = 0; n < count; ++n) told = taps.tap(1000 + n * 60 / bpm + any(generator), 1).value_or(told);
    return told;
}
} // namespace

TEST_CASE("taps: the first alone says nothing, two are a tempo", "[tempo]")
{
    TapTempo taps;
    CHECK_FALSE(taps.tap(10, 1));
    CHECK(taps.tap(10.5, 1).value() == Approx(120));
    CHECK(taps.tap(11, 1).value() == Approx(120));
}

TEST_CASE("taps: nine of them that jitter by 15 ms land within 1 %", "[tempo]")
{
    // One in some thousand series of uniform jitter is as uneven as to miss by 1 % from 150 bpm up.
    for (const double bpm : {30.0, 60.0, 97.3, 120.0, 140.0})
        for (unsigned seed = 0; seed < 500; ++seed) {
            INFO(bpm << " with seed " << seed);
            CHECK(tapped(bpm, 9, 0.015, seed) == Approx(bpm).epsilon(0.01));
        }
    CHECK(tapped(240, 60, 0.015, 1) == Approx(240).epsilon(0.02));
}

TEST_CASE("taps: one that the network brings late hardly counts", "[tempo]")
{
    TapTempo taps;
    double told = 0;
    for (int n = 0; n < 9; ++n) told = taps.tap(n * 0.5 + (n == 8 ? 0.09 : 0), 1).value_or(told);
    CHECK(told == Approx(120).epsilon(0.005));
}

TEST_CASE("taps: a pause, a jump, another hand and another clock begin anew", "[tempo]")
{
    TapTempo taps;
    for (int n = 0; n < 5; ++n) taps.tap(n * 0.5, 1);
    SECTION("pause")
    {
        CHECK_FALSE(taps.tap(2 + 2.6, 1));
        CHECK(taps.tap(2 + 2.6 + 0.4, 1).value() == Approx(150));
    }
    SECTION("jump")
    {
        CHECK_FALSE(taps.tap(2 + 0.75, 1));
        CHECK(taps.tap(2 + 1.5, 1).value() == Approx(80));
    }
    SECTION("less than a jump") { CHECK(taps.tap(2 + 0.65, 1).value() == Approx(120).epsilon(0.05)); }
    SECTION("another hand")
    {
        CHECK_FALSE(taps.tap(2 + 0.5, 2));
        CHECK(taps.tap(2 + 1.1, 2).value() == Approx(100));
    }
    SECTION("another clock")
    {
        CHECK_FALSE(taps.tap(3.9e9, 1));
        CHECK(taps.tap(3.9e9 + 0.6, 1).value() == Approx(100));
        CHECK_FALSE(taps.tap(3, 1));
    }
    SECTION("it follows a hand that slows down")
    {
        double at = 2, told = 0;
        for (int n = 0; n < 9; ++n) told = taps.tap(at += 0.6, 1).value();
        CHECK(told == Approx(100));
    }
}

TEST_CASE("taps: a button that bounces counts once", "[tempo]")
{
    TapTempo taps;
    double told = 0;
    for (int n = 0; n < 6; ++n) {
        told = taps.tap(n * 0.5, 1).value_or(told);
        CHECK_FALSE(taps.tap(n * 0.5 + 0.02, 1));
        CHECK_FALSE(taps.tap(n * 0.5 + 0.02, 1));
    }
    CHECK(told == Approx(120));
}
