#include "daemon/backends/backend.h"

#include "daemon/backends/dummy_backend.h"
#include "daemon/backends/jack_backend.h"
#include "daemon/backends/jack_client.h"

namespace fohd::daemon {

std::optional<BackendKind> backend_kind(std::string_view name)
{
    if (name == "jack") return BackendKind::jack;
    if (name == "alsa") return BackendKind::alsa;
    if (name == "dummy") return BackendKind::dummy;
    if (name == "auto") return BackendKind::automatic;
    return std::nullopt;
}

bool is_still_closing() { return JackClient::count() > 0; }

std::unique_ptr<Backend> open_backend(BackendKind kind, const BackendOptions& options, const Endpoints& endpoints)
{
    switch (kind) {
    case BackendKind::jack: return open_jack(options, endpoints);
    case BackendKind::dummy: return open_dummy(options, endpoints);
    case BackendKind::alsa: throw AudioError("the backend alsa is not available yet: use jack or dummy");
    case BackendKind::automatic: break;
    }
    try {
        return open_jack(options, endpoints);
    } catch (const NoJackServer&) {
        return open_dummy(options, endpoints,
                          "no JACK server is running: the dummy backend keeps time and hears " + options.source);
    }
}

} // namespace fohd::daemon
