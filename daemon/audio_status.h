#pragma once
#include "daemon/backends/backend.h"

namespace fohd::daemon {

/// How the audio is, for `/status/text`, for systemd and for the watchdog.
struct AudioStatus {
    std::string backend;          ///< `jack` or `dummy`
    BackendStatus backend_status; ///< While lost: rate and block as they were.
    enum class State {
        running,
        lost,   ///< No server: looked for four times a second.
        held,   ///< The server runs and never gets round to calling this client: another one does not let it.
        stalled ///< The server stands still.
    } state = State::running;
    std::vector<std::string>
        set_aside;           ///< Clients of others that held this one: their sound is left out until they live.
    std::uint64_t looks = 0; ///< How often it was looked after: ten times a second.
    int restarts = 0;        ///< How often a client was opened anew.
    std::string event;       ///< What happened last, in one word: `server_lost`. Empty: nothing yet.
    std::string hopeless;    ///< Why the process must end (exit code 3). Empty: it need not.
};

/// `running`, `lost` …
std::string_view name_of(AudioStatus::State state);

} // namespace fohd::daemon
