#pragma once
// The border between the world of sound and the engine: numbered channels in, numbered channels out, one callback a
// block. Nothing here knows strips, graphs or OSC.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/backends/program_changes.h"
#include "daemon/backends/transport.h"

namespace fohd::daemon {

/// One channel of sound that the world can be connected to.
struct Endpoint {
    std::string port_name; ///< As the world sees it: `vox`, `vox_1`. Unique among inputs and outputs together.
    /// Ports of others to connect to whenever they appear. Each is first taken as an exact port name
    /// (`system:capture_1`); where no port has that name, as a POSIX extended regular expression for the whole name
    /// (`system:playback_[12]`), and every port that matches is connected.
    std::vector<std::string> connect;
    bool aside = false; ///< The send or return of a processor: not on the way through this program.
};

/// The channels of a graph.
struct Endpoints {
    std::vector<Endpoint> inputs;
    std::vector<Endpoint> outputs;
};

/// An own port, by the name of its endpoint, and the full name of another's.
struct Connection {
    std::string port;
    std::string peer;
    auto operator<=>(const Connection&) const = default;
};

/// Where Process::process() finds each endpoint: the endpoint `inputs[n]` of a list is in the slot `inputs[n]` of this.
struct SlotMap {
    std::vector<int> inputs;
    std::vector<int> outputs;
    bool operator==(const SlotMap&) const = default;
};

/// How late a graph is, in frames, by slot; slots behind the end are 0.
struct Latency {
    std::vector<int> outputs; ///< What leaves there, behind the inputs, processors' alignment included.
    std::vector<int>
        inputs; ///< What comes in there sounds as late as what came in by the inputs so much earlier: returns.
    bool operator==(const Latency&) const = default;
};

/// What makes the sound. Implemented by the engine.
class Process {
public:
    /// Audio thread, once a block, with denormals already off. One pointer a slot, each of `frames` samples, nominally
    /// within ±1. There may be more slots than endpoints in use: an input slot without a port is silence. One is null
    /// where it is the return of a processor from which nothing can come, as where it is not connected.
    /// All of every output slot must be written, silence where nothing is sent to it: the backend clears none.
    /// `frames` is the backend's block, but may be any number from 1 up in a cycle in which the server changes it. An
    /// output may share its memory with an input (somebody may connect a client to itself), and output slots without a
    /// port share theirs with one another: read all inputs before writing any output.
    virtual void process(std::span<const float* const> inputs, std::span<float* const> outputs,
                         int frames) noexcept = 0;

    /// Audio thread, before each process() of a system that has a transport: where that is at the block's first sample. Where
    /// the system went away, once more from whoever closes it, while no audio thread runs: stopped.
    virtual void follow(const Transport& transport) noexcept { static_cast<void>(transport); }

protected:
    ~Process() = default;
};

/// The state of a backend at one moment.
struct BackendStatus {
    int rate = 0;             ///< Frames a second.
    int block = 0;            ///< Frames a callback.
    std::uint64_t cycles = 0; ///< Callbacks so far: a watchdog is fed while this grows.
    std::uint64_t xruns = 0;  ///< Blocks that came too late, as far as the backend was told.
    float load_percent = 0;   ///< Of the time of a block: JACK: used by the whole server; dummy: by Process::process().
    std::uint32_t clock = 0;  ///< Moves while the server does its rounds, whether or not it calls this client.
    bool running = false;     ///< Started, and the server lives.
};

/// What happened since the last Backend::tend().
struct BackendEvents {
    enum class Weight { info, warning };
    struct Notice {
        Weight weight;
        std::string text; ///< One sentence for the log.
    };
    std::vector<Notice> notices;
    std::optional<int> block; ///< The server's new block in frames; process() was called with it already.
    std::optional<int> rate;  ///< The server's new rate: the engine must be prepared anew.
    bool lost = false;        ///< The server went away: no more callbacks. Destroy this backend and open another.
};

/// The audio system refused (exit code 3). what() is one sentence that says what to do next. Thrown by open_backend()
/// and Backend::start() alone.
class AudioError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The dummy's source of sound cannot be read (exit code 1: the input is wrong). Thrown by open_backend() alone.
class SourceError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A source of callbacks. The order of use, all from one thread (main):
/// open_backend() → rate() and block() are known, the engine prepares → set_latency() → start() → tend() a few
/// times a second → stop(). A backend that was stopped or lost is not started again: open another.
class Backend {
public:
    Backend() = default;
    Backend(const Backend&) = delete;
    Backend& operator=(const Backend&) = delete;
    virtual ~Backend() = default; ///< Stops with a deadline of one second if stop() was not called.

    virtual std::string_view name() const = 0; ///< `jack` or `dummy`.
    virtual int rate() const = 0;              ///< Frames a second. Any thread.
    virtual int block() const = 0;             ///< Frames a callback. Any thread.
    virtual BackendStatus status() const = 0;  ///< Main thread.

    /// Begins to call `process`, which must live until stop() has returned, and makes the connections that can be made.
    /// Throws AudioError.
    virtual void start(Process& process) = 0;

    /// Ends the callbacks: `process` is not called any more once this has returned. False: a hung audio system did not
    /// let go by the deadline; its client was left to a thread of its own, and the program should end soon.
    virtual bool stop(std::chrono::milliseconds deadline) = 0;

    /// The first half of a change of endpoints: those that do not exist yet, by the names of their ports, get a port and
    /// a slot; all others keep theirs, with their connections. Every endpoint is from now on connected to what it now asks
    /// for, and no more to what it asked for before; a port of which that is a change is silent while it is made, and
    /// nobody else hears of it. Returns the slot of each endpoint of the list once the callback has every one of them;
    /// where callbacks stand still (not started, lost, hung) at once or after half a second, and then the next callback
    /// has them. Throws AudioError where a port is refused: then all is as it was.
    virtual SlotMap add(const Endpoints& endpoints) = 0;

    /// The second half: the ports of all other endpoints go away. Call it when no graph reads or writes their slots any
    /// more: they are free for the next add().
    virtual void retain(const Endpoints& endpoints) = 0;

    /// Restores connections to ports that reappeared and tells what happened since the last call, the opening included.
    virtual BackendEvents tend() = 0;

    /// Where the server runs without calling this client: leaves out what it hears of other programs, one of which does not
    /// let the server get here. tend() puts back each of them as soon as it is seen to run.
    virtual void set_aside() {}
    /// The clients that are left out now.
    virtual std::vector<std::string> aside() const { return {}; }

    /// All connections as of the last tend(), also by other people's hand, and those to ports that went away. After a
    /// loss: those from before it.
    virtual std::vector<Connection> connections() const = 0;

    /// How late the graph is; 0 until told. May be called again at any time after a change of the graph.
    virtual void set_latency(const Latency& latency) = 0;
};

enum class BackendKind { jack, alsa, dummy, automatic };

/// `jack`, `alsa`, `dummy` or `auto`.
std::optional<BackendKind> backend_kind(std::string_view name);

struct BackendOptions {
    std::string client = "fohd"; ///< Name of the JACK client; JACK appends a number where it is taken.
    int rate = 48000;            ///< Dummy alone: frames a second. JACK's server has its own.
    int block = 64;              ///< Dummy alone: frames a callback.
    std::string source =
        "silence"; ///< Dummy alone, what its inputs hear: `silence`, `programme`, `noise` or a WAV or FLAC file.
    /// JACK alone: program changes that come through the MIDI port `midi_in` go here. None: no such port.
    std::shared_ptr<ProgramChanges> programs = {};
    /// JACK alone: of an earlier client, to be made again besides what endpoints ask for.
    std::vector<Connection> connections = {};
};

/// Whether clients of former backends, or those that they opened besides, are not closed yet. None may be opened before they are,
/// see JackClient. Any thread.
bool is_still_closing();

/// Opens without starting: endpoint n has slot n, and one without a port name keeps a slot free. `automatic` is JACK where a server runs (none is ever started from here), else dummy.
/// Throws AudioError, also for `alsa`, which this version does not have, and SourceError.
std::unique_ptr<Backend> open_backend(BackendKind kind, const BackendOptions& options, const Endpoints& endpoints);

} // namespace fohd::daemon
