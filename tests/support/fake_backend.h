#pragma once
// A server of sound that does what a test says.
#include "daemon/backends/backend.h"
#include "daemon/backends/slots.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace fohd::test {

/// Outlives its backends. Any thread.
class FakeServer {
public:
    std::atomic<bool> there = true;  ///< False: it went away, and nobody gets in.
    std::atomic<bool> moves = true;  ///< Does its rounds.
    std::atomic<bool> calls = true;  ///< In its rounds it calls its clients.
    std::atomic<bool> hangs = false; ///< Another client does: it calls nobody who hears that one.
    std::atomic<bool> refuses_ports = false;
    std::atomic<bool> dies_at_ports = false; ///< Who asks for a port finds that it has gone.
    std::atomic<int> rate = 48000;
    std::atomic<int> opened = 0, closed = 0, hung = 0, connections = 0;
    std::atomic<bool> hangs_at_close = false;

    /// Who opens waits until release().
    void hold_doors()
    {
        const std::lock_guard lock(mutex_);
        held_ = true;
    }
    void release()
    {
        {
            const std::lock_guard lock(mutex_);
            held_ = false;
        }
        changed_.notify_all();
    }

    std::unique_ptr<daemon::Backend> open(const daemon::BackendOptions& options, const daemon::Endpoints& endpoints);
    std::string client() const
    {
        const std::lock_guard lock(mutex_);
        return client_;
    }

private:
    class Client;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool held_ = false;
    std::string client_; ///< Of who opened last.
};

class FakeServer::Client final : public daemon::Backend {
public:
    Client(FakeServer& server, const daemon::BackendOptions& options, const daemon::Endpoints& endpoints)
        : server_(server), rate_(server.rate), connections_(options.connections), inputs_(endpoints.inputs),
          outputs_(endpoints.outputs)
    {
        server_.connections = static_cast<int>(connections_.size());
    }
    ~Client() override { end(); }

    std::string_view name() const override { return "jack"; }
    int rate() const override { return rate_; }
    int block() const override { return 64; }
    daemon::BackendStatus status() const override
    {
        return {.rate = rate_, .block = 64, .cycles = cycles_, .clock = clock_, .running = thread_.joinable()};
    }
    void start(daemon::Process& process) override
    {
        thread_ = std::thread([this, &process] {
            std::vector<float> sound(64);
            const std::vector<const float*> in(8, sound.data());
            std::vector<float*> out(8, sound.data());
            for (; !ends_; std::this_thread::sleep_for(std::chrono::milliseconds(1))) { // its period
                if (!server_.moves || !server_.there) continue;
                clock_ += 64;
                if (!server_.calls || (server_.hangs && !aside_)) continue;
                process.process(in, out, 64);
                ++cycles_;
            }
        });
    }
    bool stop(std::chrono::milliseconds) override
    {
        end();
        if (server_.hangs_at_close) ++server_.hung;
        return !server_.hangs_at_close;
    }
    daemon::SlotMap add(const daemon::Endpoints& endpoints) override
    {
        if (server_.dies_at_ports) server_.there = false;
        if (server_.refuses_ports || !server_.there) throw daemon::AudioError("the server refuses a port");
        return {inputs_.add(endpoints.inputs), outputs_.add(endpoints.outputs)};
    }
    void retain(const daemon::Endpoints& endpoints) override
    {
        inputs_.retain(endpoints.inputs);
        outputs_.retain(endpoints.outputs);
    }
    daemon::BackendEvents tend() override
    {
        daemon::BackendEvents events;
        events.lost = !server_.there && !std::exchange(told_, true);
        if (!server_.hangs) aside_ = false;
        return events;
    }
    void set_aside() override { aside_ = true; }
    std::vector<std::string> aside() const override
    {
        return aside_ ? std::vector<std::string>{"other"} : std::vector<std::string>{};
    }
    std::vector<daemon::Connection> connections() const override { return {{"vox", "system:capture_1"}}; }
    void set_latency(const daemon::Latency&) override {}

private:
    void end()
    {
        if (!thread_.joinable()) return;
        ends_ = true;
        thread_.join();
        ++server_.closed;
    }

    FakeServer& server_;
    const int rate_;
    std::vector<daemon::Connection> connections_;
    daemon::SlotNames inputs_, outputs_;
    std::atomic<bool> ends_ = false, aside_ = false;
    std::atomic<std::uint64_t> cycles_ = 0;
    std::atomic<std::uint32_t> clock_ = 0;
    bool told_ = false;
    std::thread thread_;
};

inline std::unique_ptr<daemon::Backend> FakeServer::open(const daemon::BackendOptions& options,
                                                         const daemon::Endpoints& endpoints)
{
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !held_; });
    if (!there) throw daemon::AudioError("there is no server");
    ++opened;
    client_ = options.client;
    return std::make_unique<Client>(*this, options, endpoints);
}

} // namespace fohd::test
