#pragma once

#include "control/osc/peer.h"
#include "control/outbox.h"
#include "control/subscription.h"

#include <optional>

namespace fohd::control {

/// The way out, as far as feedback needs it.
class Wire {
public:
    virtual void send(const Peer& to, std::span<const std::byte> packet) = 0;
    /// Bytes that were sent and not taken yet.
    virtual std::size_t queued_bytes(const Peer& to) const = 0;

protected:
    ~Wire() = default;
};

/// Up to so many unsent bytes more is sent to a TCP client; beyond them its values wait and the newest replace the older.
inline constexpr std::size_t wire_full_bytes = 65536;

/// Everybody who is told of values: who subscribed, for ten seconds; who asked for many values, until they are sent;
/// and the surfaces of the file, always. Control thread.
class Subscribers {
public:
    using Clock = std::chrono::steady_clock;

    static constexpr std::size_t max_subscribers = 32;
    static constexpr std::size_t max_patterns = 16;
    /// Clients that may be fed what they asked by patterns at one time, dumps counted in.
    static constexpr std::size_t max_asking = 8;

    Subscribers(const AddressSpace& space, Wire& wire) : space_(&space), wire_(wire) {}

    /// Subscribes or renews. All that matches is sent now; on renewal all but what the client wrote itself. `port`: where a
    /// UDP client listens, if not where it sends from. Empty, or why not. None of these sends before flush().
    std::string subscribe(const Peer& from, const Pattern& pattern, float rate, std::optional<std::uint16_t> port,
                          Clock::time_point now);
    /// Every change of parameters by others, nothing now.
    std::string follow_changes(const Peer& from, Clock::time_point now);
    /// These are told everything, for ever, and those that were before no more.
    void set_targets(std::span<const Peer> targets, Clock::time_point now);
    /// Ends the subscription of this pattern, or all of the client's.
    void unsubscribe(const Peer& from, const std::optional<std::string>& pattern);
    /// These values are sent, paced. Empty, or why not.
    std::string ask(const Peer& from, std::span<const int> entries, std::size_t dumps_running);
    void forget(const Peer& from);

    /// Everybody is told of another address space from now on; `number` gives the entries of the old one theirs in it, or -1.
    void rebind(const AddressSpace& space, const std::function<int(int entry)>& number);
    /// Everybody but the writer who wants the entry will be told.
    void changed(int entry, Writer by);
    /// Ends leases and takes the readings that are due.
    void tick(Clock::time_point now);
    /// Sends what may be sent.
    void flush(Clock::time_point now);

    /// Who a message comes from, as the store remembers it.
    Writer writer_of(const Peer& from) const;
    std::size_t count() const;
    std::size_t asking() const;
    bool empty() const { return clients_.empty(); }
    /// Whether somebody waits for values or readings, so that tick and flush are needed every few milliseconds.
    bool busy() const;

private:
    struct Client {
        Peer from, to;
        Writer writer;
        Outbox outbox;
        std::vector<Subscription> subscriptions;
    };
    Client& client(const Peer& from);
    Client* find(const Peer& from);
    std::string add(const Peer& from, std::string text, auto match, float rate, bool for_ever, bool all_now,
                    Clock::time_point now);
    std::vector<int> everything() const;
    std::vector<int> matched_by(const Pattern& pattern) const;
    std::vector<int> state() const;

    const AddressSpace* space_;
    Wire& wire_;
    std::vector<Client> clients_;
};

} // namespace fohd::control
