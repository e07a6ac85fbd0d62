#pragma once
#include "dsp/param.h"

namespace fohd::config {

/// What every mute group has.
inline constexpr dsp::ParamSpec mute_group_specs[] = {
    {"mute", dsp::Unit::toggle, 0, 1, 0, dsp::Taper::steps, dsp::Glide::ramp, "Mutes all strips of the group.", {}},
};

/// What every DCA has.
inline constexpr dsp::ParamSpec dca_specs[] = {
    {"fader",
     dsp::Unit::decibel,
     -90,
     10,
     0,
     dsp::Taper::fader,
     dsp::Glide::ramp,
     "Is added to the faders of its strips; -90 dB silences them.",
     {},
     true},
    {"mute", dsp::Unit::toggle, 0, 1, 0, dsp::Taper::steps, dsp::Glide::ramp, "Mutes all strips of the DCA.", {}},
};

/// What a strip or DCA has where there is a solo bus.
inline constexpr dsp::ParamSpec solo_spec = {"solo",           dsp::Unit::toggle,           0, 1, 0, dsp::Taper::steps,
                                             dsp::Glide::ramp, "Is heard on the solo bus.", {}};

inline constexpr std::string_view solo_modes[] = {"pfl", "afl"};
inline constexpr dsp::ParamSpec solo_mode_spec = {"mode",
                                                  dsp::Unit::choice,
                                                  0,
                                                  1,
                                                  0,
                                                  dsp::Taper::steps,
                                                  dsp::Glide::ramp,
                                                  "Soloed strips are heard before their faders, or after.",
                                                  solo_modes};

/// Beside the tempo.
inline constexpr dsp::ParamSpec follow_spec = {
    "follow",
    dsp::Unit::toggle,
    0,
    1,
    1,
    dsp::Taper::steps,
    dsp::Glide::ramp,
    "Takes the tempo of JACK's transport whenever that has another one, or begins to roll.",
    {}};

/// The switch of the comparison at the master.
inline constexpr dsp::ParamSpec ab_spec = {
    "ab", dsp::Unit::toggle, 0, 1, 1, dsp::Taper::steps, dsp::Glide::ramp, "With the processors, or without.", {}};

} // namespace fohd::config
