#pragma once

#include "control/askers.h"
#include "control/command_set.h"
#include "control/dumps.h"
#include "control/host.h"
#include "control/osc/bundle_queue.h"
#include "control/osc/server.h"
#include "control/tap_tempo.h"

namespace fohd::control {

struct OscOptions {
    ServerOptions server;
    std::vector<std::pair<std::string, std::uint16_t>>
        targets; ///< Literal address and port of surfaces told everything.
    std::string name = "fohd";
    std::string version;
};

/// What to warn of where anybody in reach may move faders: the port is open beyond this computer and nobody is named in
/// `allow`. Empty where all is well.
std::string open_port_warning(const ServerOptions& options);

/// The values of a graph on the network, as OSC: takes messages, obeys and answers, and keeps everybody informed.
/// One io_context run by the control thread; must not be run any more once the service is gone.
class OscService : private PacketHandler, private Wire {
public:
    using Clock = std::chrono::steady_clock;

    /// The sound is told of changes at most this often.
    static constexpr std::chrono::milliseconds publish_interval{1};

    /// Listens from here on; all references must outlive it. Throws ServerError.
    OscService(boost::asio::io_context& context, const OscOptions& options, Store& store, AddressSpace& space,
               Host& host);
    OscService(const OscService&) = delete;
    OscService& operator=(const OscService&) = delete;

    /// These are obeyed besides values; must outlive the service.
    void add(CommandSet& commands) { command_sets_.push_back(&commands); }

    /// Another graph's values and addresses from now on; the old ones may go afterwards. Subscriptions hold, by their patterns, and
    /// everybody is told of what is new and of what differs.
    void rebind(Store& store, AddressSpace& space);

    /// What an action of this processor came to: who asked for it is told, by the action's address where it was `done`, else by
    /// `/error`.
    void tell_askers(const std::string& processor, const std::string& text, bool done);

    /// Listens elsewhere, or to others, and tells other surfaces, once settle() is called; see Server. Throws ServerError.
    void move(const OscOptions& options);
    void settle();
    void stay();

    std::uint16_t port() const { return server_.port(); }
    /// Clients that subscribe, surfaces of the file among them.
    std::size_t clients() const { return subscribers_.count(); }

private:
    using Arguments = std::vector<Argument>;

    int received(const Peer& from, std::span<const std::byte> packet) override;
    void drained() override;
    void closed(const Peer& peer) override;
    void send(const Peer& to, std::span<const std::byte> packet) override { server_.send(to, packet); }
    std::size_t queued_bytes(const Peer& to) const override { return server_.queued_bytes(to); }

    int process(const Peer& from, const Element& element);
    int process(const Peer& from, const Bundle& bundle);
    int act(const Peer& from, const Bundle& bundle);
    int refuse(const Peer& from, const Bundle& bundle, const std::string& text);
    int obey(const Peer& from, const Message& message);
    int obey_pattern(const Peer& from, const Message& message);
    void obey_entry(const Peer& from, int entry, const Message& message);
    Outcome set(const Peer& from, int entry, const Message& message);
    void answer(const Peer& to, const Message& message);
    void error(const Peer& to, const std::string& address, const std::string& text);

    /// The messages that are not about a value. False where there is no such address.
    bool command(const Peer& from, const Message& message);
    using Row = Obeyed<OscService, const Peer&>;
    static std::span<const Row> table();
    /// Who obeys the command of this address, and the command; nullptr: none, or this service.
    std::pair<CommandSet*, const Command*> find(std::string_view address) const;
    std::vector<std::string_view> addresses_of_commands() const;
    std::string get(const Arguments& arguments, const Peer& from);
    std::string subscribe(const Arguments& arguments, const Peer& from);
    std::string unsubscribe(const Arguments& arguments, const Peer& from);
    std::string dump(const Arguments& arguments, const Peer& from);
    /// `/tempo/tap`.
    std::string tap(const Arguments& arguments, const Peer& from);
    std::string ping(const Arguments& arguments, const Peer& from);
    std::string xremote(const Arguments& arguments, const Peer& from);
    std::string info(const Arguments& arguments, const Peer& from);
    std::string status(const Arguments& arguments, const Peer& from);

    void tell_targets();
    void listen();
    /// Publishes when its time has come, never within this call.
    void publish_later();
    void publish();
    void tick();
    void arm_tick();

    OscOptions options_, next_options_;
    Store* store_;
    AddressSpace* space_;
    Host& host_;
    std::vector<CommandSet*> command_sets_;
    Server server_;
    Subscribers subscribers_;
    Dumps dumps_;
    BundleQueue bundles_;
    Askers askers_;
    TapTempo taps_;
    std::optional<TimeTag> tag_; ///< Of the bundle that acts, if it says when it was meant.
    boost::asio::steady_timer publish_timer_, tick_timer_;
    Clock::time_point published_{};
    Store::Listening changes_;
    AddressSpace::Listening switches_;
    bool publish_waits_ = false, tick_waits_ = false, tick_is_slow_ = false;
};

} // namespace fohd::control
