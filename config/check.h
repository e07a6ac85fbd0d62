#pragma once
#include "config/config.h"

namespace fohd::config {

/// What `fohd check` has to say.
struct CheckReport {
    bool good = false;                 ///< No errors: exit code 0. Else 1.
    std::vector<std::string> problems; ///< For stderr: `FILE:LINE:COL: error: TEXT`, or `warning`.
    std::vector<std::string>
        notes; ///< For stdout, of a good file: what was understood, and what is late by how much and why.
};

/// Of what was read from a file.
CheckReport check(const Loaded& loaded, const std::string& path);

/// What is late at this rate (Hz), and who causes it: a line for each processor that delays the sound, for each path that waits for
/// another and for each output.
std::vector<std::string> latency_notes(const dsp::Description& graph, double rate);
} // namespace fohd::config
