#pragma once
// What tests of the JACK backend have in common.
#include "daemon/backends/backend.h"
#include "tests/support/jack_server.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <semaphore>
#include <string>
#include <thread>

namespace fohd::test {

/// out[n] = in[n] · (n + 1), and the first 100 blocks are counted aloud.
class Gain : public daemon::Process {
public:
    void process(std::span<const float* const> inputs, std::span<float* const> outputs, int frames) noexcept override
    {
        for (std::size_t n = 0; n < 2; ++n)
            for (int frame = 0; frame < frames; ++frame)
                outputs[n][frame] = inputs[n][frame] * static_cast<float>(n + 1);
        volatile float tiny = 1e-38f;
        if (tiny * 0.01f != 0) denormals = true;
        widest = std::max(widest.load(), frames);
        if (++calls == 100) hundred.release();
    }
    std::atomic<bool> denormals = false;
    std::atomic<int> calls = 0, widest = 0;
    std::binary_semaphore hundred{0};
};

inline daemon::Endpoints stereo(std::vector<std::string> from = {}, std::vector<std::string> to = {})
{
    return {{{"vox_1", std::move(from)}, {"vox_2", {}}}, {{"foh_1", std::move(to)}, {"foh_2", {}}}};
}

/// Another's client with one port; gone at the end of the scope.
class Peer {
public:
    Peer(const std::string& name, const std::string& port, unsigned long flags)
        : client_(jack_client_open(name.c_str(), JackNoStartServer, nullptr))
    {
        jack_set_process_callback(
            client_, [](jack_nframes_t, void*) { return 0; }, nullptr);
        jack_activate(client_);
        port_ = jack_port_register(client_, port.c_str(), JACK_DEFAULT_AUDIO_TYPE, flags, 0);
    }
    ~Peer() { jack_client_close(client_); }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    bool connected(const std::string& to) const { return jack_port_connected_to(port_, to.c_str()) != 0; }
    jack_client_t* client() const { return client_; }
    jack_port_t* port() const { return port_; }

private:
    jack_client_t* client_;
    jack_port_t* port_;
};

/// Tends as main does, until `condition` or for at most ten seconds. Says all that was noticed.
inline bool tend_until(daemon::Backend& backend, const std::function<bool(const daemon::BackendEvents&)>& condition,
                       std::string* said = nullptr)
{
    for (int n = 0; n < 400; ++n) {
        const daemon::BackendEvents events = backend.tend();
        for (const auto& notice : events.notices)
            if (said) *said += notice.text + '\n';
        if (condition(events)) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(25)); // tend() is there to be polled.
    }
    return false;
}

} // namespace fohd::test
