#pragma once
#include "tests/bench/speech.h"
#include <algorithm>
#include <array>
#include <random>
#include <string_view>
#include <utility>

// Music that never repeats: every piece is made from its seed, so ten minutes of it are ten minutes.

namespace fohd::test {

/// What plays. Much of it is the hard case for whoever looks for single tones: held, still, in tune, nearly without harmonics.
enum class Piece { speech, singer, strummed, piano, drums, organ, pad, flute, whistle, sax, bells, band, count };
constexpr std::array<std::string_view, static_cast<std::size_t>(Piece::count)> piece_names{
    "speech", "singer", "strummed", "piano", "drums", "organ", "pad", "flute", "whistle", "saxophone", "bells", "band"};

/// Plays notes into a sound of its own.
class Player {
public:
    Player(double rate, double seconds, unsigned seed)
        : rate_(rate), sound_(static_cast<std::size_t>(seconds * rate)), generator_(seed)
    {}

    double any(double from, double to) { return std::uniform_real_distribution<double>(from, to)(generator_); }
    int choose(int count) { return static_cast<int>(generator_() % static_cast<unsigned>(count)); }
    /// A degree of a pentatonic scale above a keynote, any octave.
    double pitch(double keynote, int degree) const
    {
        constexpr int scale[] = {0, 2, 4, 7, 9};
        const int octave = degree >= 0 ? degree / 5 : (degree - 4) / 5;
        return keynote * std::exp2(octave + scale[degree - 5 * octave] / 12.0);
    }

    /// How a blown, bowed or sung note goes: harmonics by their amplitudes, seconds, vibrato as a share of the frequency.
    struct Tone {
        double hz = 0, start = 0, length = 0, level = 1;
        std::vector<double> harmonics{};
        double attack = 0.03, release = 0.05, vibrato = 0, vibrato_hz = 5.5, swell_db = 0, from_hz = 0, breath = 0;
    };
    void hold(const Tone& tone)
    {
        double turns = 0, breath = 0;
        const std::size_t first = at(tone.start), end = std::min(sound_.size(), at(tone.start + tone.length));
        for (std::size_t i = first; i < end; ++i) {
            const double t = static_cast<double>(i - first) / rate_, left = tone.length - t;
            const double slid = tone.from_hz > 0 ? std::pow(tone.from_hz / tone.hz, std::exp(-t / 0.04)) : 1;
            const double wobble = std::min(1.0, t / 0.6) * std::sin(2 * std::numbers::pi * tone.vibrato_hz * t);
            turns = std::fmod(turns + tone.hz * slid * (1 + tone.vibrato * wobble) / rate_, 1.0);
            const double envelope =
                std::min({1.0, t / tone.attack, left / tone.release}) *
                std::pow(10, tone.swell_db / 20 * std::min(1.0, t / tone.length) - tone.swell_db / 20);
            // sin of all multiples of one angle
            const double turn = 2 * std::numbers::pi * turns, twice = 2 * std::cos(turn);
            double sum = 0, now = std::sin(turn), before = 0;
            for (const double weight : tone.harmonics) {
                sum += weight * now;
                before = std::exchange(now, twice * now - before);
            }
            breath += 0.2 * (any(-1, 1) - breath);
            sound_[i] += static_cast<float>(tone.level * envelope * (sum + tone.breath * breath));
        }
    }

    /// One that is struck or plucked: partials of any frequency that ring out, each in its time to -60 dB.
    struct Partial {
        double ratio, level, t60;
    };
    void strike(double hz, double start, double level, const std::vector<Partial>& partials, double damped = 1e9)
    {
        for (const Partial& p : partials) {
            if (p.ratio * hz > 0.45 * rate_) continue;
            const double turn = 2 * std::numbers::pi * p.ratio * hz / rate_, fall = std::exp(-6.91 / (p.t60 * rate_));
            const double c = 2 * fall * std::cos(turn), d = fall * fall;
            double now = level * p.level * std::sin(turn), before = 0;
            const std::size_t first = at(start), end = std::min({sound_.size(), at(start + p.t60), at(start + damped)});
            for (std::size_t i = first; i < end; ++i) {
                sound_[i] += static_cast<float>(now);
                before = std::exchange(now, c * now - d * before);
            }
        }
    }
    /// A burst of noise, low-passed by its smoothing 0 .. 1, or what that takes away.
    void hit(double start, double level, double t60, double smooth, bool high)
    {
        double low = 0;
        const std::size_t first = at(start), end = std::min(sound_.size(), at(start + t60));
        for (std::size_t i = first; i < end; ++i) {
            const double t = static_cast<double>(i - first) / rate_, noise = any(-1, 1);
            low += smooth * (noise - low);
            sound_[i] += static_cast<float>(level * std::exp(-6.91 * t / t60) * (high ? noise - low : low));
        }
    }

    std::vector<float>& sound() { return sound_; }
    double seconds() const { return static_cast<double>(sound_.size()) / rate_; }

private:
    std::size_t at(double seconds) const { return static_cast<std::size_t>(std::min(seconds, 1e5) * rate_); }
    double rate_;
    std::vector<float> sound_;
    std::mt19937 generator_;
};

/// Amplitudes 1 / n^tilt, under formants where there are any.
inline std::vector<double> harmonics(double hz, int count, double tilt,
                                     std::initializer_list<std::array<double, 3>> formants = {})
{
    std::vector<double> all;
    for (int n = 1; n <= count && n * hz < 16000; ++n) {
        double weight = formants.size() ? 0 : 1;
        for (const auto& [at, wide, level] : formants) weight += level / (1 + std::pow((n * hz - at) / wide, 2));
        all.push_back(weight / std::pow(n, tilt));
    }
    return all;
}

inline void play_drums(Player& p, double beat)
{
    for (double t = 0; t < p.seconds(); t += beat / 2) {
        const int step = static_cast<int>(t / beat * 2 + 0.5) % 8;
        const double late = p.any(0, 0.008);
        if (step % 4 == 0 || p.choose(6) == 0)
            p.strike(52, t + late, 1.0, {{1, 1, 0.5}, {1.6, 0.4, 0.2}, {2.4, 0.2, 0.1}});
        if (step % 4 == 2) {
            p.strike(185, t + late, 0.3, {{1, 1, 0.2}, {1.59, 0.6, 0.15}});
            p.hit(t + late, 0.5, 0.25, 0.3, true);
        }
        if (p.choose(8) == 0) // a tom, which rings like a tone
            p.strike(p.any(80, 240), t + late, 0.7, {{1, 1, 0.9}, {1.59, 0.4, 0.4}, {2.14, 0.2, 0.3}});
        p.hit(t + late, p.any(0.05, 0.15), step == 6 ? 0.4 : 0.06, 0.5, true);
    }
}

inline void play_chords(Player& p, Piece what, double keynote, double beat)
{
    const bool held = what == Piece::organ || what == Piece::pad;
    const double length = held ? beat * (2 << p.choose(3)) : beat * 2;
    const int stops = p.choose(3); // an organ's: a flute alone, which is nearly a sine, principals, all
    for (double t = 0; t < p.seconds(); t += held ? length : beat) {
        const int root = p.choose(5), notes = held ? 1 + p.choose(4) : 4;
        for (int n = 0; n < notes; ++n) {
            const double hz = p.pitch(keynote * (held ? 2 : 1), root + 2 * n), level = 0.2 * p.any(0.7, 1.1);
            std::vector<Player::Partial> rings;
            for (int k = 1; k <= 14; ++k)
                rings.push_back(
                    {k * std::sqrt(1 + (what == Piece::piano ? 4e-4 : 2e-5) * k * k), 1 / std::pow(k, 1.2), 5.0 / k});
            if (what == Piece::organ)
                p.hold({.hz = hz,
                        .start = t,
                        .length = length,
                        .level = level,
                        .harmonics = stops == 0   ? std::vector<double>{1, 0.06, 0.1, 0.02, 0.02}
                                     : stops == 1 ? harmonics(hz, 10, 1.2)
                                                  : harmonics(hz, 20, 0.7)});
            else if (what == Piece::pad)
                for (const double detuned : {0.997, 1.003})
                    p.hold({.hz = hz * detuned,
                            .start = t,
                            .length = length,
                            .level = level / 2,
                            .harmonics = harmonics(hz, 12, 1.6),
                            .attack = p.any(0.3, 1),
                            .release = 0.4,
                            .swell_db = p.any(0, 12)});
            else
                p.strike(hz, t + 0.012 * n, level * p.any(0.5, 1), rings, what == Piece::piano ? length : 1e9);
        }
    }
}

inline void play_melody(Player& p, Piece what, double keynote, double beat)
{
    double before = 0;
    for (double t = 0; t < p.seconds();) {
        const double length = beat * (1 << p.choose(3)) * 0.98; // up to a long note
        const double hz = p.pitch(keynote * (what == Piece::whistle ? 6 : what == Piece::flute ? 3 : 1.5), p.choose(8));
        const bool plain = p.choose(3) == 0; // without vibrato
        Player::Tone tone{.hz = hz, .start = t, .length = length, .level = 0.5};
        if (what == Piece::singer) {
            const int vowel = p.choose(3);
            tone.harmonics = vowel == 0   ? harmonics(hz, 30, 0.3, {{730, 90, 1}, {1090, 100, 0.6}, {2440, 150, 0.2}})
                             : vowel == 1 ? harmonics(hz, 30, 0.3, {{300, 80, 1}, {2290, 120, 0.3}, {3010, 150, 0.2}})
                                          : harmonics(hz, 30, 0.3, {{450, 80, 1}, {800, 90, 0.5}, {2830, 150, 0.1}});
            tone.vibrato = plain ? 0.002 : p.any(0.008, 0.03), tone.breath = 0.03,
            tone.from_hz = p.choose(2) ? before : 0;
        } else if (what == Piece::flute) {
            tone.harmonics = {1, p.any(0.1, 0.5), p.any(0.05, 0.2), 0.05, 0.02};
            tone.vibrato = plain ? 0.0005 : p.any(0.002, 0.006), tone.breath = 0.1, tone.attack = 0.06;
        } else if (what == Piece::whistle) {
            tone.harmonics = {1, 0.02, 0.005};
            tone.vibrato = p.any(0.006, 0.02), tone.from_hz = before, tone.breath = 0.04;
        } else {
            tone.harmonics = harmonics(hz, 24, 0.1, {{500, 500, 0.5}, {1500, 700, 0.3}});
            tone.vibrato = plain ? 0 : 0.006, tone.swell_db = p.any(-6, 12), tone.breath = 0.05;
        }
        p.hold(tone);
        before = hz;
        t += length / 0.98 + (p.choose(4) == 0 ? beat : 0);
    }
}

/// Mono, peaks at 0.25, that is -12 dBFS.
inline std::vector<float> piece(Piece what, double rate, double seconds, unsigned seed)
{
    if (what == Piece::speech) return bench::speech(static_cast<std::size_t>(seconds * rate), rate, seed, 0.3);
    Player p(rate, seconds, seed);
    const double keynote = 110 * std::exp2(p.choose(12) / 12.0), beat = 60 / p.any(60, 150);
    if (what == Piece::drums || what == Piece::band || what == Piece::sax) play_drums(p, beat);
    if (what == Piece::bells)
        for (double t = 0; t < p.seconds(); t += beat / (1 + p.choose(2))) // a glockenspiel's bars, or a vibraphone's
            p.strike(p.pitch(keynote * (seed % 2 ? 8 : 3), p.choose(10)), t, 0.3,
                     {{1, 1, seed % 2 ? 1.5 : 5}, {seed % 2 ? 2.76 : 4, 0.3, 0.6}, {seed % 2 ? 5.4 : 10, 0.15, 0.3}});
    else if (what == Piece::singer)
        play_chords(p, Piece::piano, keynote, beat), play_melody(p, what, keynote, beat);
    else if (what == Piece::band) {
        play_chords(p, Piece::strummed, keynote, beat),
            play_melody(p, p.choose(2) ? Piece::singer : Piece::sax, keynote, beat);
        for (double t = 0; t < p.seconds(); t += beat)
            p.hold({.hz = p.pitch(keynote / 2, p.choose(3)),
                    .start = t,
                    .length = beat * 0.9,
                    .level = 0.4,
                    .harmonics = {1, 0.5, 0.3, 0.15, 0.1}});
    } else if (what == Piece::strummed || what == Piece::piano || what == Piece::organ || what == Piece::pad)
        play_chords(p, what, keynote, beat);
    else if (what != Piece::drums)
        play_melody(p, what, keynote, beat);
    float peak = 1e-9f;
    for (const float s : p.sound()) peak = std::max(peak, std::abs(s));
    for (float& s : p.sound()) s *= 0.25f / peak;
    return std::move(p.sound());
}
} // namespace fohd::test
