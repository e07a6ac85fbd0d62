#include "daemon/sources/programme.h"

#include <cmath>
#include <numbers>

namespace fohd::daemon {

namespace {

constexpr int steps_a_bar = 16;

double hertz(int midi_note) { return 440.0 * std::exp2((midi_note - 69) / 12.0); }

/// The factor a sample by which a level falls by 60 dB in `seconds`.
double decay(double seconds, double rate) { return std::pow(10.0, -3.0 / (seconds * rate)); }

// A minor, F, C, G: three voices each, and the bass.
constexpr int chords[4][3] = {{57, 60, 64}, {57, 60, 65}, {55, 60, 64}, {55, 59, 62}};
constexpr int roots[4] = {33, 29, 36, 31};
constexpr int arpeggio[8] = {0, 1, 2, 1, 2, 0, 1, 2};

} // namespace

void Programme::Tone::strike(double new_hertz, double rate, double new_level, double decay_seconds)
{
    const double angle = 2 * std::numbers::pi * new_hertz / rate;
    turn_cosine = std::cos(angle);
    turn_sine = std::sin(angle);
    const double size = std::hypot(cosine, sine); // Rounding makes the vector's length wander; the phase goes on.
    cosine /= size;
    sine /= size;
    level = new_level;
    decay = daemon::decay(decay_seconds, rate);
}

double Programme::Tone::next(double second_harmonic, double third_harmonic)
{
    const double turned = cosine * turn_cosine - sine * turn_sine;
    sine = cosine * turn_sine + sine * turn_cosine;
    cosine = turned;
    const double second = 2 * sine * cosine, third = sine * (3 - 4 * sine * sine);
    const double value = level * (sine + second_harmonic * second + third_harmonic * third);
    level *= decay;
    return value;
}

Programme::Programme(int rate)
    : rate_(rate), frames_a_step_(static_cast<int>(std::lround(rate * bar_seconds / steps_a_bar))),
      kick_fall_(decay(0.25, rate)), kick_decay_(decay(0.35, rate)), snare_decay_(decay(0.25, rate)),
      hat_decay_(decay(0.08, rate))
{}

double Programme::white()
{
    random_ = random_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(static_cast<std::int64_t>(random_)) * 0x1p-63;
}

void Programme::step(int sixteenth)
{
    const int bar = sixteenth / steps_a_bar, at = sixteenth % steps_a_bar;
    const int* notes = chords[bar % 4];
    const bool band = bar >= 4 && bar < 13, arpeggiated = bar >= 2;
    const double loud = band ? 1.0 : 0.5;

    if (at == 0)
        for (std::size_t voice = 0; voice < 3; ++voice) { // A few cents apart: wide, yet sound in mono.
            chord_left_[voice].strike(hertz(notes[voice]) * 0.9985, rate_, 0.055 * loud, 6);
            chord_right_[voice].strike(hertz(notes[voice]) * 1.0015, rate_, 0.055 * loud, 6);
        }
    if (arpeggiated) {
        pluck_.strike(hertz(notes[arpeggio[at % 8]] + 12), rate_, (at % 4 == 0 ? 0.10 : 0.07) * loud, 0.5);
        pluck_left_ = at % 2 == 0 ? 0.75 : 0.25;
    }
    if (band && at % 2 == 0) bass_.strike(hertz(roots[bar % 4] + (at % 8 == 6 ? 12 : 0)), rate_, 0.2, 0.7);
    if (band && (at % 8 == 0 || at == 10)) {
        kick_phase_ = 0;
        kick_hertz_ = 150;
        kick_level_ = 0.35;
    }
    if (band && at % 8 == 4) {
        snare_.strike(190, rate_, 0.12, 0.15);
        snare_noise_ = 0.16;
    }
    if (band && at % 2 == 0) hat_ = at % 4 == 2 ? 0.06 : 0.03;
}

Programme::Frame Programme::next()
{
    if (frame_ == 0) step(step_);
    if (++frame_ == frames_a_step_) {
        frame_ = 0;
        step_ = (step_ + 1) % (bars * steps_a_bar);
    }

    double left = 0, right = 0;
    for (Tone& tone : chord_left_) left += tone.next(0.4, 0.25);
    for (Tone& tone : chord_right_) right += tone.next(0.4, 0.25);

    kick_phase_ += 2 * std::numbers::pi * (45 + kick_hertz_) / rate_;
    const double kick = kick_level_ > 1e-5 ? kick_level_ * std::sin(kick_phase_) : 0;
    kick_hertz_ *= kick_fall_;
    kick_level_ *= kick_decay_;

    const double noise = white(), bright = noise - last_white_; // The difference is a high-pass.
    last_white_ = noise;
    const double middle = kick + bass_.next(0.5, 0.2) + snare_.next(0.3, 0) + snare_noise_ * noise;
    snare_noise_ *= snare_decay_;
    const double hat = hat_ * bright;
    hat_ *= hat_decay_;
    const double pluck = pluck_.next(0.3, 0.3);

    left += middle + 0.6 * hat + pluck * pluck_left_;
    right += middle + 0.4 * hat + pluck * (1 - pluck_left_);
    return {static_cast<float>(left), static_cast<float>(right)};
}

void Programme::read(float* const* outputs, int count, int frames) noexcept
{
    for (int frame = 0; frame < frames; ++frame) {
        const auto [left, right] = next();
        for (int n = 0; n < count; ++n) outputs[n][frame] = n % 2 == 0 ? left : right;
    }
}

} // namespace fohd::daemon
