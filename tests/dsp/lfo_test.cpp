// The slow oscillator under chorus, flanger and phaser.
#include "dsp/kernels/lfo.h"
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

using namespace fohd;

TEST_CASE("lfo: the sine is one to the last bits of a float, everywhere", "[lfo]")
{
    double worst = 0;
    for (unsigned n = 0; n < 200000; ++n) {
        const unsigned turns = n * 2654435761u;
        const dsp::V heard = dsp::sine(dsp::U{} + turns);
        const double exact = std::sin(2 * std::numbers::pi * (static_cast<double>(turns) / 0x1p32));
        worst = std::max(worst, std::abs(static_cast<double>(heard[0]) - exact));
    }
    CHECK(worst < 3e-7);
    for (const unsigned quarter : {0u, 1u, 2u, 3u}) {
        const dsp::V heard = dsp::sine(dsp::U{} + (quarter << 30));
        CHECK(static_cast<double>(heard[0]) == Approx(quarter % 2 ? 2.0 - quarter : 0.0).margin(1e-7));
    }
}

TEST_CASE("lfo: after any number of frames the phase is that number of steps, to the bit", "[lfo]")
{
    for (const float step : {223.69621f, 447.39243f, 38654.703f, 1947818.6f}) { // 0.01 to 20 Hz
        dsp::Phase phase{};
        const dsp::PhaseStep pace(dsp::all(step));
        dsp::U turns{};
        constexpr unsigned long long frames = 1'000'003;
        for (unsigned long long i = 0; i < frames; ++i) turns = dsp::advance(phase, pace);
        const auto exact = frames * static_cast<unsigned long long>(static_cast<double>(step) * 0x1p24);
        CHECK(turns[0] == static_cast<unsigned>(exact >> 24));
        CHECK((static_cast<unsigned>(dsp::bits(phase.part)[0])) == static_cast<unsigned>(exact & 0xffffff));
    }
}

TEST_CASE("lfo: parts of a turn as a phase", "[lfo]")
{
    for (const float turns : {0.0f, 0.25f, 0.125f, -0.25f, 1.75f, 0.3f, -0.45f}) {
        const dsp::U phase = dsp::phase_of(dsp::all(turns));
        const double away = static_cast<double>(phase[0]) / 0x1p32 - static_cast<double>(turns);
        CHECK(away - std::round(away) == Approx(0).margin(1e-7));
    }
}
