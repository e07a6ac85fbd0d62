#pragma once
#include "daemon/loudness/tap.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace fohd::daemon::loudness {

/// The loudness thread: measures every tap about each 10 ms. The audio thread never wakes it, which would take a system
/// call: it looks by itself. Methods are for one thread, the one that builds graphs. Offline there is no service:
/// whoever runs the blocks calls Tap::measure().
class Service {
public:
    /// Starts the thread. Throws std::system_error.
    Service();
    /// Measures what was still written, then ends the thread.
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    /// Measures `tap` from now on.
    void add(std::shared_ptr<Tap> tap);

    /// Not any more, from the return on. Its last readings stay in it.
    void remove(const Tap* tap);

private:
    void run(const std::stop_token& stop);

    std::mutex taps_mutex_; ///< Held while measuring: remove() returns when nobody is in the tap.
    std::vector<std::shared_ptr<Tap>> taps_;
    std::condition_variable_any wake_;
    std::jthread thread_; ///< The last member: it ends before the rest.
};

} // namespace fohd::daemon::loudness
