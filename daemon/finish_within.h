#pragma once

#include <chrono>
#include <functional>

namespace fohd::daemon {

/// Runs `work` on a thread of its own and waits for it until the deadline. False: it has not come back; the thread is
/// left to itself, so `work` must own all that it uses.
bool finish_within(std::chrono::milliseconds deadline, std::function<void()> work);

} // namespace fohd::daemon
