#pragma once
#include "config/config.h"
#include "control/desk.h"
#include "control/host.h"
#include "daemon/backends/program_changes.h"
#include "daemon/engine.h"
#include "daemon/memory.h"

#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace fohd::daemon {

/// What main tells the control thread, for `/status` and `/info`, and the control thread main. Any thread.
class Noticeboard final : public control::Host {
public:
    void post(const control::Status& status);
    /// The graph was made anew: how late it is.
    void post_latency(Latency latency);
    /// What was posted since the last call, or nothing.
    std::optional<Latency> take_latency();
    /// The strips with loudness, and where what is heard of them is measured.
    using Meters = std::vector<std::pair<std::string, std::shared_ptr<loudness::Tap>>>;
    void post_meters(Meters meters);
    Meters meters();

    void post_notes(std::vector<std::string> notes);
    /// What processors found out, and what does not hold any more: besides the notes.
    void post_findings(std::vector<std::string> findings);

    control::Status status() override;
    std::vector<std::string> notes() override;

private:
    std::mutex mutex_;
    control::Status status_;
    std::vector<std::string> notes_, findings_;
    std::optional<Latency> latency_;
    Meters meters_;
};

/// The thread that owns the store, speaks OSC and builds graphs.
class ControlThread {
public:
    /// Connects the desk to the engine, and listens when it returns. Throws control::ServerError. All references must outlive
    /// it.
    ControlThread(const config::Config& config, control::Desk& desk, Engine& engine, Noticeboard& board, Memory& memory,
                  std::shared_ptr<ProgramChanges> programs = nullptr);
    ~ControlThread(); ///< Ends the thread; nobody is answered any more.

    int port() const;

    /// Any thread: listens where this config says, and to whom, besides where it does; with settle() there alone, with stay() as
    /// before. control::ServerError is in the future where that cannot be, and then all is as it was.
    std::future<void> move(const config::Config& config);
    std::future<void> settle();
    std::future<void> stay();

    /// Any thread: another file is in force, whose endpoints lie where `wiring` says. What was set by hand stays as config/ says.
    std::future<void> change(config::Config config, dsp::Wiring wiring);
    /// Any thread: these are obeyed from now on; they must outlive this.
    void add(control::CommandSet& commands);
    /// Any thread: has the control thread do it, soon. The future is ready when it is done.
    std::future<void> run(std::function<void()> work);

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

} // namespace fohd::daemon
