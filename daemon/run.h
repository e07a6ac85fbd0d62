#pragma once
#include "daemon/reloader.h"

namespace fohd::daemon {

/// `fohd run`: the daemon, until SIGTERM or SIGINT. Main thread, before any other thread was made. Exit code: 0 stopped as asked,
/// 1 the dummy's file of sound is wrong, 3 the audio or network system refused or went away.
int run(const config::Config& config, ConfigSource source);

} // namespace fohd::daemon
