#pragma once
#include "tests/system/osc_client.h"
#include "tests/system/program.h"

#include <sys/un.h>

#include <chrono>
#include <fstream>
#include <string>

namespace fohd::test {

/// A port that nobody has, by UDP and TCP. It is none of those from which the system takes one for any other socket that is opened
/// between this and its use.
inline std::uint16_t free_port()
{
    static int asked = 0;
    constexpr int first = 10000, count = 20000;
    for (int tried = 0; tried < count; ++tried) {
        const auto port = static_cast<std::uint16_t>(first + (getpid() * 37 + asked++) % count);
        if (const int by_udp = try_to_bind(SOCK_DGRAM, port); by_udp >= 0) {
            const int by_tcp = try_to_bind(SOCK_STREAM, port);
            close(by_udp);
            if (by_tcp < 0) continue;
            close(by_tcp);
            return port;
        }
    }
    throw std::runtime_error("no port on loopback");
}

/// `fohd run`, ready: it has told its service manager, which is this.
class RunningDaemon {
public:
    /// `graph`: the inputs, buses and outputs of its file. `backend` is jack, as `client`, or dummy. `settings`: NAME=VALUE of
    /// its environment. `control`: what that has besides OSC.
    explicit RunningDaemon(const std::string& graph, const std::string& client, const std::string& backend = "jack",
                           std::vector<std::string> settings = {}, const std::string& control = "")
        : port_(free_port()), manager_(listen()), client_(client), control_(control), config_(folder_ / "fohd.yaml"),
          began_(Program::Clock::now()),
          program_((rewrite(graph), std::vector<std::string>{FOHD, "run", "--config", config_, "--backend", backend}),
                   with_manager(std::move(settings)))
    {
        if (!await_ready()) throw std::runtime_error("fohd does not start: " + program_.err());
        start_time_ = Program::Clock::now() - began_;
    }
    /// In order where it can: a synchronous server waits six seconds for a client that is killed.
    ~RunningDaemon()
    {
        if (program_.exit_code(std::chrono::milliseconds(0)) < 0) {
            program_.signal(SIGTERM);
            program_.exit_code(std::chrono::seconds(2));
        }
        close(manager_);
    }
    RunningDaemon(const RunningDaemon&) = delete;
    RunningDaemon& operator=(const RunningDaemon&) = delete;

    Program& program() { return program_; }
    std::uint16_t port() const { return port_; }
    const std::string& config() const { return config_; } ///< Path of its file.
    std::chrono::duration<double> start_time() const { return start_time_; }

    /// Another graph in its file.
    void rewrite(const std::string& graph) const
    {
        std::ofstream(config_) << "fohd: 1\naudio: {client: " << client_ << "}\ncontrol: {osc: {port: " << port_
                               << ", bind: 127.0.0.1}" << (control_.empty() ? "" : ", " + control_) << "}\n"
                               << graph;
    }

private:
    std::vector<std::string> with_manager(std::vector<std::string> settings) const
    {
        settings.push_back("NOTIFY_SOCKET=" + (folder_ / "notify"));
        return settings;
    }

    int listen() const
    {
        const int handle = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        (folder_ / "notify").copy(address.sun_path, sizeof address.sun_path - 1);
        if (bind(handle, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            throw std::runtime_error("the test cannot be a service manager");
        return handle;
    }

    bool await_ready() const
    {
        while (true) {
            pollfd events[] = {{manager_, POLLIN, 0}, {program_.descriptor(), POLLIN, 0}};
            if (poll(events, 2, 30000) <= 0 || (events[1].revents && !events[0].revents)) return false;
            char text[256]{};
            if (recv(manager_, text, sizeof text - 1, 0) > 0 && std::strstr(text, "READY=1")) return true;
        }
    }

    TempFolder folder_;
    std::uint16_t port_;
    int manager_;
    std::string client_, control_, config_;
    Program::Clock::time_point began_;
    Program program_;
    std::chrono::duration<double> start_time_{};
};

} // namespace fohd::test
