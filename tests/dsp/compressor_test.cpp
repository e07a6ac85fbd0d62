#include "dsp/processors/compressor.h"
#include "tests/support/figures.h"
#include "tests/support/levels.h"
#include "tests/support/processor_rig.h"

using namespace fohd;
using namespace fohd::test;

namespace {

constexpr dsp::ProcessorType compressor = dsp::type_of<dsp::CompressorProcessor>();

/// As drawn in every manual: straight lines joined by a parabola over the knee.
double reduction_by_hand(double level, double threshold, double ratio, double knee)
{
    const double over = level - threshold, slope = ratio >= 100 ? 1 : 1 - 1 / ratio;
    if (2 * over < -knee) return 0;
    if (2 * over > knee) return slope * over;
    return slope * (over + knee / 2) * (over + knee / 2) / (2 * knee);
}

/// Frames until the gain passes `gain_db` for good, from `from` on.
int frames_until(const std::vector<float>& in, const std::vector<float>& out, std::size_t from, double gain_db,
                 bool falling)
{
    std::size_t i = from;
    while (i < in.size() && (falling ? db(out[i] / in[i]) > gain_db : db(out[i] / in[i]) < gain_db)) ++i;
    return static_cast<int>(i - from) + 1;
}
} // namespace

TEST_CASE("compressor: the static curve, knee included, is within 0.1 dB")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto [threshold, ratio, knee] = GENERATE(table<float, float, float>(
        {{-18.f, 4.f, 6.f}, {-40.f, 2.f, 0.f}, {-30.f, 100.f, 24.f}, {-60.f, 1.5f, 12.f}, {-20.f, 1.f, 6.f}}));
    for (const bool programme : {false, true})
        for (double level = -60; level <= 0; level += 1.5) {
            ProcessorRig rig(compressor, rate, 1,
                             {{"threshold", threshold},
                              {"ratio", ratio},
                              {"knee", knee},
                              {"attack", 1.f},
                              {"release", 50.f},
                              {"auto_release", programme ? 1.f : 0.f}});
            std::vector<float> in;
            append_level(in, level, rate, 0.05);
            const auto out = rig.run({in}, 64);
            const double expected = reduction_by_hand(level, threshold, ratio, knee);
            INFO("level " << level << " threshold " << threshold << " ratio " << ratio << " knee " << knee);
            const double reduction = db(in.back() / out[0].back());
            CHECK(reduction == Approx(expected).margin(0.02));
            figure("compressor", "static curve, knee included: error", at_most(0.1, "dB"),
                   std::abs(reduction - expected));
        }
}

TEST_CASE("compressor: a sine is compressed by the curve of its peak, or of its rms")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const bool rms = GENERATE(false, true);
    ProcessorRig rig(
        compressor, rate, 1,
        {{"threshold", -30.f}, {"ratio", 3.f}, {"release", 1000.f}, {"window", 30.f}, {"detector", rms ? 1.f : 0.f}});
    const auto in = sine(1000, -9, rate, 1.0);
    const auto out = rig.run({in}, 64)[0];
    double top = 0;
    for (std::size_t i = in.size() - static_cast<std::size_t>(rate / 10); i < in.size(); ++i)
        top = std::max(top, std::abs(static_cast<double>(out[i])));
    const double expected = reduction_by_hand(rms ? -9 - 3.01 : -9, -30, 3, 6);
    CHECK(-9 - db(top) == Approx(expected).margin(0.1));
    figure("compressor", "a sine of 1 kHz by its peak and by its rms: error", at_most(0.1, "dB"),
           std::abs(-9 - db(top) - expected));
}

TEST_CASE("compressor: attack and release are the times to 63 % of a step, within 5 %")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto [attack, release] = GENERATE(
        table<float, float>({{10.f, 100.f}, {1.f, 50.f}, {0.5f, 5.f}, {30.f, 30.f}, {100.f, 20.f}, {300.f, 1000.f}}));
    const bool programme = GENERATE(false, true);
    ProcessorRig rig(compressor, rate, 1,
                     {{"threshold", -30.f},
                      {"ratio", 4.f},
                      {"attack", attack},
                      {"release", release},
                      {"detector", programme ? 1.f : 0.f},
                      {"window", 1.f}});
    std::vector<float> in;
    const double quiet = -50, loud = -10, reduction = 15, part = 1 - std::exp(-1.0);
    append_level(in, quiet, rate, 0.01);
    const std::size_t up = in.size();
    append_level(in, loud, rate, attack / 1000 * 12 + 0.02);
    const std::size_t down = in.size();
    append_level(in, quiet, rate, release / 1000 * 3 + 0.02);
    const auto out = rig.run({in}, 64)[0];
    const double window = programme ? 4 : 0; // the rms detector's own delay, in ms, on the way to 1 % of a power
    INFO("rate " << rate << " attack " << attack << " release " << release);
    const double frame = 1000 / rate;
    const double up_ms = frames_until(in, out, up, -reduction * part, true) * frame,
                 down_ms = frames_until(in, out, down, -reduction * (1 - part), false) * frame;
    CHECK(up_ms == Approx(static_cast<double>(attack)).epsilon(0.05).margin(frame + window / 4));
    CHECK(down_ms == Approx(static_cast<double>(release)).epsilon(0.05).margin(frame + window));
    if (programme) return; // the rms detector's own window comes on top
    const auto error = [&](double ms, float asked) {
        return 100 * std::max(0.0, std::abs(ms / static_cast<double>(asked) - 1) - frame / static_cast<double>(asked));
    };
    figure("compressor", "attack, to 63 % of a step in dB: error beyond one frame", at_most(5, "%"),
           error(up_ms, attack));
    figure("compressor", "release, to 63 % of the way back: error beyond one frame", at_most(5, "%"),
           error(down_ms, release));
}

TEST_CASE("compressor: hold waits, auto release lets short peaks go fast and long reduction slowly")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto release_after = [&](double loud_seconds, ProcessorRig::Values values) {
        ProcessorRig rig(compressor, rate, 1, values);
        std::vector<float> in;
        append_level(in, -10, rate, loud_seconds);
        const std::size_t down = in.size();
        append_level(in, -50, rate, 2);
        const auto out = rig.run({in}, 64)[0];
        const double reduction = db(in[down - 1] / out[down - 1]);
        return frames_until(in, out, down, -reduction * std::exp(-1.0), false) * 1000 / rate;
    };
    CHECK(release_after(0.1, {{"threshold", -30.f}, {"attack", 1.f}, {"release", 50.f}, {"hold", 200.f}}) ==
          Approx(250).epsilon(0.02));
    const ProcessorRig::Values automatic{
        {"threshold", -30.f}, {"attack", 1.f}, {"release", 50.f}, {"auto_release", 1.f}};
    CHECK(release_after(0.01, automatic) < 75);
    CHECK(release_after(5, automatic) == Approx(500).epsilon(0.05));
}

TEST_CASE("compressor: a pair keeps its image at link 100 %, and its sides are apart at 0 %")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto left = sine(220, -6, rate, 0.3), right = sine(3000, -30, rate, 0.3);
    const auto gains = [&](float link, bool programme) {
        ProcessorRig rig(compressor, rate, 2,
                         {{"threshold", -25.f}, {"link", link}, {"auto_release", programme ? 1.f : 0.f}});
        return rig.run({left, right}, 64);
    };
    for (const bool programme : {false, true}) {
        const auto linked = gains(100, programme), apart = gains(0, programme);
        // Sides of a key that differ, over sides of sound that do not: equal gains are equal bits.
        ProcessorRig same(compressor, rate, 2, {{"threshold", -25.f}, {"auto_release", programme ? 1.f : 0.f}}, true);
        const auto keyed = same.run({right, right, left, right}, 64);
        CHECK(keyed[0] == keyed[1]);
        CHECK(keyed[0] != right);
        CHECK(linked[1] == keyed[1]);
        float apart_most = 0;
        for (std::size_t i = 0; i < right.size(); ++i)
            apart_most = std::max(apart_most, std::abs(keyed[0][i] - keyed[1][i]));
        figure("compressor", "image of a pair at link 100 %: difference of the sides' gains", at_most(0, ""),
               static_cast<double>(apart_most));
        CHECK(apart[1] == right); // below the threshold by itself
    }
}

TEST_CASE("compressor: range, mix, makeup and look-ahead are exact")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    std::vector<float> in;
    append_level(in, -10, rate, 0.2);
    const auto settled = [&](ProcessorRig::Values values) {
        ProcessorRig rig(compressor, rate, 1, values);
        return db(rig.run({in}, 64)[0].back() / in.back());
    };
    CHECK(settled({{"threshold", -40.f}, {"ratio", 100.f}, {"range", 7.f}}) == Approx(-7).margin(0.01));
    CHECK(settled({{"threshold", -40.f}, {"ratio", 100.f}, {"makeup", 5.f}}) == Approx(-25).margin(0.01));
    CHECK(settled({{"threshold", -40.f}, {"ratio", 2.f}, {"auto_makeup", 1.f}}) == Approx(-15 + 10).margin(0.01));
    CHECK(settled({{"threshold", -40.f}, {"ratio", 100.f}, {"mix", 50.f}}) ==
          Approx(db(0.5 + 0.5 * amplitude(-30))).margin(0.01));

    ProcessorRig late(compressor, rate, 1, {{"threshold", 0.f}, {"ratio", 1.f}, {"lookahead", 5.f}});
    const auto out = late.run({in}, 64)[0];
    const auto delay = static_cast<std::size_t>(std::lround(0.005 * rate));
    CHECK(std::equal(in.begin(), in.end() - static_cast<std::ptrdiff_t>(delay),
                     out.begin() + static_cast<std::ptrdiff_t>(delay)));
}

TEST_CASE("compressor: look-ahead lets it act before the sound")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    ProcessorRig rig(compressor, rate, 1, {{"threshold", -30.f}, {"attack", 1.f}, {"lookahead", 10.f}});
    std::vector<float> in;
    append_level(in, -60, rate, 0.05);
    const std::size_t up = in.size();
    append_level(in, -10, rate, 0.1);
    const auto delay = static_cast<std::size_t>(std::lround(0.01 * rate));
    const auto out = rig.run({in}, 64)[0];
    CHECK(db(out[up + delay] / in[up]) < -14.9); // settled at 15 dB when the first loud frame arrives
}

TEST_CASE("compressor: an external key and its filters rule")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto sound = sine(500, -40, rate, 0.5), key = sine(100, -6, rate, 0.5);
    const auto reduced = [&](ProcessorRig::Values values) {
        ProcessorRig rig(compressor, rate, 1, values, true);
        const auto out = rig.run({sound, key}, 64)[0];
        double in_top = 0, out_top = 0;
        for (std::size_t i = sound.size() / 2; i < sound.size(); ++i) {
            in_top = std::max(in_top, std::abs(static_cast<double>(sound[i])));
            out_top = std::max(out_top, std::abs(static_cast<double>(out[i])));
        }
        return db(in_top / out_top);
    };
    const float slow = 1000; // the ripple of a slow key's peaks stays small
    CHECK(reduced({{"threshold", -30.f}, {"release", slow}}) == Approx(18).margin(0.1));
    // 12 dB/oct at 800 Hz takes 36 dB from 100 Hz: below the threshold
    CHECK(reduced({{"threshold", -30.f}, {"key_high_pass", 800.f}}) == Approx(0).margin(0.1));
    CHECK(reduced({{"threshold", -30.f}, {"release", slow}, {"key_low_pass", 2000.f}}) == Approx(18).margin(0.1));
}

TEST_CASE("compressor: blocks of any size give the same bits")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const bool programme = GENERATE(false, true);
    Sound in{sine(220, -3, rate, 0.1), sine(331, -9, rate, 0.1)};
    const auto in_blocks = [&](int block) {
        ProcessorRig rig(compressor, rate, 2,
                         {{"threshold", -30.f}, {"link", 60.f}, {"lookahead", 3.f}, {"hold", programme ? 3.f : 0.f}});
        return rig.run(in, block);
    };
    const auto reference = in_blocks(64);
    for (int block : {1, 17, 1024}) CHECK(in_blocks(block) == reference);
}
