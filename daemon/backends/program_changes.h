#pragma once

#include "dsp/rt/ring.h"

#include <cstdint>

namespace fohd::daemon {

/// A MIDI program change (MIDI 1.0, status 1100nnnn).
struct ProgramChange {
    std::uint8_t channel; ///< 1..16
    std::uint8_t program; ///< 0..127, as on the wire; many devices show one more.
};

/// From the audio thread to the control thread. Where it is full, the newest are lost.
using ProgramChanges = dsp::Ring<ProgramChange>;

/// The name of the port that they come through.
inline constexpr const char* midi_port_name = "midi_in";

} // namespace fohd::daemon
