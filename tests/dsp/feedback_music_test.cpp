// Feedback suppressor: music and speech that come from no loop, or from one that does not howl, are left alone.
#include "tests/support/feedback_loop.h"
#include "tests/support/figures.h"
#include "tests/support/flushed_denormals.h"
#include "tests/support/levels.h"
#include "tests/support/pieces.h"
#include "tests/support/suppressor_rig.h"
#include <map>
#include <sstream>

using namespace fohd;
using Rig = test::SuppressorRig;

namespace {

constexpr int kinds = static_cast<int>(test::Piece::count);

/// How many filters each kind of music had, trials among them.
using Placed = std::map<std::string_view, int>;

int sum(const Placed& placed)
{
    int all = 0;
    for (const auto& [name, count] : placed) all += count;
    return all;
}

std::vector<std::vector<float>> pieces(int count, double seconds, double rate, unsigned seed)
{
    std::vector<std::vector<float>> all;
    for (int i = 0; i < count; ++i)
        all.push_back(test::piece(static_cast<test::Piece>(i % kinds), rate, seconds, seed + static_cast<unsigned>(i)));
    return all;
}

/// Plays them one after the other, where there is a `margin_db` in rooms that are so far from howling, another one every six.
Placed placed(Rig& rig, const std::vector<std::vector<float>>& music, double margin_db = 0)
{
    const test::FlushedDenormals flushed;
    Placed placed;
    std::array<bool, dsp::FeedbackSuppressor::most> was{};
    for (std::size_t i = 0; i < music.size(); ++i) {
        test::FeedbackLoop loop(rig.rate, 1000 + static_cast<unsigned>(i / 6), margin_db);
        alignas(64) float sound[64];
        float* const rows[] = {sound};
        for (std::size_t at = 0; at + 64 <= music[i].size(); at += 64) {
            std::copy_n(music[i].data() + at, 64, sound);
            if (margin_db < 0) loop.microphone(sound, 64);
            rig.processor.run(rows, 64);
            if (margin_db < 0) loop.sent(sound, 64);
            for (std::size_t f = 0; f < was.size(); ++f) {
                const bool is = rig.hz(static_cast<int>(f)) > 0;
                if (is && !was[f]) ++placed[test::piece_names[i % kinds]];
                was[f] = is;
            }
        }
    }
    return placed;
}
} // namespace

TEST_CASE("feedback suppressor: a minute of music of twelve kinds places at most one filter", "[feedback_suppressor]")
{
    Rig rig(48000);
    const int filters = sum(placed(rig, pieces(kinds, 5, 48000, 7)));
    CHECK(filters <= 1);
    test::figure("feedback_suppressor", "a minute of music of twelve kinds: filters placed, trials too",
                 test::at_most(1, ""), filters);
}

// Minutes, and tables for the reader: what a change of the rules costs and brings.
// Each partial of two saws 5 cents apart falls and rises once in a second or two, which looks like the answer to a notch.
TEST_CASE("feedback suppressor: a chord that swells and beats is tried, and given back when it has risen again",
          "[feedback_suppressor]")
{
    constexpr int rate = 48000, seconds = 10;
    constexpr double apart = 1.003, cut = 2500;
    const std::vector<double> chord =
        GENERATE(std::vector<double>{196, 246.94, 293.66, 392}, std::vector<double>{174.6, 220, 261.6, 349.2});
    std::vector<float> sound(static_cast<std::size_t>(rate * seconds));
    const double share = 1 - std::exp(-2 * 3.14159265358979 * cut / rate);
    double once = 0, twice = 0;
    for (std::size_t i = 0; i < sound.size(); ++i) {
        const double t = static_cast<double>(i) / rate;
        double sum = 0;
        for (const double note : chord)
            for (const double hz : {note, note * apart}) sum += 2 * (hz * t - std::floor(hz * t)) - 1;
        once += share * (sum / 8 - once);
        twice += share * (once - twice);
        sound[i] =
            static_cast<float>(std::pow(0.1, 5 * std::max(1 - t / 1.5, 0.0)) * twice); // it swells, as a loop does
    }
    float peak = 0;
    for (const float sample : sound) peak = std::max(peak, std::abs(sample));
    for (float& sample : sound) sample *= 0.63f / peak;
    Rig rig(rate);
    const test::FlushedDenormals flushed;
    int held = 0;
    for (std::size_t at = 0; at + 480 <= sound.size(); at += 480) {
        std::vector<std::vector<float>> part{
            {sound.begin() + static_cast<std::ptrdiff_t>(at), sound.begin() + static_cast<std::ptrdiff_t>(at) + 480}};
        rig.run(part, 64);
        held += rig.used() > 0;
    }
    INFO("chord on " << chord[0] << " Hz: with a filter for " << held / 100.0 << " s");
    CHECK(held <= 300);
    CHECK(rig.used() == 0);
    test::figure("feedback_suppressor", "10 s of a chord of saws 5 cents apart: time with a filter",
                 test::at_most(3, "s"), held / 100.0);
}

TEST_CASE("feedback suppressor: filters placed in ten minutes of music, by type and sensitivity", "[.survey]")
{
    const double margin_db = GENERATE(0.0, -3.0);
    const auto music = pieces(60, 10, 48000, 1);
    for (const auto type : {dsp::FeedbackSuppressor::Sound::speech, dsp::FeedbackSuppressor::Sound::music})
        for (const float sensitivity : {0.0f, 25.0f, 50.0f, 75.0f, 100.0f}) {
            auto params = dsp::FeedbackSuppressor::params.initial();
            params.type = {{static_cast<float>(type)}};
            params.sensitivity.value = sensitivity;
            Rig rig(48000, 1, params);
            const Placed all = placed(rig, music, margin_db);
            std::ostringstream text;
            for (const auto& [name, count] : all) text << ' ' << name << ' ' << count;
            WARN((margin_db < 0 ? "in rooms, 3 dB below howling, " : "from no loop, ")
                 << dsp::FeedbackSuppressor::sounds[static_cast<std::size_t>(type)] << ", sensitivity " << sensitivity
                 << ": " << sum(all) << " placed, " << rig.used() << " left:" << text.str());
        }
}

TEST_CASE("feedback suppressor: ten minutes of music that never repeats place at most one filter", "[.long]")
{
    const unsigned seed = GENERATE(1u, 1001u, 2001u, 3001u);
    Rig rig(48000);
    const Placed all = placed(rig, pieces(60, 10, 48000, seed));
    std::ostringstream text;
    for (const auto& [name, count] : all) text << ' ' << name << ' ' << count;
    INFO(seed << ':' << text.str());
    CHECK(sum(all) <= 1);
}
