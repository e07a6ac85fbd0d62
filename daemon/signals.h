#pragma once
#include <chrono>
#include <optional>

namespace fohd::daemon {

enum class Signal { stop, reload };

/// SIGTERM, SIGINT and SIGHUP wait for wait_for_signal(), in this thread and all that it starts; SIGPIPE and SIGXFSZ do nothing.
void block_signals();

/// The next of them within `time`, or nothing. Main thread.
std::optional<Signal> wait_for_signal(std::chrono::milliseconds time);

} // namespace fohd::daemon
