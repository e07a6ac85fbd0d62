#pragma once
#include "daemon/or_error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fohd::daemon {

/// Changes over time for `render --osc`: one a line, `FRAME ADDRESS VALUE` with blanks or commas between, in the order of the frames; empty lines and lines that
/// begin with # count for nothing.
struct ScriptLine {
    int line = 1; ///< in the file, from 1
    std::int64_t frame = 0;
    std::string address, value; ///< `value`: the rest of the line
};

/// All of the file, or `FILE:LINE:COL: error: …` for every line that is none of these, a newline between two.
OrError<std::vector<ScriptLine>> load_script(const std::string& path);

} // namespace fohd::daemon
