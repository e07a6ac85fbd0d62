// Width: what becomes of middle and side.
#include "dsp/processors/width.h"
#include "tests/support/figures.h"
#include "tests/support/processor_rig.h"
#include "tests/support/tones.h"

using namespace fohd;
using namespace fohd::test;

namespace {
constexpr dsp::ProcessorType width = dsp::type_of<dsp::Width>();

struct MidSide {
    std::complex<double> mid, side;
};

/// A tone of 1 kHz, or `hz`, with these gains left and right, as middle and side of what is heard.
MidSide heard(ProcessorRig::Values values, float left, float right, double rate, double hz = 1000, int block = 64)
{
    ProcessorRig rig(width, rate, 2, values);
    const auto out = tone_through(rig, {left, right}, hz, rate, 1, block);
    return {(out[0] + out[1]) / 2.0, (out[0] - out[1]) / 2.0};
}

/// Linkwitz-Riley of 24 dB/oct: of the high pass, s^4 over the square of s^2 + sqrt(2) s + 1.
double high_passed(double ratio) { return std::pow(ratio, 4) / (1 + std::pow(ratio, 4)); }
} // namespace

TEST_CASE("width: middle, side and width are the gains they say, at every rate and block size")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const int block = GENERATE(1, 17, 64, 1024);
    const auto [mid, side, share] = GENERATE(
        table<float, float, float>({{0.f, 0.f, 100.f}, {-6.f, 3.f, 100.f}, {0.f, 0.f, 200.f}, {2.f, -4.f, 50.f}}));
    const ProcessorRig::Values values{{"mid", mid}, {"side", side}, {"width", share}};
    CHECK(db(std::abs(heard(values, 1, 1, rate, 1000, block).mid)) == Approx(mid).margin(0.001));
    CHECK(db(std::abs(heard(values, 1, -1, rate, 1000, block).side)) ==
          Approx(side + db(static_cast<double>(share) / 100)).margin(0.001));
    figure("width", "gains of middle and side: error", at_most(0.001, "dB"),
           std::abs(db(std::abs(heard(values, 1, 1, rate, 1000, block).mid)) - static_cast<double>(mid)));
    CHECK(std::abs(heard(values, 1, 1, rate, 1000, block).side) < 1e-6); // nothing goes from one into the other
    CHECK(std::abs(heard(values, 1, -1, rate, 1000, block).mid) < 1e-6);
}

TEST_CASE("width: at rest it is transparent to the bit, at 0 % both sides are one to the bit")
{
    Sound in{sine(220, -3, 48000, 0.1), sine(331, -9, 48000, 0.1)};
    CHECK(ProcessorRig(width, 48000, 2).run(in, 64) == in);
    const auto mono = ProcessorRig(width, 48000, 2, {{"width", 0.f}, {"mono_below", 200.f}}).run(in, 64);
    CHECK(mono[0] == mono[1]);
    float apart = 0;
    for (std::size_t i = 0; i < mono[0].size(); ++i) apart = std::max(apart, std::abs(mono[0][i] - mono[1][i]));
    figure("width", "at 0 %: difference of the sides", at_most(0, ""), static_cast<double>(apart));
}

TEST_CASE(
    "width: below the frequency the side falls as a Linkwitz-Riley high pass, the middle keeps its level and phase")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const float corner = GENERATE(40.0f, 120.0f, 500.0f);
    const ProcessorRig::Values values{{"mono_below", corner}};
    for (const double ratio : {0.125, 0.25, 0.5, 1.0, 2.0, 8.0}) {
        const double hz = whole_periods(static_cast<double>(corner) * ratio, static_cast<std::size_t>(rate / 5), rate);
        const MidSide alike = heard(values, 1, 1, rate, hz), opposite = heard(values, 1, -1, rate, hz);
        INFO(rate << " Hz, mono below " << corner << ", at " << hz);
        CHECK(db(std::abs(alike.mid)) == Approx(0).margin(0.01));
        CHECK(std::abs(alike.side) < 1e-6); // mono stays mono
        const double expected = db(high_passed(hz / static_cast<double>(corner)));
        CHECK(db(std::abs(opposite.side)) == Approx(expected).margin(0.05));
        figure("width", "mono below: error of the side against Linkwitz-Riley, 24 dB/oct", at_most(0.05, "dB"),
               std::abs(db(std::abs(opposite.side)) - expected));
        figure("width", "mono below: change of the middle", at_most(0.01, "dB"), std::abs(db(std::abs(alike.mid))));
        // Whatever is left of the side is in phase with the middle: no place in the image moves.
        if (ratio >= 0.25) CHECK(std::abs(std::arg(opposite.side / alike.mid)) < 0.01);
    }
}

TEST_CASE("width: the balance turns one side down as a cosine and leaves the other")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    for (const float mono_below : {10.0f, 100.0f}) {
        const auto levels = [&](float balance) {
            ProcessorRig rig(width, rate, 2, {{"balance", balance}, {"mono_below", mono_below}});
            const auto out = tone_through(rig, {1, 1}, 1000, rate, 0.3);
            return std::pair{std::abs(out[0]), std::abs(out[1])};
        };
        CHECK(levels(0.5f).first == Approx(std::cos(std::numbers::pi / 4)).margin(1e-3));
        CHECK(levels(0.5f).second == Approx(1).margin(1e-3));
        CHECK(levels(-1).first == Approx(1).margin(1e-3));
        CHECK(levels(-1).second < 1e-6);
    }
}

TEST_CASE("width: what is not a pair passes")
{
    const auto mono = sine(220, -3, 48000, 0.1);
    CHECK(ProcessorRig(width, 48000, 1, {{"width", 0.f}, {"mono_below", 300.f}}).run({mono}, 64)[0] == mono);
    Sound wide(5, mono);
    wide[0] = wide[1] = std::vector<float>(mono.size());
    const auto out = ProcessorRig(width, 48000, 5, {{"width", 0.f}, {"mono_below", 300.f}}).run(wide, 64);
    for (std::size_t c = 2; c < 5; ++c) CHECK(out[c] == mono);
}
