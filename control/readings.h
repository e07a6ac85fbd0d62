#pragma once

#include "dsp/graph/description.h"

#include <span>
#include <string>
#include <vector>

namespace fohd::control {

/// One live reading and its address. Meters have one value a channel, loudness has one.
struct Reading {
    enum class Kind {
        peak,      ///< dBFS
        rms,       ///< dBFS
        reduction, ///< dB, >= 0
        told,      ///< by a processor, in the unit of its ReadingSpec; 0 where there is nothing
        momentary, ///< LUFS, as all of loudness but
        shortterm,
        integrated,
        range,    ///< LU
        truepeak, ///< dBTP
        max_momentary,
        max_shortterm,
        max_truepeak, ///< dBTP
        desk          ///< of the desk itself
    };
    std::string address;
    Kind kind;
    int strip;     ///< index in the description; -1 for `desk`
    int processor; ///< index in the chain for `reduction` and `told`, which one for `desk`, else -1
    int values;    ///< how many
    int first = 0; ///< of `told`: the first of them among all that the processor tells
};

/// Every reading of a graph, in the order of its strips. Any thread.
std::vector<Reading> readings_of(const dsp::Description& description);

/// Where readings come from, and who is told what is no value; daemon implements it. Control thread; must not wait for the audio thread.
class ReadingSource {
public:
    virtual ~ReadingSource() = default;
    /// Writes the newest values, as many as the reading has. Levels and loudness have a floor of -120.
    virtual void read(const Reading& reading, std::span<float> values) = 0;
    /// Begins all of a strip's loudness anew.
    virtual void reset_loudness(int strip) = 0;
    virtual void pause_loudness(int strip, bool paused) = 0;
    /// Has a processor of a strip do what the action of this index says.
    virtual void act(int strip, int processor, int action) = 0;
};

} // namespace fohd::control
