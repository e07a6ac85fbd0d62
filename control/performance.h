#pragma once

#include "dsp/graph/score.h"

namespace fohd::control {

/// Where an automation is played; daemon implements it. Control thread; must not wait for the audio thread.
class Performance {
public:
    virtual ~Performance() = default;
    /// This is played from now on instead of what was before, by parameters of the layout of the desk's sound, each move at its
    /// frame. A command is carried out once, with whatever passage comes to the audio thread.
    virtual void perform(dsp::Passage passage, const dsp::PlayCommand& command) = 0;
    /// Nothing moves any more: what the last passage moved stays at the values that the sound was told last.
    virtual void rest(const dsp::PlayCommand& command) = 0;
    virtual dsp::Playhead playhead() = 0;
    virtual int rate() const = 0; ///< Hz; where it changes, the playhead begins anew.
};

} // namespace fohd::control
