#include "daemon/loudness/service.h"

#include <chrono>
#include <pthread.h>
#include <utility>

namespace fohd::daemon::loudness {

Service::Service() : thread_([this](const std::stop_token& stop) { run(stop); }) {}

Service::~Service() = default;

void Service::add(std::shared_ptr<Tap> tap)
{
    const std::lock_guard lock(taps_mutex_);
    taps_.push_back(std::move(tap));
}

void Service::remove(const Tap* tap)
{
    const std::lock_guard lock(taps_mutex_);
    std::erase_if(taps_, [&](const auto& known) { return known.get() == tap; });
}

void Service::run(const std::stop_token& stop)
{
    pthread_setname_np(pthread_self(), "fohd-loudness");
    std::unique_lock lock(taps_mutex_);
    while (!stop.stop_requested()) {
        for (const auto& tap : taps_) tap->measure();
        wake_.wait_for(lock, stop, std::chrono::milliseconds(10), [] { return false; });
    }
    for (const auto& tap : taps_) tap->measure();
}

} // namespace fohd::daemon::loudness
