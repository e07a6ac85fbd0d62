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
