#pragma once
#include <string>
#include <vector>

namespace fohd::config {

/// Strips that are muted together, whatever their own mutes say. Strips are indices in the description.
struct MuteGroup {
    std::string name;
    std::vector<int> strips;
    bool mute = false;
    bool operator==(const MuteGroup&) const = default;
};

/// A digitally controlled amplifier: a fader and a mute that act as part of those of its strips.
struct Dca {
    std::string name;
    std::vector<int> strips;
    float fader = 0; ///< dB, -90 is silence
    bool mute = false;
    bool operator==(const Dca&) const = default;
};

/// The bus that soloed strips are heard on.
struct Solo {
    enum class Mode { pfl, afl } mode = Mode::pfl; ///< before or after fader, pan and mute
    int bus = -1;
    std::vector<int> strips; ///< Who can be soloed.
    bool operator==(const Solo&) const = default;
};

/// The comparison at the master: a strip with some of its processors, and without them.
struct Ab {
    int strip = -1;              ///< a bus or an input
    std::vector<int> processors; ///< in its chain, ascending; never none
    bool with = true;            ///< which is heard
    bool operator==(const Ab&) const = default;
};

} // namespace fohd::config
