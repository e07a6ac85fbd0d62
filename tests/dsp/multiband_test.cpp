// Multiband: flat where it does nothing, and each band by itself where it does something.
#include "dsp/processors/multiband.h"
#include "tests/support/figures.h"
#include "tests/support/processor_rig.h"
#include "tests/support/tones.h"

using namespace fohd;
using namespace fohd::test;

namespace {
constexpr dsp::ProcessorType multiband = dsp::type_of<dsp::Multiband>();
using Band = dsp::Multiband::Band;

/// Crossovers, then bands, as the values of a processor.
std::vector<float> lists(const std::vector<float>& crossovers, const std::vector<Band>& bands)
{
    std::vector<float> values = crossovers;
    for (const Band& band : bands) {
        const auto flat = std::bit_cast<std::array<float, sizeof(Band) / sizeof(float)>>(band);
        values.insert(values.end(), flat.begin(), flat.end());
    }
    return values;
}

Band still()
{
    Band band = dsp::Multiband::initial_band;
    band.ratio.value = 1;
    return band;
}

double level(std::span<const float> impulse_response, double hz, double rate)
{
    return db(std::abs(tone_in(impulse_response, hz, rate)) * static_cast<double>(impulse_response.size()) / 2);
}

/// What a tone of 0 dBFS becomes, or one of another amplitude, in dB.
double heard(const std::vector<Band>& bands, double hz, double rate, float amplitude = 1)
{
    const auto values = lists({300, 3000}, bands);
    ProcessorRig rig(multiband, rate, 1, {{"slope", 48.f}}, false, values);
    return db(std::abs(tone_through(rig, {amplitude}, hz, rate, 1)[0]));
}
} // namespace

TEST_CASE("multiband: where no gain changes it is flat to 0.05 dB", "[multiband]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const float slope = GENERATE(12.0f, 24.0f, 36.0f, 48.0f);
    const int block = GENERATE(1, 17, 64, 1024);
    for (const auto& crossovers : std::vector<std::vector<float>>{
             {800}, {90, 1600}, {120, 1000, 6000}, {60, 250, 1000, 4000}, {60, 250, 1000, 4000, 12000}}) {
        const auto values = lists(crossovers, std::vector<Band>(crossovers.size() + 1, still()));
        ProcessorRig rig(multiband, rate, 1, {{"slope", slope}}, false, values);
        std::vector<float> impulse(static_cast<std::size_t>(rate / 5));
        impulse[0] = 1;
        const auto out = rig.run({impulse}, block)[0];
        double worst = 0;
        for (double hz = 20; hz < 0.45 * rate; hz *= 1.3) worst = std::max(worst, std::abs(level(out, hz, rate)));
        INFO(rate << " Hz, " << slope << " dB/oct, " << crossovers.size() + 1 << " bands: " << worst << " dB");
        CHECK(worst < 0.05);
        figure("multiband", "no gain changes: deviation from flat, 20 Hz to 0.45 of the rate", at_most(0.05, "dB"),
               worst);
    }
}

TEST_CASE("multiband: the defaults are four bands that leave alone what is below their thresholds", "[multiband]")
{
    ProcessorRig rig(multiband, 48000, 2);
    for (const double hz : {50.0, 120.0, 400.0, 3000.0, 12000.0})
        for (const auto& side : tone_through(rig, {0.01f, 0.01f}, hz, 48000, 0.5))
            CHECK(db(std::abs(side) / 0.01) == Approx(0).margin(0.05));
}

TEST_CASE("multiband: each band compresses by its own curve, and the others do not hear it", "[multiband]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const double hz[] = {30, 950, 15000}; // deep inside of each band
    for (std::size_t acting = 0; acting < 3; ++acting) {
        std::vector<Band> bands(3, still());
        bands[acting].threshold.value = -30;
        bands[acting].ratio.value = 4;
        bands[acting].knee.value = 0;
        bands[acting].release.value = 2000; // the peaks of a slow tone leave no ripple
        for (std::size_t at = 0; at < 3; ++at) {
            INFO("band " << acting + 1 << " acts, the tone lies in " << at + 1 << ", rate " << rate);
            const double level_db = heard(bands, hz[at], rate, 0.316228f), expected = at == acting ? -10 - 15 : -10;
            CHECK(level_db == Approx(expected).margin(0.1));
            figure("multiband", "a band compresses by its curve, the others not at all: error", at_most(0.1, "dB"),
                   std::abs(level_db - expected));
        }
    }
}

TEST_CASE("multiband: a band hears rms, holds and releases by programme as the compressor does", "[multiband]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    std::vector<Band> bands(3, still());
    bands[1].threshold.value = -30;
    bands[1].ratio.value = 4;
    bands[1].knee.value = 0;
    bands[1].window.value = 50; // five periods and more of what is heard
    bands[1].detector.value = static_cast<float>(dsp::CompressorProcessor::Detector::rms);
    CHECK(heard(bands, 950, rate, 0.316228f) == Approx(-10 - 0.75 * (20 - 3.01)).margin(0.1));

    // Half a second of tone 20 dB over the threshold, then as much below it: 80 ms later it is held, or on its way back.
    const auto gain_after = [&](float hold, bool automatic) {
        Band& band = bands[1];
        band.detector.value = 0;
        band.attack.value = 1, band.release.value = 20;
        band.hold.value = hold, band.auto_release.value = automatic ? 1.0f : 0.0f;
        ProcessorRig rig(multiband, rate, 1, {{"slope", 48.f}}, false, lists({300, 3000}, bands));
        auto in = sine(950, -10, rate, 0.7);
        const auto quiet = static_cast<std::size_t>(rate / 2), there = static_cast<std::size_t>(0.58 * rate);
        for (std::size_t i = quiet; i < in.size(); ++i) in[i] *= 0.01f;
        const auto out = rig.run({in}, 64)[0];
        const auto span = static_cast<std::size_t>(rate / 95); // ten periods
        return db(std::abs(tone_in(std::span(out).subspan(there, span), 950, rate))) + 50;
    };
    CHECK(gain_after(0, false) == Approx(0).margin(0.5)); // four time constants and more
    CHECK(gain_after(200, false) == Approx(-15).margin(0.3));
    CHECK(gain_after(0, true) < -3);
}

TEST_CASE("multiband: gain, mute, solo and bypass of a band", "[multiband]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    std::vector<Band> bands(3, still());
    bands[1].gain.value = 6;
    CHECK(heard(bands, 950, rate, 0.1f) == Approx(-14).margin(0.06));
    CHECK(heard(bands, 30, rate, 0.1f) == Approx(-20).margin(0.05));
    bands[1].bypass.value = 1;
    CHECK(heard(bands, 950, rate, 0.1f) == Approx(-20).margin(0.05));
    bands[1].mute.value = 1;
    CHECK(heard(bands, 950, rate) < -60); // what its neighbours let through
    bands[1].mute.value = 0;
    bands[2].solo.value = 1;
    CHECK(heard(bands, 30, rate) < -90);
    CHECK(heard(bands, 15000, rate) == Approx(0).margin(0.06));
}

TEST_CASE("multiband: drive saturates its band alone, and keeps the others in time with it", "[multiband]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    std::vector<Band> bands(3, still());
    bands[0].drive.value = 18;
    const auto values = lists({300, 3000}, bands);
    const auto harmonic = [&](double hz) {
        ProcessorRig rig(multiband, rate, 1, {}, false, values);
        const auto out = rig.run({sine(hz, -6, rate, 1.2)}, 64)[0];
        const auto last = std::span(out).last(static_cast<std::size_t>(rate / 5));
        return db(std::abs(tone_in(last, 3 * hz, rate)) / std::abs(tone_in(last, hz, rate)));
    };
    CHECK(harmonic(50) > -20);
    CHECK(harmonic(5000) < -90);
    // A small sound: flat across the crossovers once the level of the driven band is taken back.
    bands[0].drive.value = 1;
    ProcessorRig driven(multiband, rate, 1, {}, false, lists({300, 3000}, bands));
    std::vector<float> impulse(static_cast<std::size_t>(rate / 5));
    impulse[0] = 0.001f;
    const auto out = driven.run({impulse}, 64)[0];
    const double low = level(out, 30, rate);
    for (double hz = 30; hz < 0.36 * rate; hz *= 1.2)
        CHECK(level(out, hz, rate) == Approx(-60).margin(std::abs(low + 60) + 0.1));
}

TEST_CASE("multiband: a pair keeps its image, a wide strip shares one gain a band", "[multiband]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    std::vector<Band> bands(3, still());
    bands[1].threshold.value = -30;
    bands[1].ratio.value = 100;
    bands[1].release.value = 2000;
    const auto values = lists({300, 3000}, bands);
    for (const int channels : {2, 5}) {
        std::vector<float> gains(static_cast<std::size_t>(channels), 0.001f);
        gains.back() = 0.5f;
        ProcessorRig rig(multiband, rate, channels, {}, false, values);
        const auto out = tone_through(rig, gains, 950, rate, 1);
        const double reduction = db(std::abs(out.back()) / 0.5);
        CHECK(reduction < -20);
        for (const auto& channel : std::span(out).first(out.size() - 1))
            CHECK(db(std::abs(channel) / 0.001) == Approx(reduction).margin(0.02));
    }
    ProcessorRig apart(multiband, rate, 2, {{"link", 0.f}}, false, values);
    CHECK(db(std::abs(tone_through(apart, {0.001f, 0.5f}, 950, rate, 1)[0]) / 0.001) == Approx(0).margin(0.05));
}

TEST_CASE("multiband: look-ahead lets a band act before the sound, and only delays where no gain changes",
          "[multiband]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const int channels = GENERATE(1, 2, 5);
    std::vector<Band> bands(3, still());
    bands[1].threshold.value = -40;
    bands[1].ratio.value = 4;
    bands[1].attack.value = 1;
    bands[1].solo.value = 1; // The others hear how abruptly the tone begins.
    Sound in(static_cast<std::size_t>(channels), sine(950, -60, rate, 0.1));
    const std::size_t up = in[0].size();
    for (auto& channel : in) {
        const auto loud = sine(950, -10, rate, 0.2);
        channel.insert(channel.end(), loud.begin(), loud.end());
    }
    const auto delay = static_cast<std::size_t>(std::lround(0.01 * rate));
    const auto overshoot = [&](float lookahead) {
        ProcessorRig rig(multiband, rate, channels, {{"lookahead", lookahead}}, false, lists({300, 3000}, bands));
        const auto out = rig.run(in, 64).back();
        const auto peak = [&](double from, double to) {
            float most = 0;
            for (auto i = up + static_cast<std::size_t>(from * rate); i < up + static_cast<std::size_t>(to * rate); ++i)
                most = std::max(most, std::abs(out[i]));
            return db(static_cast<double>(most));
        };
        return peak(0, 0.03) - peak(0.15, 0.2);
    };
    CHECK(overshoot(0) > 6);  // what passes in the first of the attack's milliseconds
    CHECK(overshoot(10) < 1); // ten time constants: what is left is how the filters ring

    bands[1].ratio.value = 1;
    const auto through = [&](float lookahead) {
        return ProcessorRig(multiband, rate, channels, {{"lookahead", lookahead}}, false, lists({300, 3000}, bands))
            .run(in, 17);
    };
    const Sound now = through(0), later = through(10);
    for (std::size_t c = 0; c < in.size(); ++c)
        CHECK(std::equal(now[c].begin(), now[c].end() - static_cast<std::ptrdiff_t>(delay),
                         later[c].begin() + static_cast<std::ptrdiff_t>(delay)));
}

TEST_CASE("multiband: with a key each band follows the same band of that, whatever its width", "[multiband]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    std::vector<Band> bands(3, still());
    bands[1].threshold.value = -40;
    bands[1].ratio.value = 2;
    bands[1].release.value = 150; // What the tone begins with is in every band, and forgotten when it is measured.
    const auto [channels, key_channels] =
        GENERATE(table<int, int>({{1, 1}, {1, 2}, {2, 1}, {2, 2}, {2, 5}, {5, 2}, {5, 5}}));
    const auto gain = [&, width = channels, key_width = key_channels](double hz, double key_hz, double key_db) {
        ProcessorRig rig(multiband, rate, width, {{"slope", 48.f}}, true, lists({300, 3000}, bands), key_width);
        Sound in(static_cast<std::size_t>(width), sine(hz, -10, rate, 0.8));
        in.resize(static_cast<std::size_t>(width + key_width), sine(key_hz, key_db, rate, 0.8));
        double most = -100;
        for (const auto& out : rig.run(in, 64)) {
            const auto last = std::span(out).last(static_cast<std::size_t>(rate / 10));
            most = std::max(most, db(std::abs(tone_in(last, hz, rate))) + 10);
        }
        return most;
    };
    INFO(channels << " keyed by " << key_channels << " at " << rate);
    CHECK(gain(950, 950, -10) == Approx(-15).margin(0.3)); // 30 dB above the threshold at 2:1
    CHECK(gain(950, 950, -60) == Approx(0).margin(0.1));   // its own level does not count
    CHECK(gain(950, 100, -10) == Approx(0).margin(0.1));   // nor does another band of the key
    CHECK(gain(100, 950, -10) == Approx(0).margin(0.1));   // and no other band is turned down
}

TEST_CASE("multiband: its reading is the reduction of the band that is turned down most", "[multiband]")
{
    const int channels = GENERATE(1, 2, 5);
    std::vector<Band> bands(3, still());
    bands[1].ratio.value = 4;
    bands[1].threshold.value = -40;
    bands[2].ratio.value = 2;
    bands[2].threshold.value = -30;
    const auto values = lists({300, 3000}, bands);
    for (const double hz : {100.0, 950.0, 9000.0}) {
        ProcessorRig rig(multiband, 48000, channels, {{"slope", 48.f}}, false, values);
        const std::vector<float> gains(static_cast<std::size_t>(channels), 0.5f);
        const auto out = tone_through(rig, gains, hz, 48000, 1);
        for (int c = 0; c < channels; ++c)
            CHECK(rig.reduction(c) ==
                  Approx(-db(std::abs(out[static_cast<std::size_t>(c)]) / 0.5)).margin(hz == 100.0 ? 0.5 : 0.2));
    }
}

TEST_CASE("multiband: blocks of any size give the same bits", "[multiband]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const bool driven = GENERATE(false, true);
    const int channels = GENERATE(1, 2, 5);
    std::vector<Band> bands(6, dsp::Multiband::initial_band);
    for (Band& band : bands) band.drive.value = driven ? 6 : 0, band.threshold.value = -40;
    const auto values = lists({60, 250, 1000, 4000, 12000}, bands);
    Sound in;
    for (int c = 0; c < channels; ++c) in.push_back(sine(220 + 1000 * c, -3, rate, 0.1));
    const auto in_blocks = [&](int block) {
        return ProcessorRig(multiband, rate, channels, {{"slope", 48.f}}, false, values).run(in, block);
    };
    const auto reference = in_blocks(64);
    for (int block : {1, 17, 1024}) {
        const bool same = in_blocks(block) == reference;
        CHECK(same);
    }
}
