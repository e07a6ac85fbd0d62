#include "daemon/signals.h"

#include <csignal>
#include <ctime>

namespace fohd::daemon {
namespace {

sigset_t watched()
{
    sigset_t set;
    sigemptyset(&set);
    for (int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
    return set;
}
} // namespace

void block_signals()
{
    const sigset_t set = watched();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    for (int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN); // what fails says so by itself
}

std::optional<Signal> wait_for_signal(std::chrono::milliseconds time)
{
    const sigset_t set = watched();
    const timespec limit{static_cast<time_t>(time.count() / 1000), static_cast<long>(time.count() % 1000 * 1'000'000)};
    const int signal = sigtimedwait(&set, nullptr, &limit);
    if (signal < 0) return {};
    return signal == SIGHUP ? Signal::reload : Signal::stop;
}

} // namespace fohd::daemon
