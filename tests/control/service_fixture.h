#pragma once

#include "control/osc_service.h"
#include "tests/control/clients.h"
#include "tests/control/fake_daemon.h"

namespace fohd::control::test {

/// A whole control side with real sockets on loopback, and a daemon that is made up.
struct Desk {
    explicit Desk(int inputs = 2, OscOptions options = OscOptions())
        : description(small_console(inputs)), service(context, with_any_port(std::move(options)), store, space, host)
    {}

    bool until(auto condition) { return run_until(context, condition); }
    /// Everything a client sent before is done once its ping is answered: one client's packets keep their order.
    bool settle(auto& client)
    {
        const int before = client.count("/pong");
        client.send("/ping");
        return until([&] { return client.count("/pong") > before; });
    }
    float value(std::string_view address) const { return store.value(layout.find(address)); }

    dsp::Description description;
    dsp::Layout layout{description};
    FakeSound sound;
    FakeReadings readings;
    FakeHost host;
    Store store{layout, sound};
    AddressSpace space{description, store, readings};
    boost::asio::io_context context;
    OscService service;

private:
    static OscOptions with_any_port(OscOptions options)
    {
        options.server.port = 0;
        options.version = "1.2.3";
        return options;
    }
};

/// A tablet at a desk.
struct Tablet : UdpClient {
    explicit Tablet(Desk& desk) : UdpClient(desk.context, desk.service.port()) {}

    std::string error() const
    {
        const auto* message = find("/error");
        return message ? std::get<std::string>(message->arguments.at(0)) + ": " +
                             std::get<std::string>(message->arguments.at(1))
                       : "";
    }
};

} // namespace fohd::control::test
