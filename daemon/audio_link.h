#pragma once
#include "daemon/audio_status.h"
#include "daemon/backends/backend.h"

#include <chrono>
#include <functional>
#include <future>
#include <memory>

namespace fohd::daemon {

/// A backend that comes back. Owns the backend, its options and its endpoints, on a thread of its own: nobody else ever waits
/// for a server that hangs. Where the server is lost, or dismisses this client, the client is opened anew with all ports and
/// connections as soon as there is a server; slots stay as they were.
class AudioLink {
public:
    using Prepare = std::function<std::future<void>(int rate)>;
    using Open = std::function<std::unique_ptr<Backend>(BackendKind, const BackendOptions&, const Endpoints&)>;

    /// Opens with `open`, on the calling thread, and throws what that throws. `automatic` is decided here once.
    AudioLink(BackendKind kind, BackendOptions options, const Endpoints& endpoints, Open open = open_backend);
    ~AudioLink();
    AudioLink(const AudioLink&) = delete;
    AudioLink& operator=(const AudioLink&) = delete;

    int rate() const { return status().backend_status.rate; }
    int block() const { return status().backend_status.block; }

    /// Begins to call `process`. Before it begins again after a loss, `prepare` is called, on the link's thread and while no
    /// audio thread runs: when its future is ready the process is for that rate, and fades in. Throws AudioError.
    void start(Process& process, Prepare prepare);

    /// Any thread but the audio thread, as all of the following. See Backend::add() and retain(); while the server is lost,
    /// slots are given all the same and the ports come with it. Waits a few blocks, and 20 ms more where connections change; at most
    /// two seconds: AudioError.
    SlotMap add(const Endpoints& endpoints);
    void retain(const Endpoints& endpoints);

    /// Closes the client and opens one with other options; endpoints are added as by add(), and retain() them afterwards.
    /// When the future is ready it runs, with its slots; where it cannot be opened, the options before are those again and
    /// AudioError or SourceError is in the future, as after stop(). Where the audio system hangs it is never ready: wait for it
    /// in steps, and not where Prepare needs you.
    std::future<SlotMap> restart(BackendKind kind, BackendOptions options, Endpoints endpoints);

    /// See Backend.
    void set_latency(Latency latency);

    AudioStatus status() const;

    /// Whether all is as it should be since the last call: callbacks came, or none can come and that is being seen to. The
    /// watchdog is fed while this is true.
    bool progresses();

    /// Ends the callbacks, as Backend::stop().
    bool stop(std::chrono::milliseconds deadline);

private:
    struct Inside;
    std::shared_ptr<Inside> inside_; ///< The thread's too: one that hangs must not find it gone.
};

} // namespace fohd::daemon
