#pragma once
// The service manager's side of the daemon. Without systemd all notifications do nothing.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace fohd::daemon {

void notify_ready(); ///< Start-up is complete: sound runs. Any thread, as all of these.
// These three never wait for the manager: what it has no room for is not said.
void notify_status(const std::string& text); ///< One line for `systemctl status`.
void notify_stopping();                      ///< The stop has begun.
void feed_watchdog();                        ///< Sound still flows.

/// How often feed_watchdog() is to be called: half of what the unit allows; nothing where no watchdog waits.
std::optional<std::chrono::microseconds> watchdog_interval();

/// Sends spdlog's default logger to stderr: for people with time and level, for journald (where stderr is its stream)
/// with its `<N>` level prefixes, since it has its own clock. `level`: trace, debug, info, warning, error, critical or
/// off; false for any other, and then info holds.
bool set_up_log(std::string_view level = "info");

} // namespace fohd::daemon
