#pragma once

#include "config/config.h"
#include "dsp/graph/layout.h"

#include <optional>

namespace fohd::control {

/// What a desk adds to the strips of a file, and where its values go. Plain data, made once. Values are numbered as the two
/// layouts say: those of the surface, and those of the sound.
struct DeskWiring {
    explicit DeskWiring(const config::Config& config);

    /// A send of the sound that has not simply the values of a send of the surface.
    struct Send {
        enum class Side { both, with, without };
        int level;                              ///< Sound: its level; its mute is the next.
        int own = -1;                           ///< Surface: the level that it follows, with its mute; -1: 0 dB.
        std::optional<config::Solo::Mode> solo; ///< It sounds while its strip is soloed in this mode.
        Side side = Side::both;                 ///< And while this side of the comparison is heard.
    };

    /// What makes the fader and the mutes of one strip of the surface.
    struct Strip {
        int fader;                ///< Surface: its own fader.
        int mute;                 ///< Surface: its own mute.
        std::vector<int> faders;  ///< Surface: faders of its DCAs.
        std::vector<int> mutes;   ///< Surface: mutes of its DCAs and groups.
        std::vector<int> solos;   ///< Surface: its own solo, and those of its DCAs.
        std::vector<int> targets; ///< Sound: the faders that have the sum; the mute is the third value of a slice.
        std::vector<Send> sends;  ///< Who depend on this strip's switches.
    };

    /// The comparison at the master. The strip itself is the side with the processors.
    struct Ab {
        int with;                    ///< Surface: the switch.
        int strip;                   ///< With the processors.
        int without, heard;          ///< Hidden strips.
        std::vector<int> processors; ///< In the chain: who is left out.
        std::vector<int> bypasses;   ///< Surface: of those.

        struct Limiter {
            int ceiling, bypass; ///< Surface.
            bool before_fader;
        };
        std::vector<Limiter> limiters; ///< Of the chain.
    };

    dsp::Description sound;
    dsp::Layout surface_layout, sound_layout;
    std::vector<Strip> strips;
    std::vector<std::vector<int>> copies;   ///< By surface value: the sound's that are the same.
    std::vector<std::vector<int>> affected; ///< By surface value: the strips to resolve anew.
    std::vector<int> solos;                 ///< Surface: every solo switch.
    int solo_mode = -1;                     ///< Surface, or -1.
    std::optional<Ab> ab;
};

} // namespace fohd::control
