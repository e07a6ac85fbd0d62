#include "daemon/backends/jack_client.h"

#include <mutex>

namespace fohd::daemon {
namespace {

std::atomic<int> clients = 0;
/// Of opening and closing, as libjack's own: who has it does not wait in libjack between the last look at `over` and the open.
std::mutex door;
} // namespace

JackClient::JackClient() { ++clients; }

JackClient::~JackClient()
{
    if (handle_) {
        const std::lock_guard lock(door);
        jack_client_close(handle_);
    }
    --clients;
}

jack_client_t* JackClient::open(const char* name, const std::atomic<bool>& over, jack_status_t& status)
{
    const std::lock_guard lock(door);
    return handle_ = over ? nullptr : jack_client_open(name, JackNoStartServer, &status);
}

int JackClient::count() { return clients; }

} // namespace fohd::daemon
