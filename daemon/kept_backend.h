#pragma once
#include "daemon/audio_gate.h"
#include "daemon/audio_status.h"
#include "daemon/backends/slots.h"
#include "daemon/callback_watch.h"

#include <functional>
#include <future>

namespace fohd::daemon {

/// A backend and all that it takes to open it again: its options, its endpoints by slot, its connections. The link's thread's
/// alone, but for the gate.
class KeptBackend {
public:
    using Open = std::function<std::unique_ptr<Backend>(BackendKind, const BackendOptions&, const Endpoints&)>;
    using Prepare = std::function<std::future<void>(int rate)>;

    /// Opens, and throws what `open` throws. `meanwhile` is called again and again while Prepare is waited for; what it throws
    /// ends that.
    KeptBackend(BackendKind kind, BackendOptions options, const Endpoints& endpoints, Open open,
                std::function<void()> meanwhile);

    /// As those of AudioLink; what is asked of it is done when they return.
    void start(Process& process, Prepare prepare);
    SlotMap add(const Endpoints& endpoints);
    void retain(const Endpoints& endpoints);
    SlotMap restart(BackendKind kind, BackendOptions options, const Endpoints& endpoints);
    void set_latency(Latency latency);
    bool stop(std::chrono::milliseconds deadline);

    /// Ten times a second: looks for a lost server, and whether callbacks come.
    void tend();
    AudioStatus status() const;
    AudioGate& gate() { return gate_; }

private:
    void lose(const char* why);
    void close();
    void look_for_server();
    void bring_up();
    void begin_calls();
    void watch();
    void settle_kind();
    SlotMap take_slots(const Endpoints& endpoints);

    AudioGate gate_;
    const Open open_;
    const std::function<void()> meanwhile_;
    BackendKind kind_;
    BackendOptions options_;
    Endpoints table_; ///< By slot.
    SlotNames inputs_, outputs_;
    std::unique_ptr<Backend> backend_; ///< None while the server is lost.
    std::string name_;
    Process* process_ = nullptr;
    bool started_ = false;
    Prepare prepare_;
    Latency latency_;
    CallbackWatch watch_;
    bool lost_ = false;
    std::string event_, hopeless_, said_;
    int restarts_ = 0;
    std::chrono::steady_clock::time_point lost_at_, next_look_;
    std::uint64_t xruns_before_ = 0, looks_ = 0;
    BackendStatus last_;
};

} // namespace fohd::daemon
