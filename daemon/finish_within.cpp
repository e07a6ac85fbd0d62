#include "daemon/finish_within.h"

#include <future>
#include <thread>

namespace fohd::daemon {

bool finish_within(std::chrono::milliseconds deadline, std::function<void()> work)
{
    std::packaged_task<void()> task(std::move(work));
    const auto done = task.get_future();
    std::thread(std::move(task)).detach();
    return done.wait_for(deadline) == std::future_status::ready;
}

} // namespace fohd::daemon
