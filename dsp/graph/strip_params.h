#pragma once
#include "dsp/param.h"

namespace fohd::dsp {

/// What every strip has, in the order of its slice: fader, pan, mute, polarity. -90 dB is silence.
inline constexpr ParamSpec fader_specs[] = {
    {"fader", Unit::decibel, -90, 10, 0, Taper::fader, Glide::ramp, "Level of the strip; -90 dB is silence.", {}, true},
    {"pan",
     Unit::plain,
     -1,
     1,
     0,
     Taper::linear,
     Glide::ramp,
     "Left to right: pans a mono strip into stereo, balances a stereo strip.",
     {}},
    {"mute", Unit::toggle, 0, 1, 0, Taper::steps, Glide::ramp, "Silences the strip.", {}},
    {"polarity", Unit::toggle, 0, 1, 0, Taper::steps, Glide::ramp, "Inverts the polarity.", {}},
};

/// What every send has.
inline constexpr ParamSpec send_specs[] = {
    {"level", Unit::decibel, -90, 10, 0, Taper::fader, Glide::ramp, "Level of the send; -90 dB is silence.", {}, true},
    {"mute", Unit::toggle, 0, 1, 0, Taper::steps, Glide::ramp, "Silences the send.", {}},
};

/// What the whole graph has. Nobody counts slower than 20 or faster than 300: what is meant is double or half of it.
inline constexpr ParamSpec tempo_spec = {
    "tempo",     Unit::beats_per_minute,
    20,          300,
    120,         Taper::log,
    Glide::ramp, "What delays and sweeps follow whose sync is on; a beat is a quarter.",
    {}};

/// What every processor has besides its own.
inline constexpr ParamSpec bypass_spec = {
    "bypass", Unit::toggle, 0,           1,
    0,        Taper::steps, Glide::ramp, "Takes the processor out of the sound; its latency stays.",
    {}};
} // namespace fohd::dsp
