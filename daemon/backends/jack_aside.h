#pragma once
#include "daemon/backends/jack_connections.h"
#include "daemon/backends/jack_probe.h"

#include <optional>

namespace fohd::daemon {

/// Other programs that are left out because one of them, or one that they hear, does not run: JACK calls nobody who hears such a
/// client. They are left out one after another until fohd is called again, first who was before, and a probe for each tells
/// who lives and is put back. Main thread.
class JackAside {
public:
    /// `over`: the server went away, or the backend ends. No probe begins then.
    explicit JackAside(std::shared_ptr<const std::atomic<bool>> over) : over_(std::move(over)) {}
    /// Leaves out one more of those that are heard.
    void begin(JackConnections& connections, std::vector<BackendEvents::Notice>& notices);
    /// Puts back who lives, and drops who is gone.
    void tend(JackConnections& connections, std::vector<BackendEvents::Notice>& notices);
    std::vector<std::string> clients() const;

private:
    struct Other {
        std::string client, port;
        std::unique_ptr<JackProbe> probe;
        int called = 0; ///< Calls of tend() in a row in which it was seen to run.
    };
    const std::shared_ptr<const std::atomic<bool>> over_;
    std::vector<Other> others_;
    std::map<std::string, int>
        times_; ///< How often each was left out: the more often, the longer it has to run before.
};

} // namespace fohd::daemon
