#pragma once

#include "control/fohctl_options.h"
#include "control/osc/message.h"

#include <cstdio>

namespace fohd::control {

/// How a program ends.
enum ExitCode { exit_done = 0, exit_refused = 1, exit_usage = 2, exit_no_answer = 3 };

/// A value of the command line as it is sent: a number as float, everything else as string.
Message ctl_set_message(const std::string& address, const std::string& value);

/// `ADDRESS VALUE`, several values with spaces between, floats in the fewest digits that say them.
std::string ctl_line(const Message& message);

/// Does the command; prints values on `out` and errors on `err`. watch goes on until a signal or the other side ends it.
ExitCode run_ctl(const CtlOptions& options, std::FILE* out, std::FILE* err);

} // namespace fohd::control
