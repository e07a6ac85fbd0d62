#pragma once
#include "daemon/files/sound_file.h"

#include <string>
#include <utility>
#include <vector>

namespace fohd::daemon {

/// `fohd render`: the engine offline.
struct RenderOptions {
    std::string config;
    std::vector<std::pair<std::string, std::string>> inputs, outputs; ///< NAME, file
    int block = 64;                                                   ///< frames
    double tail_seconds = 0;
    SampleFormat samples = SampleFormat::float_32;
    std::string osc, automation, stats, report; ///< Files; empty: none. A report ends in .json or .html.
};

/// Exit code: 0, 1 the input is wrong, 3 a file could not be written. Every error has been said on stderr.
int render(const RenderOptions& options);

} // namespace fohd::daemon
