#pragma once
#include "config/config.h"

namespace fohd::config {

/// What another file changes.
struct Difference {
    bool device = false;  ///< The audio must be closed and opened: backend, client, dummy's source, ALSA, MIDI.
    bool network = false; ///< Where OSC listens and to whom.
    bool sound = false;   ///< Strips, values, connections, groups, scenes: everything else.
    std::vector<std::string> strips; ///< "input vox is new", "bus hall is gone", "bus main differs"
    bool nothing() const { return !device && !network && !sound; }
};

/// Any thread.
Difference compare(const Config& now, const Config& next);
} // namespace fohd::config
