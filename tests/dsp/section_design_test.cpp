// Every kind of band against its analogue prototype, over the whole range of its parameters.
#include "tests/support/figures.h"
#include "tests/support/sections.h"
#include <catch2/catch.hpp>

using namespace fohd::dsp;
using namespace fohd::dsp::test;

namespace {
bool has_gain(BandType type)
{
    return type == BandType::bell || type == BandType::low_shelf || type == BandType::high_shelf ||
           type == BandType::tilt;
}

/// In dB, from 20 Hz to 0.375 of the rate. Where types without gain are below -40 dB nobody hears how far.
double worst_error(BandType type, double f0, double gain_db, double q, double rate)
{
    const auto section = design_band(type, f0, gain_db, q, rate);
    double worst = 0;
    for (int i = 0; i <= 100; ++i) {
        const double hz = 20 * std::pow(0.375 * rate / 20, i / 100.0);
        const double wanted = std::abs(prototype(type, f0, gain_db, q, hz));
        if (!has_gain(type) && wanted < 0.01) continue;
        worst = std::max(worst, std::abs(to_db(std::abs(response(section, hz, rate)) / wanted)));
    }
    return worst;
}
} // namespace

TEST_CASE("bands follow their analogue prototypes up to 0.375 of the rate")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    // A high-pass has both zeros at 0 Hz and so a coefficient less to fit with; a shelf has two resonances. When these are
    // narrow, and near the top, both give way: 0.8 dB beside a peak of 20 dB and more.
    struct Bound {
        BandType type;
        double db, narrow_db;
    };
    const auto bound = GENERATE(Bound{BandType::bell, 0.22, 0.22}, Bound{BandType::low_shelf, 0.28, 0.8},
                                Bound{BandType::high_shelf, 0.28, 0.8}, Bound{BandType::tilt, 0.28, 0.8},
                                Bound{BandType::high_pass, 0.31, 0.6}, Bound{BandType::low_pass, 0.06, 0.06},
                                Bound{BandType::notch, 0.305, 0.305}, Bound{BandType::band_pass, 0.3, 0.3});
    CAPTURE(rate, int(bound.type));
    double worst = 0, narrow = 0;
    for (double f0 : {10., 31.5, 100., 315., 1000., 2000., 4000., 5000., 6300., 8000., 10000., 11000., 12500., 14000.,
                      15000., 16000.})
        for (double q : {0.3, 0.5, 0.7071, 1.0, 2.0, 3.0, 5.0, 10.0})
            for (double gain : {-15., -6., 0.1, 3., 10., 15.}) {
                if (!has_gain(bound.type) && gain != 3) continue;
                double& error = q > 3 ? narrow : worst;
                error = std::max(error, worst_error(bound.type, f0, gain, q, rate));
            }
    constexpr std::array names{"bell",  "low_shelf", "high_shelf", "high_pass", "low_pass",
                               "notch", "band_pass", "all_pass",   "tilt"};
    const std::string name = names[static_cast<std::size_t>(bound.type)];
    fohd::test::figure(
        "eq", name + ", f to 16 kHz, ±15 dB, q 0.3 to 3: error against the analogue filter, 20 Hz to 0.375 of the rate",
        fohd::test::at_most(0.3, "dB"), worst);
    fohd::test::figure("eq", name + ", the same, q 5 and 10", fohd::test::at_most(0.3, "dB"), narrow);
    CHECK(worst < bound.db);
    CHECK(narrow < bound.narrow_db);
}

TEST_CASE("a cut undoes a boost exactly")
{
    const auto type = GENERATE(BandType::bell, BandType::low_shelf, BandType::high_shelf, BandType::tilt);
    for (double f0 : {30., 1000., 9000., 16000.})
        for (double q : {0.3, 1.0, 10.0})
            for (double hz = 20; hz < 22000; hz *= 1.2) {
                CAPTURE(int(type), f0, q, hz);
                const std::array both{design_band(type, f0, 12, q, 48000), design_band(type, f0, -12, q, 48000)};
                CHECK(std::abs(response(both, hz, 48000) - 1.0) < 2e-4); // what floats leave: 0.002 dB, 0.01 degrees
                fohd::test::figure("eq", "a cut after the same boost: change", fohd::test::at_most(0.002, "dB"),
                                   std::abs(to_db(std::abs(response(both, hz, 48000)))));
            }
}

TEST_CASE("an all-pass passes all, and turns by a half at its frequency")
{
    for (double f0 : {30., 1000., 16000.}) {
        const auto section = design_band(BandType::all_pass, f0, 0, 0.8, 48000);
        for (double hz = 20; hz < 23000; hz *= 1.2)
            CHECK(std::abs(response(section, hz, 48000)) == Approx(1).margin(1e-5));
        CHECK(std::abs(response(section, f0, 48000) + 1.0) < 1e-3);
    }
}

TEST_CASE("Butterworth filters: -3.01 dB at f, slope, phase")
{
    const int order = GENERATE(range(1, 9));
    const auto type = GENERATE(PassType::high, PassType::low);
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    CAPTURE(order, int(type), rate);
    std::array<Section, max_pass_sections> sections;
    const double away = type == PassType::high ? 1 / 8.0 : 8, half = type == PassType::high ? 1 / 4.0 : 4;
    for (double f0 : {20., 90., 1000., 10000., 20000.}) {
        CAPTURE(f0);
        CHECK(butterworth(type, 6 * order, f0, rate, sections) == (order + 1) / 2);
        CHECK(to_db(std::abs(response(sections, f0, rate))) == Approx(-3.0103).margin(0.01));
        const char* const processor = type == PassType::high ? "high_pass" : "low_pass";
        fohd::test::figure(processor, "level at f, every slope, 20 Hz to 20 kHz: error of its -3.01 dB",
                           fohd::test::at_most(0.01, "dB"),
                           std::abs(to_db(std::abs(response(sections, f0, rate))) + 3.0103));
        if (f0 > 1000) continue;
        const double near = 1 + std::pow(4, -2 * order), far = 1 + std::pow(8, -2 * order); // not yet quite straight
        const double wanted = 6.0206 * order - 10 * std::log10(near / far);
        const double slope = to_db(std::abs(response(sections, f0 * away, rate) / response(sections, f0 * half, rate)));
        CHECK(-slope == Approx(wanted).margin(0.1));
        fohd::test::figure(processor, "slope two to three octaves on, f to 1 kHz: error an octave",
                           fohd::test::at_most(0.1, "dB"), std::abs(-slope - wanted));
        const double turned = std::numbers::pi / 4 * order * (type == PassType::high ? 1 : -1);
        const double phase = std::abs(std::arg(response(sections, f0, rate) * std::polar(1.0, -turned)));
        CHECK(phase < 0.1 * order);
        fohd::test::figure(processor, "phase at f, f to 1 kHz: error for each 6 dB/oct",
                           fohd::test::at_most(5.7, "degrees"), phase / order * 180 / std::numbers::pi);
    }
}

TEST_CASE("the flat ways of a pass filter follow the prototype up to the top")
{
    const int order = GENERATE(range(1, 9));
    const auto type = GENERATE(PassType::high, PassType::low);
    std::array<Section, max_pass_sections> sections;
    for (double f0 : {20., 1000., 5000., 12000., 16000.}) {
        butterworth(type, 6 * order, f0, 48000, sections);
        for (double hz = 20; hz < 18000; hz *= 1.1) {
            const double ratio = std::pow(hz / f0, 2 * order),
                         power = type == PassType::high ? ratio / (1 + ratio) : 1 / (1 + ratio);
            if (power < 1e-4) continue;
            CAPTURE(order, int(type), f0, hz);
            CHECK(20 * std::log10(std::abs(response(sections, hz, 48000))) ==
                  Approx(10 * std::log10(power)).margin(0.3));
            fohd::test::figure(
                type == PassType::high ? "high_pass" : "low_pass",
                "20 Hz to 18 kHz at 48 kHz, f to 16 kHz: error against Butterworth", fohd::test::at_most(0.3, "dB"),
                std::abs(20 * std::log10(std::abs(response(sections, hz, 48000))) - 10 * std::log10(power)));
        }
    }
}

TEST_CASE("every setting at every rate is finite and stable")
{
    for (double rate : {22050., 32000., 44100., 48000., 88200., 96000., 192000.})
        for (int type = 0; type < 9; ++type)
            for (double f0 : {10., 20., 300., 3000., 8000., 11000., 11025., 16000., 18000., 20000.})
                for (double gain : {-30., -15., -0.001, 0., 0.001, 6., 30.})
                    for (double q : {0.025, 0.1, 0.3, 0.7071, 3.0, 10.0, 40.0}) {
                        CAPTURE(rate, type, f0, gain, q);
                        const auto c = design_band(static_cast<BandType>(type), f0, gain, q, rate);
                        for (float x : {c.damp, c.couple, c.follow, c.direct, c.band, c.low}) REQUIRE(std::isfinite(x));
                        const double a = 1.0 + c.damp, b = c.couple,
                                     d = 1.0 - c.follow; // the state's matrix: a -b / b d
                        const double trace = a + d, det = a * d + b * b;
                        REQUIRE(det < 1);
                        REQUIRE(std::abs(trace) < 1 + det);
                        for (double hz : {20., 1000., 8000.}) // nothing odd: at most 3 dB above what analogue may do
                            REQUIRE(std::abs(response(c, hz, rate)) < 1.5 * 32 * std::max(1.0, q));
                    }
}
