#pragma once
#include "control/desk.h"
#include "daemon/engine.h"

#include <string>

namespace fohd::daemon {

/// What `render --report` tells of each strip: loudness where it is measured, peak, clips and the most reduction of each
/// processor. Levels without a reading are null.
std::string report_json(Engine& engine, const control::Desk& desk);
/// The same as a page for people.
std::string report_html(Engine& engine, const control::Desk& desk, const std::string& title);

} // namespace fohd::daemon
