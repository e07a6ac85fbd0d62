// What follows the tempo: delays and sweeps by note values.
#include "dsp/processors/note_value.h"
#include "tests/support/clicks.h"
#include "tests/support/figures.h"
#include "tests/support/lone_processor.h"
#include <map>

using namespace fohd;
using namespace fohd::test;

namespace {

const dsp::ProcessorType& type_named(std::string_view id) { return *dsp::find_processor_type(id); }

/// One processor "p" on a stereo input "a", with values by their ids, choices by their names.
dsp::Description following(std::string_view id, float tempo, std::string_view note,
                           const std::map<std::string_view, float>& values = {})
{
    dsp::Description d = lone(type_named(id), 2);
    d.tempo = tempo;
    dsp::ProcessorNode& node = d.strips[0].chain[0];
    for (std::size_t n = 0; n < node.values.size(); ++n) {
        const dsp::ParamSpec& spec = node.type->params[n];
        if (const auto set = values.find(spec.id); set != values.end()) node.values[n] = set->second;
        if (spec.id == "sync")
            node.values[n] = static_cast<float>(std::ranges::find(spec.choices, note) - spec.choices.begin());
    }
    return d;
}

Sound pair(const std::vector<float>& sound) { return {sound, sound}; }

/// Beats by arithmetic of whole numbers.
struct Note {
    std::string_view name;
    double numerator, denominator;
};
constexpr Note notes[] = {{"1/1", 4, 1},          {"1/2", 2, 1},         {"1/2_dotted", 3, 1},  {"1/2_triplet", 4, 3},
                          {"1/4", 1, 1},          {"1/4_dotted", 3, 2},  {"1/4_triplet", 2, 3}, {"1/8", 1, 2},
                          {"1/8_dotted", 3, 4},   {"1/8_triplet", 1, 3}, {"1/16", 1, 4},        {"1/16_dotted", 3, 8},
                          {"1/16_triplet", 1, 6}, {"1/32", 1, 8}};

/// Highest level above 3 kHz in dB, from `from` on.
double click(const std::vector<float>& sound, double rate, std::size_t from)
{
    const auto high = above_3k(sound, rate);
    return 20 * std::log10(static_cast<double>(peak(std::span(high).subspan(from))) + 1e-9);
}
} // namespace

TEST_CASE("tempo: a synced delay is as late as its note value, to the sample", "[tempo]")
{
    REQUIRE(std::size(notes) == dsp::delay_notes.size() - 1);
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const float tempo = GENERATE(60.0f, 97.3f, 120.0f, 300.0f);
    int wrong = 0;
    for (const Note& note : notes) {
        const double seconds = std::min(note.numerator * 60 / (note.denominator * static_cast<double>(tempo)), 5.0);
        const auto late = static_cast<std::size_t>(std::lround(seconds * rate));
        const int block = note.name == "1/32" ? 1 : note.name == "1/16" ? 17 : note.name == "1/8" ? 1024 : 64;
        GraphRig rig(following("delay", tempo, note.name), rate);
        std::vector<float> sound(late + 100);
        sound[0] = 1;
        const Sound heard = rig.run(pair(sound), block);
        for (const auto& channel : heard)
            for (std::size_t i = 0; i < channel.size(); ++i) wrong += channel[i] != (i == late ? 1.0f : 0.0f);
        INFO(note.name << " at " << tempo);
        CHECK(wrong == 0);
    }
    figure("delay", "synced to the tempo: samples that are not the impulse at its note", at_most(0, ""), wrong);
}

TEST_CASE("tempo: the longest note at the slowest tempo is the longest delay", "[tempo]")
{
    GraphRig rig(following("delay", 20, "1/1"), 48000);
    std::vector<float> sound(240010);
    sound[0] = 1;
    const Sound heard = rig.run(pair(sound), 64);
    CHECK(heard[0][240000] == 1);
}

TEST_CASE("tempo: a synced sweep lasts its note value", "[tempo]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const auto id = GENERATE("chorus", "flanger", "phaser");
    // A tone whose period fits into the sweep comes again exactly a sweep later, and not a little sooner or later.
    const auto differ = [](const std::vector<float>& sound, std::size_t from, std::size_t later) {
        double most = 0;
        for (std::size_t i = from; i + later < sound.size(); ++i)
            most = std::max(most, static_cast<double>(std::abs(sound[i] - sound[i + later])));
        return most;
    };
    const auto sweep = static_cast<std::size_t>(rate / 4); // 1/8 at 120
    GraphRig rig(following(id, 120, "1/8", {{"voices", 0}}), rate);
    const auto tone = sine(5 * sweep, 800, 0.5, rate);
    const Sound before = rig.run(pair(tone), 64);
    INFO(id);
    const double repeats = differ(before[0], sweep, sweep);
    CHECK(repeats < 2e-4); // phases of 2^-32 turns, tones computed as floats
    CHECK(differ(before[0], sweep, sweep * 97 / 100) > 0.02);
    figure(id, "synced to the tempo: difference of one sweep from the next", at_most(2e-4, ""), repeats);

    rig.set("/tempo", 150); // 1/8: 0.2 s
    const auto shorter = static_cast<std::size_t>(rate / 5);
    const Sound after = rig.run(pair(sine(4 * shorter, 800, 0.5, rate)), 64);
    CHECK(differ(after[0], shorter, shorter) < 2e-4);
    CHECK(differ(after[0], shorter, sweep) > 0.02);
}

TEST_CASE("tempo: synced and set by hand to the same, all sounds the same to the bit", "[tempo]")
{
    const int block = GENERATE(1, 17, 64, 1024);
    const Sound in = noises(2, 9600, 0.5f);
    const auto [id, note, hand, value] =
        GENERATE(table<const char*, const char*, const char*, float>({{"delay", "1/32", "time", 62.5f},
                                                                      {"chorus", "1/2", "rate", 1},
                                                                      {"flanger", "4/1", "rate", 0.125f},
                                                                      {"phaser", "1/16", "rate", 8}}));
    INFO(id);
    GraphRig synced(following(id, 120, note), 48000), by_hand(following(id, 300, "off", {{hand, value}}), 48000);
    CHECK(synced.run(in, block) == by_hand.run(in, block));
}

TEST_CASE("tempo: only what is synced hears of another tempo", "[tempo]")
{
    const auto id = GENERATE("delay", "chorus", "flanger", "phaser");
    INFO(id);
    const Sound in = noises(2, 9600, 0.5f);
    GraphRig deaf(following(id, 120, "off"), 48000), still(following(id, 120, "off"), 48000);
    CHECK(deaf.run(in, 64) == still.run(in, 64));
    deaf.set("/tempo", 60);
    CHECK(deaf.run(in, 64) == still.run(in, 64));
}

TEST_CASE("tempo: another tempo in mid-sound makes no click", "[tempo]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const int block = GENERATE(17, 64, 1024);
    const auto [id, values] = GENERATE(table<const char*, std::map<std::string_view, float>>(
        {{"delay", {{"feedback", 70}, {"mix", 50}}},
         {"delay", {{"feedback", 70}, {"mix", 50}, {"ping_pong", 1}, {"low_cut", 100}, {"high_cut", 5000}}},
         {"chorus", {{"mix", 50}}},
         {"flanger", {{"feedback", 70}, {"depth", 2}}},
         {"phaser", {{"feedback", 50}, {"stages", 5}}}}));
    // 200 Hz has nothing above 3 kHz, and what a fade of 20 ms makes of it neither. The begin of the tone is a click of its own.
    const auto tone = [&](double seconds) {
        return pair(sine(static_cast<std::size_t>(seconds * rate), 200, 0.5, rate));
    };
    GraphRig rig(following(id, 120, "1/8", values), rate);
    Sound fade_in = tone(2);
    for (auto& channel : fade_in)
        for (std::size_t i = 0; i < static_cast<std::size_t>(rate / 10); ++i)
            channel[i] *= static_cast<float>(static_cast<double>(i) / (rate / 10));
    rig.run(fade_in, block);
    Sound heard(2);
    const auto listen = [&](double seconds) {
        const Sound more = rig.run(tone(seconds), block);
        for (std::size_t c = 0; c < 2; ++c) heard[c].insert(heard[c].end(), more[c].begin(), more[c].end());
    };
    listen(0.1);
    // Taps, the end of the range, and a fade whose steps come faster than delays fade.
    for (const float tempo : {97.3f, 121.0f, 300.0f, 20.0f, 100.0f}) {
        rig.set("/tempo", tempo);
        listen(0.05);
    }
    for (int step = 0; step < 20; ++step) {
        rig.set("/tempo", 100 + static_cast<float>(step));
        listen(0.01);
    }
    listen(0.25);
    const auto settled = static_cast<std::size_t>(rate / 50); // of the filter that listens
    const double loudest = std::max(click(heard[0], rate, settled), click(heard[1], rate, settled));
    INFO(id << " at " << rate << " in blocks of " << block);
    CHECK(loudest < -75); // a jump of 1 % is one of -46
    figure(id, "another tempo: level above 3 kHz beside 200 Hz at -6 dBFS", at_most(-75, "dBFS"), loudest);
}

TEST_CASE("tempo: notes that are none last no beat", "[tempo]")
{
    CHECK(dsp::beats_of("off") == 0);
    CHECK(dsp::beats_of("4/1") == 16);
    for (const auto name : dsp::sweep_notes) { // whatever the tempo, the sweep could be set by hand
        if (name == "off") continue;
        CHECK(20 / 60.0 / dsp::beats_of(name) >= 0.01);
        CHECK(300 / 60.0 / dsp::beats_of(name) <= 20);
    }
}
