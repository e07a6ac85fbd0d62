#pragma once

#include "daemon/backends/jack_fade.h"
#include "daemon/backends/jack_latency.h"
#include "daemon/backends/slots.h"

namespace fohd::daemon {

/// The ports of one side by slot. Main thread.
struct JackSide {
    JackSide(JackPortFlags direction, const std::vector<Endpoint>& endpoints) : flags(direction), names(endpoints) {}

    JackPortFlags flags;
    SlotNames names;
    std::vector<jack_port_t*> ports;
    std::vector<char> aside; ///< By slot: an endpoint that is aside. Of a slot without a port it says nothing.
    std::vector<std::shared_ptr<JackFade>> fades; ///< By slot: of ports whose connections have changed; may be shorter.

    void note(const std::vector<Endpoint>& endpoints, const std::vector<int>& slots)
    {
        aside.resize(names.size());
        for (std::size_t n = 0; n < slots.size(); ++n) aside[static_cast<std::size_t>(slots[n])] = endpoints[n].aside;
    }
    JackLatency::Ports on_the_way() const
    {
        JackLatency::Ports both{ports, ports};
        for (std::size_t n = 0; n < ports.size(); ++n)
            if (aside[n]) both.on_the_way[n] = nullptr;
        return both;
    }
    /// By slot, null where it is not.
    std::vector<jack_port_t*> beside() const
    {
        std::vector<jack_port_t*> others = ports;
        for (std::size_t n = 0; n < others.size(); ++n)
            if (!aside[n]) others[n] = nullptr;
        return others;
    }
    bool is_input() const { return flags == JackPortIsInput; }
    /// Frees the slots of all others; these are their ports.
    std::vector<jack_port_t*> retain(const std::vector<Endpoint>& stay)
    {
        std::vector<jack_port_t*> old;
        fades.resize(names.size());
        for (const std::size_t slot : names.retain(stay)) {
            fades[slot] = nullptr;
            if (jack_port_t* port = std::exchange(ports[slot], nullptr)) old.push_back(port);
        }
        return old;
    }
    /// That of a slot; `made` becomes true where there was none.
    JackFade& fade(std::size_t slot, int rate, bool& made)
    {
        fades.resize(names.size());
        if (!fades[slot]) {
            using Port = JackFade::Port;
            const Port port = !is_input() ? Port::output : aside[slot] ? Port::comes_back : Port::input;
            fades[slot] = std::make_shared<JackFade>(port, rate, jack_port_connected(ports[slot]) != 0);
            made = true;
        }
        return *fades[slot];
    }
};

} // namespace fohd::daemon
