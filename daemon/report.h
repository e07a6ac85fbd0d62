#pragma once
#include "daemon/engine.h"

#include <string>

namespace fohd::daemon {

/// What `render --report` tells of each strip: loudness where it is measured, peak, clips and the most reduction of each
/// processor. Levels without a reading are null.
std::string report_json(Engine& engine);
/// The same as a page for people.
std::string report_html(Engine& engine, const std::string& title);

} // namespace fohd::daemon
