// Pitch correction: tones land on their notes, what has no pitch stays as it is, and nothing but the pitch changes.
#include "dsp/processors/pitch_correct.h"
#include "tests/support/figures.h"
#include "tests/support/processor_rig.h"
#include "tests/support/sung.h"

using namespace fohd;
using namespace fohd::test;

namespace {
constexpr dsp::ProcessorType correct = dsp::type_of<dsp::PitchCorrect>();

double hz_of(double note) { return 440 * std::exp2((note - 69) / 12); }
std::size_t frames(double seconds, double rate) { return static_cast<std::size_t>(seconds * rate); }

std::vector<float> steady(double hz, double rate, double seconds, int harmonics = 20)
{
    return sung([hz](double) { return hz; }, rate, seconds, harmonics);
}

std::vector<float> any_noise(double rate, double seconds)
{
    std::vector<float> sound(frames(seconds, rate));
    std::mt19937 generator(3);
    std::uniform_real_distribution<float> any(-0.5f, 0.5f);
    for (float& x : sound) x = any(generator);
    return sound;
}

/// The pitch of a sine every 10 ms, in cents above `hz`.
std::vector<double> course(std::span<const float> sound, double hz, double rate)
{
    const std::size_t step = frames(0.01, rate), window = frames(0.02, rate);
    std::vector<double> pitches;
    for (std::size_t i = 0; i + window + step <= sound.size(); i += step) {
        const auto turned =
            hann_tone(sound.subspan(i + step, window), hz, rate) / hann_tone(sound.subspan(i, window), hz, rate);
        const double lag =
            std::remainder(std::arg(turned) / (2 * std::numbers::pi) - hz * static_cast<double>(step) / rate, 1.0);
        pitches.push_back(cents(hz + lag * rate / static_cast<double>(step), hz));
    }
    return pitches;
}

/// Energy that is at no harmonic of `hz` and not at 0 Hz, against all, dB.
double between_harmonics(std::span<const float> sound, double hz, double rate)
{
    double harmonic = std::norm(hann_tone(sound, 0, rate)) / 4;
    for (int n = 1; n * hz < 0.48 * rate; ++n) harmonic += std::norm(hann_tone(sound, n * hz, rate)) / 2;
    double all = 0;
    for (std::size_t i = 0; i < sound.size(); ++i) {
        const double turn = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(sound.size());
        all += (1 - std::cos(turn)) * static_cast<double>(sound[i]) * static_cast<double>(sound[i]);
    }
    all /= static_cast<double>(sound.size());
    return 10 * std::log10(std::max(1e-12, std::abs(all - harmonic) / all));
}
} // namespace

TEST_CASE("pitch_correct: a tone 30 to 49 cents off lands on its note", "[pitch_correct]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const float formants = GENERATE(0.f, 1.f), low = GENERATE(0.f, 1.f);
    for (const double note : {37.0, 45.0, 57.0, 64.0, 76.0, 83.0})
        for (const double off : {-49.0, -30.0, 40.0, 49.0}) {
            const double asked = hz_of(note);
            ProcessorRig rig(correct, rate, 1, {{"speed", 0.f}, {"formants", formants}, {"low_latency", low}});
            const auto in = steady(asked * std::exp2(off / 1200), rate, 0.5, note < 60 ? 20 : 6);
            const auto out = rig.run({in}, 64)[0];
            const auto heard = std::span(out).subspan(frames(0.2, rate));
            const double missed = std::abs(cents(frequency_near(heard, asked, rate), asked));
            const double louder = db(rms(heard) / rms(std::span(in).subspan(frames(0.2, rate))));
            INFO(note << " by " << off << " at " << rate << ", formants " << formants << ", low latency " << low);
            CHECK(missed < 3);
            CHECK(std::abs(louder) < 1);
            figure("pitch_correct", "tones of 69 Hz to 1 kHz, 30 to 49 cents off: distance to the note",
                   at_most(3, "cents"), missed);
            figure("pitch_correct", "the same tones: change of the level", at_most(1, "dB"), std::abs(louder));
        }
}

TEST_CASE("pitch_correct: latency is as declared, and what has no pitch is untouched", "[pitch_correct]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const float low = GENERATE(0.f, 1.f), formants = GENERATE(0.f, 1.f);
    const int late = dsp::PitchCorrector::latency(rate, low != 0);
    CHECK(1000 * late / rate <= (low != 0 ? 8 : 25));
    figure("pitch_correct", low != 0 ? "low latency" : "latency", at_most(low != 0 ? 8 : 25, "ms"), 1000 * late / rate);
    const auto in = any_noise(rate, 1);
    const auto out =
        ProcessorRig(correct, rate, 1, {{"shift", 5.f}, {"formants", formants}, {"low_latency", low}}).run({in}, 64)[0];
    int wrong = 0;
    for (std::size_t i = 0; i + static_cast<std::size_t>(late) < in.size(); ++i)
        wrong += out[i + static_cast<std::size_t>(late)] != in[i];
    CHECK(wrong == 0);
    figure("pitch_correct", "noise: samples that differ from the input", at_most(0, ""), wrong);

    const auto tone = steady(200, rate, 0.3);
    const auto kept = ProcessorRig(correct, rate, 1, {{"amount", 0.f}, {"low_latency", low}}).run({tone}, 64)[0];
    CHECK(std::equal(kept.begin() + late, kept.end(), tone.begin()));
}

TEST_CASE("pitch_correct: vibrato survives slow speed, and does not survive none", "[pitch_correct]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0), asked = hz_of(57), depth = 40;
    const auto in =
        sung([&](double t) { return asked * std::exp2((8 + depth * std::sin(2 * std::numbers::pi * 5.5 * t)) / 1200); },
             rate, 2.5, 1);
    const auto swing = [&](float speed) {
        const auto out = ProcessorRig(correct, rate, 1, {{"speed", speed}, {"formants", 0.f}}).run({in}, 64)[0];
        const auto pitches = course(std::span(out).subspan(frames(1.5, rate)), asked, rate);
        const auto [lowest, highest] = std::ranges::minmax(pitches);
        return std::pair{(highest - lowest) / 2, (highest + lowest) / 2};
    };
    const auto [slow, slow_middle] = swing(500);
    const auto [fast, fast_middle] = swing(0);
    INFO(rate << ": " << slow << " round " << slow_middle << ", " << fast << " round " << fast_middle);
    CHECK(slow > 0.85 * depth);
    CHECK(std::abs(slow_middle) < 8);
    CHECK(fast < 0.3 * depth);
    figure("pitch_correct", "vibrato of 40 cents, 5.5 Hz, at a speed of 500 ms: what stays", at_least(85, "%"),
           100 * slow / depth);
    figure("pitch_correct", "the same at a speed of 0: what stays", at_most(30, "%"), 100 * fast / depth);
}

TEST_CASE("pitch_correct: notes of a scale, from a key, by a reference", "[pitch_correct]")
{
    const double rate = 48000;
    const auto lands = [&](const ProcessorRig::Values& values, double note) {
        ProcessorRig::Values all{{"speed", 0.f}};
        all.insert(all.end(), values.begin(), values.end());
        const auto out = ProcessorRig(correct, rate, 1, all).run({steady(hz_of(note), rate, 0.5)}, 64)[0];
        const auto heard = std::span(out).subspan(frames(0.3, rate));
        double near = note, most = 0;
        for (double n = note - 2; n < note + 2; n += 0.1)
            if (const double amplitude = std::abs(hann_tone(heard, hz_of(n), rate)); amplitude > most)
                most = amplitude, near = n;
        return 69 + 12 * std::log2(frequency_near(heard, hz_of(near), rate) / 440);
    };
    const auto scale = [](dsp::Scale s) { return ProcessorRig::Value{"scale", static_cast<float>(s)}; };
    CHECK(lands({scale(dsp::Scale::major)}, 61.3) == Approx(62).margin(0.03));                          // c major: d
    CHECK(lands({scale(dsp::Scale::major), {"key", 1.f}}, 61.3) == Approx(61).margin(0.03));            // c sharp major
    CHECK(lands({scale(dsp::Scale::minor_pentatonic), {"key", 9.f}}, 59.4) == Approx(60).margin(0.03)); // a: c, not b
    CHECK(lands({{"reference", 432.f}}, 56.9) == Approx(57 + 12 * std::log2(432 / 440.0)).margin(0.03));
    ProcessorRig::Values none{scale(dsp::Scale::custom)};
    for (std::string_view note : dsp::note_names) none.push_back({note, 0.f});
    CHECK(lands(none, 57.4) == Approx(57.4).margin(0.01));
    none[10] = {"a", 1.f};
    CHECK(lands(none, 57.4) == Approx(57).margin(0.03));
}

TEST_CASE("pitch_correct: shifts by semitones, as loud and as clean", "[pitch_correct]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const float shift = GENERATE(-12.f, -5.f, 3.f, 12.f), formants = GENERATE(0.f, 1.f);
    const double asked = 220 * std::exp2(static_cast<double>(shift) / 12);
    const auto in = steady(220, rate, 0.8);
    const auto out = ProcessorRig(correct, rate, 1, {{"shift", shift}, {"formants", formants}}).run({in}, 64)[0];
    const auto heard = std::span(out).subspan(frames(0.3, rate));
    const double found = frequency_near(heard, asked, rate), missed = std::abs(cents(found, asked));
    const double exact = frequency_near(heard, 5 * found, rate) / 5; // for high harmonics it matters
    const double rest = between_harmonics(heard, exact, rate), louder = db(rms(heard) / rms(in));
    INFO("by " << shift << ", formants " << formants << " at " << rate << ": " << rest << " dB, louder by " << louder);
    CHECK(missed < 3);
    CHECK(rest < -35);
    CHECK(std::abs(louder) < 1);
    figure("pitch_correct", "220 Hz by -12 to 12 semitones: distance to the pitch", at_most(3, "cents"), missed);
    figure("pitch_correct", "the same: what lies between the harmonics", at_most(-35, "dB"), rest);
    figure("pitch_correct", "the same: change of the level", at_most(1, "dB"), std::abs(louder));
}

// What overlap-add can do is what a window of two periods leaves of the resonances: 2 to 3 dB between those of a voice.
TEST_CASE("pitch_correct: an octave up or down, vowels keep their formants and their level", "[pitch_correct]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0), hz = 130;
    const auto [first, second] = GENERATE(table<double, double>({{700, 1150}, {300, 2250}})); // a, i
    const Formants tract{{first, 80}, {second, 100}, {2900, 150}};
    const auto in = spoken(hz, tract, rate, 0.45);
    for (const float shift : {-12.f, -7.f, -2.f, 2.f, 7.f, 12.f}) {
        const auto out = ProcessorRig(correct, rate, 1, {{"shift", shift}, {"amount", 0.f}}).run({in}, 64)[0];
        const auto heard = std::span(out).subspan(frames(0.25, rate)),
                   before = std::span(in).subspan(frames(0.25, rate));
        const double asked = hz * std::exp2(static_cast<double>(shift) / 12),
                     pitch = frequency_near(heard, asked, rate);

        // Each harmonic against the tract there, the louder ones counting more, whatever the level.
        double sum = 0, square = 0, weights = 0;
        for (int n = 1; n * pitch < 4000; ++n) {
            const double of_tract = std::abs(tract_at(tract, n * pitch, rate)) / (n * pitch);
            const double off = db(std::abs(hann_tone(heard, n * pitch, rate)) / of_tract), weight = std::sqrt(of_tract);
            sum += weight * off, square += weight * off * off, weights += weight;
        }
        const double error = std::sqrt(square / weights - sum * sum / weights / weights);
        const double louder = db(rms(heard) / rms(before));
        INFO("by " << shift << " at " << rate << ", formant at " << first << ": " << error << " dB off, louder by "
                   << louder);
        CHECK(error < 4.5);
        CHECK(std::abs(louder) < 1);
        figure("pitch_correct", "vowels by -12 to 12 semitones: harmonics against their formants", at_most(4.5, "dB"),
               error);
        figure("pitch_correct", "the same vowels: change of the level", at_most(1, "dB"), std::abs(louder));
    }
}

TEST_CASE("pitch_correct: its readings are the pitch that is heard, and what it is moved by", "[pitch_correct]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const double hz = 440 * std::exp2(30.0 / 1200);
    ProcessorRig rig(correct, rate, 1, {{"speed", 0.f}, {"amount", 50.f}, {"shift", 3.f}});
    rig.run({steady(hz, rate, 0.3)}, 64);
    CHECK(std::abs(cents(static_cast<double>(rig.told(0)), hz)) < 1);
    CHECK(rig.told(1) == Approx(-15).margin(1));
    rig.run({any_noise(rate, 0.1)}, 64);
    CHECK(rig.told(0) == 0);
    CHECK(rig.told(1) == 0);
}

TEST_CASE("pitch_correct: a voice is corrected that is inverted on one side", "[pitch_correct]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0), asked = hz_of(57);
    const float formants = GENERATE(0.f, 1.f);
    Sound in(2, steady(asked * std::exp2(40.0 / 1200), rate, 0.4));
    for (float& x : in[1]) x = -x;
    const auto out = ProcessorRig(correct, rate, 2, {{"speed", 0.f}, {"formants", formants}}).run(in, 64);
    for (const auto& side : out)
        CHECK(std::abs(cents(frequency_near(std::span(side).subspan(frames(0.15, rate)), asked, rate), asked)) < 3);
}

TEST_CASE("pitch_correct: blocks of any size give the same bits, and the image stays", "[pitch_correct]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const float formants = GENERATE(0.f, 1.f);
    const auto left = sung([](double t) { return 150 + 100 * t; }, rate, 0.4, 12, 0.02);
    Sound in{left, left};
    for (float& x : in[1]) x *= 0.5f;
    const auto in_blocks = [&](int block) {
        return ProcessorRig(correct, rate, 2, {{"shift", 2.f}, {"formants", formants}}).run(in, block);
    };
    const auto reference = in_blocks(64);
    for (int block : {1, 17, 1024}) CHECK(in_blocks(block) == reference);
    bool same = true;
    for (std::size_t i = 0; i < left.size(); ++i) same &= reference[1][i] == 0.5f * reference[0][i];
    CHECK(same);
}

// A harmonic tone's own steepest step, and that of two of its periods in a fade, are not passed.
TEST_CASE("pitch_correct: a voice begins, slides and ends without a click", "[pitch_correct]")
{
    const double rate = GENERATE(44100.0, 48000.0, 96000.0);
    const float formants = GENERATE(0.f, 1.f), low = GENERATE(0.f, 1.f);
    auto in = sung([](double t) { return 140 * std::exp2(0.7 * t); }, rate, 0.8, 8);
    for (std::size_t i = 0; i < in.size(); ++i)
        in[i] *= static_cast<float>(
            std::clamp(std::min(static_cast<double>(i), static_cast<double>(in.size() - i)) / (0.02 * rate), 0.0, 1.0));
    in.resize(frames(1, rate));
    const auto out =
        ProcessorRig(correct, rate, 1, {{"speed", 0.f}, {"formants", formants}, {"low_latency", low}}).run({in}, 64)[0];
    const auto steepest = [](const std::vector<float>& sound) {
        float most = 0;
        for (std::size_t i = 1; i < sound.size(); ++i) most = std::max(most, std::abs(sound[i] - sound[i - 1]));
        return most;
    };
    CHECK(steepest(out) < 1.25f * steepest(in));
    CHECK(std::all_of(out.end() - static_cast<std::ptrdiff_t>(frames(0.1, rate)), out.end(),
                      [](float x) { return x == 0; }));
}
