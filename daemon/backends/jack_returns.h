#pragma once

#include <jack/jack.h>

#include <mutex>
#include <vector>

#include "daemon/backends/jack_callback.h"

namespace fohd::daemon {

/// Looks whether anything is connected to the returns of processors, for the audio thread, which must not ask itself: some JACK
/// libraries lock for the answer.
class JackReturns {
public:
    /// Main thread: the ports by slot, null where a slot has none or it is no return. What the audio thread goes by, already looked at.
    JackConnected set_ports(std::vector<jack_port_t*> ports)
    {
        JackConnected connected;
        for (const jack_port_t* port : ports)
            connected.push_back(port ? std::make_shared<std::atomic<bool>>(false) : nullptr);
        {
            const std::lock_guard lock(mutex_);
            ports_ = std::move(ports);
            connected_ = connected;
        }
        look();
        return connected;
    }

    /// Main, and JACK's notification thread when a connection comes or goes.
    void look()
    {
        const std::lock_guard lock(mutex_);
        for (std::size_t n = 0; n < ports_.size(); ++n)
            if (ports_[n]) *connected_[n] = jack_port_connected(ports_[n]) != 0;
    }

private:
    std::mutex mutex_; ///< Never held while the server is asked something.
    std::vector<jack_port_t*> ports_;
    JackConnected connected_;
};

} // namespace fohd::daemon
